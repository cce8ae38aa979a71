"""What Discord refuses in embeds, components, modals and commands."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.discord_api.forms.commands import problems_of_commands, too_many_commands
from simulators.discord_api.forms.components import problems_of_components
from simulators.discord_api.forms.embeds import problems_of_embeds
from simulators.discord_api.forms.modals import problems_of_modal
from simulators.discord_api.forms.rules import Problem, errors_of

Form = dict[str, Any]


def found(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(".".join(problem.where), problem.code) for problem in problems]


def button(name: str = "go", **fields: Any) -> Form:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": name, **fields}


def row(*parts: Form) -> Form:
    return {"type": 1, "components": list(parts)}


def select(*values: str) -> Form:
    return {"type": 3, "custom_id": "s", "options": [{"label": one, "value": one} for one in values]}


def text(content: str) -> Form:
    return {"type": 10, "content": content}


def test_buttons_and_selects_stand_in_rows() -> None:
    components = [row(button("a"), button("b", emoji={"name": "🔁"}, label=None)), row(select("x", "y"))]

    assert found(problems_of_components(components)) == []


@pytest.mark.parametrize(
    ("components", "problem"),
    [
        ([button()], ("components.0.type", "UNION_TYPE_CHOICES")),
        ([row()], ("components.0.components", "BASE_TYPE_BAD_LENGTH")),
        ([row(button(label="x" * 81))], ("components.0.components.0.label", "BASE_TYPE_MAX_LENGTH")),
        ([row(button("x" * 101))], ("components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH")),
        ([row(button("", label="x"))], ("components.0.components.0.custom_id", "BASE_TYPE_REQUIRED")),
        (
            [row(button(style=5, url="https://a.b"))],
            ("components.0.components.0.custom_id", "BUTTON_COMPONENT_INVALID_FIELD"),
        ),
        ([row(button(style=9))], ("components.0.components.0.style", "BASE_TYPE_CHOICES")),
        (
            [row(button("a")), row(button("a", disabled=True))],
            ("components.1.components.0.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ),
        (
            [row(button(emoji={"name": "retry"}))],
            ("components.0.components.0.emoji.name", "COMPONENT_INVALID_EMOJI"),
        ),
        (
            [row({"type": 2, "style": 5, "label": "x", "url": "ftp://a.b"})],
            ("components.0.components.0.url", "URL_TYPE_INVALID_SCHEME"),
        ),
        (
            [row(select("x") | {"max_values": 2})],
            ("components.0.components.0.max_values", "SELECT_COMPONENT_MAX_VALUES_INVALID"),
        ),
        (
            [row(button("a", id=1), button("b", id=1))],
            ("components.0.components.1.id", "COMPONENT_ID_DUPLICATED"),
        ),
        (
            [row(button("a"), select("x"))],
            ("components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        ),
        (
            [row(select("x", "x"))],
            ("components.0.components.0.options.1", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
        ),
        ([row(select())], ("components.0.components.0.options", "BASE_TYPE_BAD_LENGTH")),
        ([row(button(str(n))) for n in range(6)], ("components", "BASE_TYPE_MAX_LENGTH")),
        ([text("Hello")], ("components.0.type", "UNION_TYPE_CHOICES")),
        (["no"], ("components.0", "MODEL_TYPE_CONVERT")),
        ("no", ("components", "LIST_TYPE_CONVERT")),
    ],
)
def test_a_component_keeps_its_rule(components: Any, problem: tuple[str, str]) -> None:
    assert problem in found(problems_of_components(components))


def test_the_second_version_takes_texts_sections_and_containers() -> None:
    section = {"type": 9, "components": [text("a")], "accessory": button("in section")}
    container = {"type": 17, "accent_color": 5, "components": [text("b"), row(button("in row"))]}

    assert found(problems_of_components([text("c"), section, container, {"type": 14}], v2=True)) == []


@pytest.mark.parametrize(
    ("components", "problem"),
    [
        ([text("x" * 2001), text("y" * 2000)], "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([text("x")] * 41, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        (
            [{"type": 17, "components": [row(*(button(f"{n}{m}") for m in range(5)))]} for n in range(6)],
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        ([{"type": 17, "components": [{"type": 17, "components": [text("x")]}]}], "UNION_TYPE_CHOICES"),
        ([{"type": 9, "components": [text("x")]}], "BASE_TYPE_REQUIRED"),
        ([text("")], "BASE_TYPE_REQUIRED"),
    ],
)
def test_the_second_version_has_rules_of_its_own(components: list[Form], problem: str) -> None:
    assert problem in [code for _, code in found(problems_of_components(components, v2=True))]


@pytest.mark.parametrize(
    ("embeds", "problem"),
    [
        ([{"title": "x" * 257}], ("embeds.0.title", "BASE_TYPE_MAX_LENGTH")),
        ([{"description": "x" * 4097}], ("embeds.0.description", "BASE_TYPE_MAX_LENGTH")),
        ([{"description": "x" * 4000}, {"description": "x" * 2001}], ("embeds", "MAX_EMBED_SIZE_EXCEEDED")),
        ([{"title": "x"}] * 11, ("embeds", "BASE_TYPE_MAX_LENGTH")),
        ([{}], ("embeds.0.description", "BASE_TYPE_REQUIRED")),
        ([{"fields": [{"name": "x"}]}], ("embeds.0.fields.0.value", "BASE_TYPE_REQUIRED")),
        ([{"title": "x", "url": "ftp://a.b"}], ("embeds.0.url", "URL_TYPE_INVALID_SCHEME")),
        ([{"title": "x", "url": "no"}], ("embeds.0.url", "URL_TYPE_INVALID_URL")),
        ([{"title": "x", "timestamp": "now"}], ("embeds.0.timestamp", "DATE_TIME_TYPE_PARSE")),
        ([{"title": "x", "color": 1 << 24}], ("embeds.0.color", "NUMBER_TYPE_MAX")),
    ],
)
def test_an_embed_keeps_its_rule(embeds: list[Form], problem: tuple[str, str]) -> None:
    assert problem in found(problems_of_embeds(embeds))


def test_a_full_embed_is_taken() -> None:
    fields = [{"name": "n", "value": "v", "inline": True}] * 25
    picture = {"url": "attachment://a.png"}
    embed = {"title": "t", "description": "d", "footer": {"text": "f"}, "fields": fields, "image": picture}

    assert found(problems_of_embeds([embed])) == []


def written(**fields: Any) -> Form:
    return {"type": 4, "custom_id": "q", "style": 2, **fields}


def modal(*parts: Form, **fields: Any) -> Form:
    return {"custom_id": "m", "title": "Ask", "components": list(parts), **fields}


def label(part: Form, name: str = "Question") -> Form:
    return {"type": 18, "label": name, "component": part}


def test_a_modal_has_labels_or_rows() -> None:
    labelled = modal(text("Say it"), label(written(max_length=4000)), label(select("a", "b")))
    older = modal(row(written(label="Question", required=False)))

    assert found(problems_of_modal(labelled)) == []
    assert found(problems_of_modal(older)) == []


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        (modal(label(written()), title="x" * 46), ("data.title", "BASE_TYPE_BAD_LENGTH")),
        (modal(label(written()), title=""), ("data.title", "BASE_TYPE_REQUIRED")),
        (modal(), ("data.components", "BASE_TYPE_BAD_LENGTH")),
        (
            modal(*(label(written(custom_id=str(n))) for n in range(6))),
            ("data.components", "BASE_TYPE_BAD_LENGTH"),
        ),
        (modal(label(written(), "x" * 46)), ("data.components.0.label", "BASE_TYPE_BAD_LENGTH")),
        (modal(row(written())), ("data.components.0.components.0.label", "BASE_TYPE_REQUIRED")),
        (modal(row(button())), ("data.components.0.components.0.type", "UNION_TYPE_CHOICES")),
        (
            modal(row(written(label="a"), written(label="b"))),
            ("data.components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ),
        (
            modal(label(written(max_length=4001))),
            ("data.components.0.component.max_length", "NUMBER_TYPE_MAX"),
        ),
        (
            modal(label(written(max_length=2, value="abc"))),
            ("data.components.0.component.value", "BASE_TYPE_MAX_LENGTH"),
        ),
        (
            modal(label(written()), label(written())),
            ("data.components.1.component.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ),
    ],
)
def test_a_modal_keeps_its_rule(form: Form, problem: tuple[str, str]) -> None:
    assert problem in found(problems_of_modal(form))


def command(name: str = "ask", *options: Form, **fields: Any) -> Form:
    return {"name": name, "description": "Ask something", "options": list(options), **fields}


def option(name: str = "text", kind: int = 3, **fields: Any) -> Form:
    return {"type": kind, "name": name, "description": "It", **fields}


def test_commands_may_have_subcommands_or_values() -> None:
    plain = command("ask", option(required=True), option("loud", 5), contexts=[0, 1], integration_types=[0])
    nested = command(
        "persona", option("use", 1, options=[option("name", autocomplete=True)]), option("list", 1)
    )
    menu = {"name": "Ask Parley about this", "type": 3}

    assert found(problems_of_commands([plain, nested, menu])) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (command("Ask"), ("0.name", "APPLICATION_COMMAND_INVALID_NAME")),
        (command("a b"), ("0.name", "APPLICATION_COMMAND_INVALID_NAME")),
        (command("x" * 33), ("0.name", "BASE_TYPE_BAD_LENGTH")),
        (command(description=""), ("0.description", "BASE_TYPE_REQUIRED")),
        (command(description="x" * 101), ("0.description", "BASE_TYPE_BAD_LENGTH")),
        (
            command("ask", option("a"), option("b", required=True)),
            ("0.options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        ),
        (
            command("ask", option("a"), option("a")),
            ("0.options.1.name", "APPLICATION_COMMAND_OPTIONS_DUPLICATE_NAME"),
        ),
        (
            command("ask", option("a"), option("b", 1)),
            ("0.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        ),
        (
            command("ask", option("a", choices=[{"name": "x", "value": "x"}] * 26)),
            ("0.options.0.choices", "BASE_TYPE_MAX_LENGTH"),
        ),
        (
            command("ask", option("a", 4, choices=[{"name": "x", "value": "x"}])),
            ("0.options.0.choices.0.value", "NUMBER_TYPE_COERCE"),
        ),
        (command("ask", *(option(f"o{n}") for n in range(26))), ("0.options", "BASE_TYPE_MAX_LENGTH")),
        (
            command("ask", option("a", 1, options=[option("b", 1)])),
            ("0.options.0.options.0.type", "UNION_TYPE_CHOICES"),
        ),
        (command(contexts=[3]), ("0.contexts.0", "BASE_TYPE_CHOICES")),
        (command(type=3), ("0.description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION")),
    ],
)
def test_a_command_keeps_its_rule(wrong: Form, problem: tuple[str, str]) -> None:
    assert problem in found(problems_of_commands([wrong]))


def test_no_two_commands_of_a_type_have_one_name() -> None:
    problems = problems_of_commands([command(), command("ask"), {"name": "ask", "type": 3}])

    assert found(problems) == [("1", "APPLICATION_COMMANDS_DUPLICATE_NAME")]


def test_so_many_commands_of_a_type_are_taken() -> None:
    assert too_many_commands([command(f"c{n}") for n in range(100)]) == 0
    assert too_many_commands([command(f"c{n}") for n in range(101)]) == 100
    assert too_many_commands([{"name": str(n), "type": 3} for n in range(16)]) == 15


def test_the_errors_of_a_form_are_a_tree_of_its_fields() -> None:
    tree = errors_of(list(problems_of_embeds([{"title": "x" * 257}])))

    error = {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
    assert tree == {"embeds": {"0": {"title": {"_errors": [error]}}}}


_NAMES = [
    "accessory",
    "author",
    "autocomplete",
    "choices",
    "color",
    "component",
    "components",
    "content",
    "contexts",
    "custom_id",
    "description",
    "disabled",
    "emoji",
    "fields",
    "footer",
    "id",
    "image",
    "items",
    "label",
    "max_length",
    "media",
    "min_length",
    "name",
    "options",
    "required",
    "style",
    "text",
    "title",
    "type",
    "url",
    "value",
]
_PLAIN = st.none() | st.booleans() | st.integers(-1, 25) | st.floats(allow_nan=False) | st.text(max_size=5)
_TYPES = st.integers(1, 23)
_ANYTHING = st.recursive(
    _PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(
            lambda fields, kind: {**fields, "type": kind},
            st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6),
            _TYPES,
        )
    ),
    max_leaves=20,
)


@given(_ANYTHING)
def test_no_form_is_so_wrong_that_it_cannot_be_said_how(form: Any) -> None:
    commands = form if isinstance(form, list) else [form]
    for problems in (
        problems_of_components(form),
        problems_of_components(form, v2=True),
        problems_of_embeds(form),
        problems_of_modal(form),
        problems_of_commands(commands),
    ):
        assert isinstance(errors_of(list(problems)), dict)
