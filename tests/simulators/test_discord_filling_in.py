"""What a client lets people send of commands, menus and modals."""

from typing import Any

import pytest

from simulators.discord_api.interactions.answers import submitted
from simulators.discord_api.interactions.elements import numbered, used
from simulators.discord_api.interactions.options import completing, filled_in

Form = dict[str, Any]


def option(name: str, kind: int = 3, **fields: Any) -> Form:
    return {"type": kind, "name": name, "description": "It", **fields}


def command(*options: Form) -> Form:
    return {"name": "do", "options": list(options)}


COUNTED = command(
    option("count", 4, min_value=1, max_value=5), option("share", 10, min_value=0.5, max_value=None)
)
CHOSEN = command(option("tone", choices=[{"name": "Friendly", "value": "f"}, {"name": "Dry", "value": "d"}]))
LONG = command(option("text", min_length=2, max_length=4, required=True))
NESTED = command(option("group", 2, options=[option("sub", 1, options=[option("who", 6)])]))


@pytest.mark.parametrize(
    ("form", "path", "values", "sent"),
    [
        (COUNTED, [], {"count": 5, "share": 0.5}, [("count", 5), ("share", 0.5)]),
        (COUNTED, [], {"share": 1}, [("share", 1)]),
        (CHOSEN, [], {"tone": "Friendly"}, [("tone", "f")]),
        (CHOSEN, [], {"tone": "d"}, [("tone", "d")]),
        (LONG, [], {"text": "abcd"}, [("text", "abcd")]),
        (command(option("on", 5)), [], {"on": False}, [("on", False)]),
        (command(), [], {}, []),
    ],
)
def test_values_are_sent_in_the_order_of_the_options(
    form: Form, path: list[str], values: Form, sent: list[tuple[str, Any]]
) -> None:
    options = filled_in(form, path, values)

    assert [(one["name"], one["value"]) for one in options] == sent


def test_subcommands_stand_around_the_values() -> None:
    [group] = filled_in(NESTED, ["group", "sub"], {"who": "123"})

    assert group == {
        "name": "group",
        "type": 2,
        "options": [{"name": "sub", "type": 1, "options": [{"name": "who", "type": 6, "value": "123"}]}],
    }


@pytest.mark.parametrize(
    ("form", "path", "values"),
    [
        (COUNTED, [], {"count": 6}),
        (COUNTED, [], {"count": 0}),
        (COUNTED, [], {"count": 1.5}),
        (COUNTED, [], {"count": True}),
        (COUNTED, [], {"count": "1"}),
        (COUNTED, [], {"share": 0.1}),
        (CHOSEN, [], {"tone": "Wet"}),
        (LONG, [], {}),
        (LONG, [], {"text": "a"}),
        (LONG, [], {"text": "abcde"}),
        (LONG, ["sub"], {"text": "abc"}),
        (NESTED, [], {"who": "1"}),
        (NESTED, ["group"], {"who": "1"}),
        (NESTED, ["group", "sub"], {"who": "Ada"}),
    ],
)
def test_what_cannot_be_sent_is_refused(form: Form, path: list[str], values: Form) -> None:
    with pytest.raises(LookupError):
        filled_in(form, path, values)


def test_what_is_typed_has_the_focus() -> None:
    form = command(option("name", autocomplete=True, required=True), option("tone"))

    sent = completing(form, [], ("name", "tu"), {"tone": "dry"})

    assert sent == [
        {"name": "tone", "type": 3, "value": "dry"},
        {"name": "name", "type": 3, "value": "tu", "focused": True},
    ]
    with pytest.raises(LookupError):
        completing(form, [], ("tone", "d"), {})


def menu(**fields: Any) -> list[Form]:
    options = [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]
    return [{"type": 1, "components": [{"type": 3, "custom_id": "m", "options": options, **fields}]}]


def test_a_menu_takes_so_many() -> None:
    assert used(menu(max_values=2, min_values=0), "m", ["One", "2"])["values"] == ["1", "2"]
    assert used(menu(min_values=0), "m", [])["values"] == []
    for values in ([], ["One", "Two"], ["Three"]):
        with pytest.raises(LookupError):
            used(menu(), "m", values)


def test_a_link_is_not_used() -> None:
    link = {"type": 2, "style": 5, "label": "Site", "url": "https://a.b"}
    with pytest.raises(LookupError):
        used([{"type": 1, "components": [link]}], "Site")


def test_components_are_numbered_around_those_that_have_a_number() -> None:
    row = {"type": 1, "components": [{"type": 2, "id": 1}, {"type": 2}]}
    section = {"type": 9, "components": [{"type": 10}], "accessory": {"type": 2}}

    first, second = numbered([row, section])

    assert (first["id"], [part["id"] for part in first["components"]]) == (2, [1, 3])
    assert (second["id"], second["components"][0]["id"], second["accessory"]["id"]) == (4, 5, 6)


def label(name: str, part: Form) -> Form:
    return {"type": 18, "label": name, "component": part}


MODAL = [
    {"type": 10, "content": "Say it"},
    label("Text", {"type": 4, "custom_id": "t", "style": 1, "min_length": 2, "max_length": 5}),
    label("Note", {"type": 4, "custom_id": "n", "style": 2, "required": False, "value": "as before"}),
    label("Tone", {"type": 3, "custom_id": "s", "options": [{"label": "Dry", "value": "d"}]}),
    label("Sure", {"type": 23, "custom_id": "c"}),
]


def test_a_modal_is_sent_with_what_was_written() -> None:
    _, written, note, tone, sure = submitted(MODAL, {"Text": "abc", "s": "Dry", "Sure": True})

    assert (written["type"], written["component"]["custom_id"], written["component"]["value"]) == (
        18,
        "t",
        "abc",
    )
    assert note["component"]["value"] == "as before"
    assert tone["component"]["values"] == ["d"]
    assert sure["component"]["value"] is True


@pytest.mark.parametrize(
    "values",
    [
        {"Tone": "Dry"},
        {"Text": "a", "Tone": "Dry"},
        {"Text": "abcdef", "Tone": "Dry"},
        {"Text": "abc"},
        {"Text": "abc", "Tone": "Wet"},
        {"Text": "abc", "Tone": "Dry", "Other": "x"},
    ],
)
def test_a_modal_that_is_not_filled_in_is_not_sent(values: Form) -> None:
    with pytest.raises(LookupError):
        submitted(MODAL, values)
