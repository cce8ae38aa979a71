from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadRequest
from bot.exchanges import Exchange
from bot.exports import FORMATS, export, from_json, to_json
from bot.messages import Conversation

HERE = Conversation("test:team", "general", "1700.42")
TALK = (
    Exchange("Who are you?", "Parley.", 9, "Ada", "U1", id="1700000000000-0"),
    Exchange("And\nwho am I?", "You are", 11, "Grace", "U2", 1, "length", id="1700000001500-0"),
)

exchanges = st.builds(
    Exchange,
    question=st.text(),
    answer=st.text(),
    tokens=st.integers(0, 2**31),
    author=st.text(max_size=20),
    author_id=st.text(max_size=20),
    images=st.integers(0, 20),
    finish=st.sampled_from(["complete", "length", "stopped"]),
)
# From 2020 to 2100.
times = st.integers(1_577_836_800_000, 4_102_444_800_000)
histories = st.lists(exchanges).flatmap(
    lambda kept: st.lists(times, min_size=len(kept), max_size=len(kept), unique=True).map(
        lambda at: [
            replace(exchange, id=f"{moment}-0") for exchange, moment in zip(kept, sorted(at), strict=True)
        ]
    )
)


def position(exchange: Exchange) -> tuple[int, ...]:
    return tuple(int(part) for part in exchange.id.split("-"))


def entry(**changes: Any) -> dict[str, Any]:
    """A proper exchange of an export; a change to None leaves the value out."""
    proper = {
        "at": "2026-11-21T10:00:00.000+00:00",
        "author": "Ada",
        "author_id": "U1",
        "question": "q",
        "images": 0,
        "answer": "a",
        "finish": "complete",
        "tokens": 5,
    }
    return {name: value for name, value in (proper | changes).items() if value is not None}


def document(*entries: Any) -> str:
    return json.dumps({"parley": 1, "conversation": "general", "exchanges": entries})


def refusal_of(text: str | bytes) -> str:
    with pytest.raises(BadRequest) as refused:
        from_json(text)
    return refused.value.notice


def test_markdown_has_a_heading_for_each_message_and_says_what_was_cut() -> None:
    name, content = export("markdown", HERE, TALK)

    assert name == "parley-general-1700-42.md"
    assert content == (
        "# Conversation general/1700.42\n\n"
        "## Ada, 2023-11-14T22:13:20.000+00:00\n\nWho are you?\n\n"
        "## Parley\n\nParley.\n\n"
        "## Grace, 2023-11-14T22:13:21.500+00:00\n\nAnd\nwho am I?\n\n"
        "## Parley\n\nYou are\n\n_(cut off)_\n"
    )


def test_an_author_without_a_name_is_called_you_in_markdown() -> None:
    _, content = export("markdown", HERE, [Exchange("q", "a", 1, id="1700000000000-0")])

    assert "## You, 2023" in content


def test_text_has_a_line_with_its_role_for_each_message() -> None:
    name, content = export("text", HERE, TALK)

    assert name == "parley-general-1700-42.txt"
    assert content == (
        "[user] Who are you?\n[assistant] Parley.\n[user] And\nwho am I?\n[assistant] You are\n"
    )


def test_json_has_all_that_is_kept() -> None:
    name, content = export("json", HERE, TALK)

    assert name == "parley-general-1700-42.json"
    assert json.loads(content) == {
        "parley": 1,
        "conversation": "general/1700.42",
        "exchanges": [
            {
                "at": "2023-11-14T22:13:20.000+00:00",
                "author": "Ada",
                "author_id": "U1",
                "question": "Who are you?",
                "images": 0,
                "answer": "Parley.",
                "finish": "complete",
                "tokens": 9,
            },
            {
                "at": "2023-11-14T22:13:21.500+00:00",
                "author": "Grace",
                "author_id": "U2",
                "question": "And\nwho am I?",
                "images": 1,
                "answer": "You are",
                "finish": "length",
                "tokens": 11,
            },
        ],
    }


@given(histories)
def test_a_history_is_brought_back_as_it_was_exported(history: list[Exchange]) -> None:
    text = to_json(HERE, history)

    assert list(from_json(text)) == history
    assert list(from_json(text.encode())) == history


