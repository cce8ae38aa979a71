from __future__ import annotations

import pytest

from adapters.slack.payloads.events import command_in, message_in, stop_in
from bot.messages import Author, Conversation, IncomingMessage
from tests.adapters.slack.payloads import BOT, FOLDER, TENANT, payload

TS = "1732180000.123456"
THREAD = "1732170000.000100"
CHANNEL = Conversation(TENANT, "C0GENERAL")
SILENT = {
    "agent_session_stopped",
    "app_home_opened",
    "app_uninstalled",
    "assistant_thread_started",
    "bot_message",
    "channel_join",
    "message_changed",
    "message_changed_by_preview",
    "message_changed_to_tombstone",
    "message_deleted",
    "message_deleted_in_thread",
    "message_in_channel",
    "message_mpim",
    "message_of_a_bot",
    "message_of_our_own",
    "message_to_somebody_in_thread",
    "reaction_added",
    "tokens_revoked",
}
"""What says nothing to the bot."""


EVENTS = sorted(
    path.stem
    for path in FOLDER.glob("*.json")
    if not path.stem.startswith(("block_actions", "view_submission", "message_action"))
)


def message_of(name: str) -> IncomingMessage | None:
    """What a payload says to the bot."""
    return message_in(payload(name), BOT)


def said(name: str) -> IncomingMessage:
    """What a payload says to the bot, which is something."""
    message = message_of(name)
    assert message
    return message


@pytest.mark.parametrize("name", EVENTS)
def test_every_kind_of_payload_is_a_message_or_silence(name: str) -> None:
    if name == "slash_command":
        assert command_in(payload(name), "")
    else:
        assert (message_of(name) is None) == (name in SILENT)


def test_a_mention_opens_a_thread() -> None:
    assert said("app_mention") == IncomingMessage(
        id=TS,
        conversation=CHANNEL,
        author=Author("U0ADA", "U0ADA"),
        text="What is 2 + 2?",
        opens=Conversation(TENANT, "C0GENERAL", TS),
        addressed=True,
        at=1732180000.123456,
    )


def test_the_two_events_of_one_mention_are_one_message() -> None:
    assert said("app_mention") == said("message_with_mention")


def test_a_mention_in_a_thread_stays_there() -> None:
    message = said("app_mention_in_thread")

    assert message.conversation == message.answered_in == Conversation(TENANT, "C0GENERAL", THREAD)
    assert message.addressed


def test_who_names_nobody_in_a_thread_may_mean_the_bot() -> None:
    assert not said("message_in_thread").addressed


def test_a_direct_message_needs_no_mention_and_is_threaded_on_its_own() -> None:
    message = said("message_im")

    assert (message.addressed, message.direct) == (True, True)
    assert message.opens == Conversation(TENANT, "D0ADA", TS)
    assert said("message_im_in_thread").conversation.thread == THREAD


def test_in_a_shared_channel_the_tenant_is_the_workspace_that_has_the_app() -> None:
    assert said("message_in_shared_channel").conversation.tenant == TENANT


def test_slacks_own_stop_is_the_command_in_the_thread() -> None:
    message = stop_in(payload("agent_session_stopped"))

    assert message
    assert (message.text, message.conversation.thread) == ("!stop", THREAD)


def test_a_slash_command_is_the_command_with_the_address_for_its_answer() -> None:
    message = command_in(payload("slash_command"), "", at=1732180000.5)

    assert message.at == 1732180000.5
    assert message.text == "/persona use tutor"
    assert message.conversation == message.answered_in == CHANNEL
    assert message.ticket == "https://hooks.slack.com/commands/T0PARLEY1/1/abc"
    assert message.id == "command-13345224609.738474920.8088930838d88f008e0"


def test_the_prefix_of_a_workspace_is_no_part_of_a_command() -> None:
    body = payload("slash_command") | {"command": "/parley-reset", "text": ""}

    assert command_in(body, "parley-").text == "/reset"
