"""Buttons and thumbs under replies: how they are drawn, who may press them, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.payloads.buttons import buttons_of, click_in, may_click, reply_of, word_of
from adapters.discord.payloads.clicks import shortened
from adapters.discord.payloads.thumbs import asks_why, rating_in
from adapters.discord.tickets import ticket_of
from bot.messages import Author, Conversation, IncomingMessage
from bot.posts import State
from tests.adapters.discord.payloads import (
    ADA,
    BOB,
    CLICK,
    DIRECT,
    GENERAL,
    QUESTION,
    TENANT,
    VOICE,
    names,
    payload,
)

REPLIES = Conversation(TENANT, GENERAL, QUESTION)
LONGEST_ID = "9" * 20


def drawn(state: State, author: str = ADA, reply: str = QUESTION, thread: str = "") -> list[dict[str, Any]]:
    """The buttons themselves."""
    rows = buttons_of(state, author, reply, thread)
    return [button for row in rows for button in row["components"]]


def clicked(name: str) -> IncomingMessage:
    """What a click says, which is something."""
    message = click_in(payload(name))
    assert message
    return message


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("growing", ["Stop"]),
        ("complete", ["Retry", "👍", "👎", "Receipt"]),
        ("length", ["Continue", "Retry", "👍", "👎", "Receipt"]),
        ("stopped", ["Continue", "Retry", "👍", "👎", "Receipt"]),
        ("said", []),
    ],
)
def test_under_a_reply_stands_what_can_be_done_with_it(state: State, shown: list[str]) -> None:
    assert [each.get("label") or each["emoji"]["name"] for each in drawn(state)] == shown
    assert len(buttons_of(state, ADA, QUESTION)) <= 1


@given(st.text(min_size=1, max_size=200))
def test_whatever_a_reply_is_called_its_components_are_known_and_fit(reply: str) -> None:
    buttons = drawn("length", LONGEST_ID, reply, LONGEST_ID)

    assert reply_of(buttons_of("length", LONGEST_ID, reply)) == shortened(reply)
    assert all(len(button["custom_id"]) <= 100 for button in buttons)
    assert len({button["custom_id"] for button in buttons}) == 5


def test_a_message_is_called_by_its_id() -> None:
    assert shortened(QUESTION) == QUESTION


@pytest.mark.parametrize(
    "components", [[], [{"type": 1, "components": [{"type": 2, "url": "https://x.org"}]}], [{"type": 10}]]
)
def test_components_of_others_belong_to_no_reply(components: list[dict[str, Any]]) -> None:
    assert reply_of(components) is None


def test_retry_is_the_command_of_who_asked_in_the_thread_of_the_reply() -> None:
    data = payload("button_retry")

    message = clicked("button_retry")

    assert may_click(data)
    assert (message.id, message.text, message.author) == (CLICK, "!retry", Author(ADA, "Ada L."))
    assert (message.conversation, message.addressed, message.pressed) == (REPLIES, True, QUESTION)


def test_what_a_click_leads_to_stands_below_and_only_what_is_private_answers_it() -> None:
    ticket = ticket_of(clicked("button_retry").ticket)

    assert (ticket.whole, ticket.private) == (False, True)
    assert ticket.about == payload("button_retry")["message"]["id"]


def test_the_retry_of_another_person_is_theirs() -> None:
    data = payload("button_retry_of_another")

    assert word_of(data) == "retry"
    assert not may_click(data)


def test_a_receipt_is_for_everybody_and_read_by_who_pressed_alone() -> None:
    message = clicked("button_receipt")
    ticket = ticket_of(message.ticket)

    assert may_click(payload("button_receipt"))
    assert (message.text, message.author) == (f"!receipt {QUESTION}", Author(BOB, "Bob"))
    assert (ticket.whole, ticket.private, ticket.about) == (True, True, "")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("button_stop", REPLIES),
        ("button_continue_in_place", REPLIES),
        ("button_retry_in_place_again", REPLIES),
        ("button_retry_direct", Conversation(f"discord:@{DIRECT}", DIRECT)),
        ("button_retry_in_voice", Conversation(TENANT, VOICE)),
        ("button_retry_of_command", Conversation(TENANT, GENERAL)),
    ],
)
def test_a_click_is_said_in_the_conversation_of_the_reply(name: str, place: Conversation) -> None:
    assert clicked(name).conversation == place


def test_buttons_of_others_say_nothing() -> None:
    data = payload("button_unknown")

    assert (word_of(data), click_in(data), rating_in(data), may_click(data)) == ("", None, None, False)


@pytest.mark.parametrize(("thumb", "author"), [("up", BOB), ("down", ADA)])
def test_a_thumb_names_the_reply_and_its_thread(thumb: str, author: str) -> None:
    rating = rating_in(payload(f"button_thumb_{thumb}"))

    assert rating
    assert (rating.thumb, rating.reply, rating.conversation) == (thumb, QUESTION, REPLIES)
    assert rating.author.id == author


@pytest.mark.parametrize("name", ["modal_reason", "modal_reason_in_place"])
def test_a_reason_is_that_of_a_thumb_that_points_down(name: str) -> None:
    rating = rating_in(payload(name))

    assert rating
    assert (rating.thumb, rating.reason, rating.reply) == ("down", "It is 5.", QUESTION)
    assert rating.conversation == REPLIES


def test_the_reason_is_asked_for_in_a_modal_that_knows_the_reply() -> None:
    rating = rating_in(payload("button_thumb_down"))
    assert rating

    modal = asks_why(rating)

    assert modal["custom_id"] == payload("modal_reason")["data"]["custom_id"]


@pytest.mark.parametrize("name", names("button_"))
def test_each_component_is_one_thing(name: str) -> None:
    data = payload(name)

    assert sum(1 for each in (click_in(data), rating_in(data)) if each) == (name != "button_unknown")
