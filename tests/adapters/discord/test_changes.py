"""Messages that people change or take back, as Discord tells of it."""

from __future__ import annotations

import pytest

from adapters.discord.payloads.changes import change_in, deletions_in
from adapters.discord.payloads.grounds import Ground
from bot.messages import Author, Conversation
from tests.adapters.discord.payloads import ASKED_AT, BOT, DIRECT, GENERAL, QUESTION, TENANT, THREAD, payload

PLAIN = Ground(GENERAL)
EDITED = f"changed-{QUESTION}-1795180020766"


def test_an_edited_message_changes_the_one_that_it_was() -> None:
    message = change_in(payload("update_edited"), BOT, PLAIN)

    assert message
    assert (message.id, message.changes, message.deleted) == (EDITED, QUESTION, False)
    assert (message.text, message.at, message.changed_at) == ("What is 2 + 3?", ASKED_AT, 1_795_180_020.766)
    assert message.answered_in == Conversation(TENANT, GENERAL, QUESTION)


def test_the_preview_that_follows_an_edit_is_the_same_change() -> None:
    message = change_in(payload("update_with_preview_after_edit"), BOT, PLAIN)

    assert message
    assert message.id == EDITED


@pytest.mark.parametrize("name", ["update_with_preview", "update_with_thread"])
def test_a_message_that_is_only_drawn_anew_is_no_change(name: str) -> None:
    assert change_in(payload(name), BOT, PLAIN) is None


@pytest.mark.parametrize("name", ["update_edited_to_somebody", "update_edited_hidden"])
def test_what_is_edited_to_be_no_business_of_the_bot_is_none(name: str) -> None:
    assert change_in(payload(name), BOT, PLAIN) is None


def test_a_direct_message_is_edited_without_a_mention() -> None:
    message = change_in(payload("update_edited_direct"), BOT, Ground(DIRECT, opens=False))

    assert message
    assert (message.changes, message.direct, message.opens) == (QUESTION, True, None)


def test_what_the_bot_edits_is_its_own() -> None:
    data = payload("message_of_our_own") | {"edited_timestamp": "2026-11-20T13:06:44.000000+00:00"}

    assert change_in(data, BOT, PLAIN) is None


def test_a_deleted_message_takes_back_the_one_that_it_was() -> None:
    [message] = deletions_in(payload("delete"), PLAIN)

    assert (message.changes, message.deleted, message.addressed) == (QUESTION, True, False)
    assert (message.author, message.text, message.at) == (Author("", ""), "", ASKED_AT)
    assert message.answered_in == Conversation(TENANT, GENERAL, QUESTION)


def test_a_message_that_was_deleted_in_a_thread_is_of_that_thread() -> None:
    [message] = deletions_in(payload("delete_in_thread"), Ground(THREAD, GENERAL, opens=False))

    assert message.conversation == message.answered_in == Conversation(TENANT, GENERAL, THREAD)


def test_a_deleted_direct_message_is_of_its_channel() -> None:
    [message] = deletions_in(payload("delete_direct"), Ground(DIRECT, opens=False))

    assert (message.direct, message.answered_in) == (True, Conversation(f"discord:@{DIRECT}", DIRECT))


def test_many_that_were_deleted_at_once_are_so_many_messages() -> None:
    messages = deletions_in(payload("delete_bulk"), PLAIN)

    assert [message.changes for message in messages] == payload("delete_bulk")["ids"]
    assert len({message.id for message in messages}) == 3