@given(st.lists(st.datetimes().map(lambda at: at.isoformat() + "+00:00")))
def test_exchanges_brought_back_have_ascending_ids_whatever_their_times_are(times: list[str]) -> None:
    text = document(*(entry(at=at) for at in times))

    positions = [position(exchange) for exchange in from_json(text)]

    assert positions == sorted(set(positions))
    assert all(milliseconds > 0 for milliseconds, _ in positions)


def test_exchanges_of_one_moment_keep_their_order() -> None:
    text = document(entry(question="first"), entry(question="second"))

    first, second = from_json(text)

    assert (first.question, second.question) == ("first", "second")
    assert position(first) < position(second)


def test_an_export_needs_only_question_answer_and_time() -> None:
    text = document({"at": "2026-11-21T10:00:00Z", "question": "q", "answer": "a"})

    (exchange,) = from_json(text)

    assert replace(exchange, id="") == Exchange("q", "a", 0)


@pytest.mark.parametrize("text", ["", "{", "[1,", b"\xff\xfe", '{"parley": 1'])
def test_what_is_not_json_is_refused_with_the_place(text: str | bytes) -> None:
    notice = refusal_of(text)

    assert notice.startswith("This is not JSON")
    assert "line 1, column" in notice


@pytest.mark.parametrize(
    "text", ["[]", "{}", "3", '"x"', "null", '{"parley": 2, "exchanges": []}', '{"exchanges": []}']
)
def test_json_of_something_else_is_refused_as_no_export(text: str) -> None:
    assert '"parley": 1' in refusal_of(text)


@pytest.mark.parametrize("text", ['{"parley": 1}', '{"parley": 1, "exchanges": {}}'])
def test_an_export_without_its_list_is_refused(text: str) -> None:
    assert "`exchanges`" in refusal_of(text)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (entry(question=None), "question"),
        (entry(question=3), "question"),
        (entry(answer=None), "answer"),
        (entry(answer=["a"]), "answer"),
        (entry(at=None), "at"),
        (entry(at=1_700_000_000), "at"),
        (entry(at="yesterday"), "at"),
        (entry(at=""), "at"),
        (entry(at="2026-13-01T00:00:00+00:00"), "at"),
        (entry(author=3), "author"),
        (entry(author_id=[]), "author_id"),
        (entry(tokens="5"), "tokens"),
        (entry(tokens=-1), "tokens"),
        (entry(tokens=1.5), "tokens"),
        (entry(tokens=True), "tokens"),
        (entry(images=-1), "images"),
        (entry(images=True), "images"),
        (entry(finish="cut"), "finish"),
        (entry(finish=1), "finish"),
    ],
)
def test_a_broken_exchange_is_refused_with_its_number_and_what_is_wrong(
    broken: dict[str, Any], fault: str
) -> None:
    notice = refusal_of(document(entry(), broken))

    assert "Exchange 2 " in notice
    assert f"`{fault}`" in notice


@pytest.mark.parametrize("broken", [None, 3, "text", [], ["q", "a"]])
def test_something_that_is_no_exchange_is_refused_with_its_number(broken: object) -> None:
    assert "Exchange 2 " in refusal_of(document(entry(), broken))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(sorted(entry())), json_values))
def test_any_exchange_is_brought_back_or_refused(changes: dict[str, Any]) -> None:
    text = document(entry(**changes))

    try:
        exchanges = from_json(text)
    except BadRequest as refused:
        assert refused.notice  # noqa: PT017 - both outcomes are right
    else:
        assert len(exchanges) == 1


names = st.text(max_size=40)


@given(st.sampled_from(FORMATS), st.builds(Conversation, names, names, st.none() | names))
def test_a_file_name_is_safe_on_every_system(form: str, conversation: Conversation) -> None:
    name, _ = export(form, conversation, TALK)

    stem, _, ending = name.rpartition(".")
    assert ending in {"md", "txt", "json"}
    assert stem.startswith("parley-")
    assert all(character.isalnum() or character in "-_" for character in stem)


def test_a_file_name_is_short_enough_for_every_system() -> None:
    name, _ = export("json", Conversation("test:team", "\N{CJK UNIFIED IDEOGRAPH-6F22}" * 200), TALK)

    assert len(name.encode()) <= 255
