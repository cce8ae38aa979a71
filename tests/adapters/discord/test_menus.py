"""The menu of a message: its thread summed up for one person, and a question about it."""

from __future__ import annotations

import pytest

from adapters.discord.payloads.interactions import menu_of
from adapters.discord.payloads.menus import (
    ASK,
    Subject,
    answered_where,
    asks_what,
    is_question,
    note_of,
    question_in,
    subject_in,
    subject_of,
    summary_in,
)
from adapters.discord.tickets import ticket_of
from bot.messages import Conversation, IncomingMessage
from tests.adapters.discord.payloads import ADA, BOT, DIRECT, FORM, GENERAL, TENANT, THREAD, payload

CHANNEL = Conversation(TENANT, GENERAL)
LUNCH = Conversation(TENANT, GENERAL, THREAD)
SUBJECT = Subject("Bobby", "Lunch at [the place](https://example.org)?", ADA)


def asked(name: str, subject: Subject = SUBJECT) -> IncomingMessage:
    """The question that a payload brings."""
    question = question_in(payload(name), subject)
    assert question
    return question


@pytest.mark.parametrize(
    ("name", "place"), [("menu_summarize", CHANNEL), ("menu_summarize_in_thread", LUNCH)]
)
def test_a_summary_goes_from_the_message_and_is_for_who_wants_it(name: str, place: Conversation) -> None:
    message = summary_in(payload(name), BOT)

    assert message
    assert message.text == f"!summarize {payload(name)['data']['target_id']}"
    assert (message.conversation, message.opens) == (place, None)
    assert (ticket_of(message.ticket).whole, ticket_of(message.ticket).private) == (True, True)


def test_a_summary_brings_along_the_message_from_which_it_goes() -> None:
    message = summary_in(payload("menu_summarize"), BOT)

    assert message
    assert message.transcript == ("Bobby: Lunch at [the place](https://example.org)?",)


def test_who_asks_about_a_message_gets_a_modal_that_knows_it() -> None:
    data = payload("menu_ask")

    modal = asks_what(data)

    assert menu_of(data) == ASK
    assert summary_in(data, BOT) is None
    assert modal["custom_id"] == payload("modal_question")["data"]["custom_id"]
    assert subject_of(subject_in(data, BOT).pack()) == SUBJECT


def test_a_question_stands_in_the_thread_of_the_message_with_what_it_is_about() -> None:
    question = asked("modal_question")

    assert (question.id, question.conversation, question.opens) == (FORM, CHANNEL, LUNCH)
    assert question.text == (
        "Where is it?\n\nI ask about this message by @Bobby:\n> Lunch at [the place](https://example.org)?"
    )
    assert ticket_of(question.ticket).about == THREAD
    assert not ticket_of(question.ticket).whole
    assert answered_where(payload("modal_question"), question) == f"You asked. I answer in <#{THREAD}>."


def test_a_question_in_a_thread_stays_there() -> None:
    question = asked("modal_question_in_thread")

    assert (question.answered_in, question.opens) == (LUNCH, None)


def test_a_question_about_a_direct_message_is_answered_among_these() -> None:
    question = asked("modal_question_direct")

    assert question.answered_in == Conversation(f"discord:@{DIRECT}", DIRECT)
    assert answered_where(payload("modal_question_direct"), question) == "You asked. I answer here."


def test_a_question_about_what_says_nothing_is_asked_alone() -> None:
    assert asked("modal_question", Subject("Bobby", "")).text == "Where is it?"


def test_another_modal_is_no_question() -> None:
    data = payload("modal_reason")

    assert (is_question(data), question_in(data, SUBJECT), note_of("parley:persona:create")) == (
        False,
        None,
        "",
    )
    assert is_question(payload("modal_question"))


def test_a_forwarded_message_is_asked_about_with_what_it_forwards() -> None:
    data = payload("menu_ask")
    [message] = data["data"]["resolved"]["messages"].values()
    message |= {"content": "", "message_snapshots": payload("message_forwards")["message_snapshots"]}

    assert subject_in(data, BOT).text == "@Bob the plan\nis here"
