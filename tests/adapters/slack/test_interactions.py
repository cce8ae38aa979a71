"""What Slack brings beside messages, each kind as it comes: who is meant, where, and by which words."""

from __future__ import annotations

import pytest

from adapters.slack.installing.departures import is_departure
from adapters.slack.payloads.buttons import click_in, may_click, place_of_click, word_of
from adapters.slack.payloads.changes import change_in
from adapters.slack.payloads.events import message_in, stop_in
from adapters.slack.payloads.shortcuts import question_in, summary_in
from adapters.slack.payloads.thumbs import rating_in
from bot.messages import Author, Conversation
from tests.adapters.slack.payloads import BOT, FOLDER, TENANT, payload

OPENING, REPLY = "1732180000.123456", "1732180002.000100"
THREAD = Conversation(TENANT, "C0GENERAL", OPENING)
LUNCH = Conversation(TENANT, "C0GENERAL", "1732170000.000100")
ADA = Author("U0ADA", "ada")
INTERACTIONS = sorted(
    path.stem
    for path in FOLDER.glob("*.json")
    if path.stem.startswith(("block_actions", "view_submission", "message_action"))
)


def test_retry_is_the_command_of_who_asked_in_the_thread_of_the_reply() -> None:
    body = payload("block_actions_retry")

    message = click_in(body)

    assert may_click(body)
    assert (message.text, message.conversation, message.author) == ("!retry", THREAD, ADA)
    assert (message.ticket, message.addressed, message.pressed) == ("", True, OPENING)


def test_the_retry_of_another_person_is_theirs() -> None:
    body = payload("block_actions_retry_of_another")

    assert word_of(body) == "retry"
    assert not may_click(body)
    assert (place_of_click(body).author, place_of_click(body).thread) == ("U0ADA", OPENING)


def test_a_receipt_is_for_everybody_and_read_by_who_pressed_alone() -> None:
    body = payload("block_actions_receipt")

    message = click_in(body)

    assert may_click(body)
    assert message.text == f"!receipt {OPENING}"
    assert message.ticket == "https://hooks.slack.com/actions/T0PARLEY1/1/abc"


@pytest.mark.parametrize("thumb", ["up", "down"])
def test_a_thumb_names_the_reply_and_its_thread(thumb: str) -> None:
    rating = rating_in(payload(f"block_actions_thumb_{thumb}"))

    assert rating
    assert (rating.thumb, rating.reply, rating.conversation, rating.author) == (thumb, OPENING, THREAD, ADA)


def test_a_reason_is_that_of_a_thumb_that_points_down() -> None:
    rating = rating_in(payload("view_submission_reason"))

    assert rating
    assert (rating.thumb, rating.reason, rating.conversation) == ("down", "It is 5.", THREAD)


def test_a_question_about_a_message_stands_in_its_thread_with_what_it_is_about() -> None:
    question = question_in(payload("view_submission_question"), BOT)

    assert question
    assert question.answered_in == LUNCH
    assert question.text == (
        "Where is it?\n\nI ask about this message by @U0BOB:\n> Lunch at [the place](https://example.org)?"
    )


def test_the_question_of_a_guest_belongs_to_the_workspace_with_the_app() -> None:
    question = question_in(payload("view_submission_question_of_a_guest"), BOT)

    assert question
    assert (question.conversation.tenant, question.author.id) == (TENANT, "W0EVE")


@pytest.mark.parametrize("name", ["message_action_summarize", "message_action_summarize_in_thread"])
def test_a_summary_is_of_the_whole_thread_and_for_who_wants_it(name: str) -> None:
    message = summary_in(payload(name))

    assert message
    assert (message.text, message.conversation) == ("!summarize", LUNCH)
    assert message.ticket == "https://hooks.slack.com/app/T0PARLEY1/1/abc"


@pytest.mark.parametrize("name", INTERACTIONS)
def test_each_interaction_is_one_thing(name: str) -> None:
    body = payload(name)

    meanings = [word_of(body), rating_in(body), summary_in(body), question_in(body, BOT)]

    assert len([meaning for meaning in meanings if meaning]) == (name != "message_action_ask")
    assert message_in(body, BOT) is stop_in(body) is change_in(body, BOT) is None


def test_what_began_a_thread_leaves_a_stone_and_is_deleted_all_the_same() -> None:
    message = change_in(payload("message_changed_to_tombstone"), BOT)

    assert message
    assert (message.changes, message.deleted, message.answered_in) == (OPENING, True, THREAD)


def test_what_is_deleted_in_a_thread_is_known_by_its_thread() -> None:
    message = change_in(payload("message_deleted_in_thread"), BOT)

    assert message
    assert (message.deleted, message.conversation, message.opens) == (True, LUNCH, None)


def test_a_preview_changes_nothing() -> None:
    assert change_in(payload("message_changed_by_preview"), BOT) is None


@pytest.mark.parametrize(("name", "departs"), [("tokens_revoked", True), ("app_home_opened", False)])
def test_a_workspace_that_takes_the_tokens_away_departs(name: str, *, departs: bool) -> None:
    assert is_departure(payload(name)) is departs
