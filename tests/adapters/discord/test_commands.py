"""Slash commands, as Discord brings them."""

from __future__ import annotations

import pytest

from adapters.discord.payloads.choices import Typed, choices_of, typed_in
from adapters.discord.payloads.interactions import command_in
from adapters.discord.tickets import Ticket, ticket_of
from bot.messages import Author, Conversation, IncomingMessage
from tests.adapters.discord.payloads import (
    ADA,
    ASKED_AT,
    BOT,
    COMMAND,
    DIRECT,
    GENERAL,
    TENANT,
    THREAD,
    payload,
)

TOKEN = "aW50ZXJhY3Rpb246MTU3MzY0NDA"


def test_a_slash_command_is_the_command_with_the_right_to_answer_it() -> None:
    ticket = Ticket(BOT, TOKEN, whole=True, private=False, about="")

    assert command_in(payload("command_persona_use")) == IncomingMessage(
        id=COMMAND,
        conversation=Conversation(TENANT, GENERAL),
        author=Author(ADA, "Ada L."),
        text="/persona use tutor",
        ticket=ticket.pack(),
        public=True,
        at=ASKED_AT,
    )


def test_a_command_in_a_thread_is_about_the_thread() -> None:
    message = command_in(payload("command_reset_in_thread"))

    assert (message.text, message.conversation) == ("/reset", Conversation(TENANT, GENERAL, THREAD))


def test_a_command_in_direct_messages_is_of_these() -> None:
    message = command_in(payload("command_usage_direct"))

    assert (message.text, message.direct) == ("/usage", True)
    assert message.conversation == Conversation(f"discord:@{DIRECT}", DIRECT)
    assert message.author == Author(ADA, "Ada")


def test_values_stand_as_they_are_declared_and_a_name_is_one_word() -> None:
    message = command_in(payload("command_persona_create_in_one_line"))

    assert message.text == "/persona create The-Pirate You are a pirate."


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("command_export", True),
        ("command_usage_direct", True),
        ("command_stop", True),
        ("command_persona_use", False),
        ("command_persona_create_in_one_line", False),
        ("command_reset_in_thread", False),
    ],
)
def test_everybody_reads_of_what_everybody_meets(name: str, *, private: bool) -> None:
    assert ticket_of(command_in(payload(name)).ticket).private == private


def test_a_command_that_is_declared_no_more_is_written_as_it_comes() -> None:
    data = payload("command_export")
    data["data"]["name"] = "sing"

    assert command_in(data).text == "/sing json"


def test_what_is_being_typed_is_known() -> None:
    assert typed_in(payload("autocomplete_persona_use")) == Typed("persona", "TU")
    assert typed_in(payload("autocomplete_persona_delete")) == Typed("persona", "", own=True)
    assert typed_in(payload("autocomplete_help")) == Typed("command", "re")
    assert typed_in(payload("command_persona_use")) is None


def test_names_that_begin_with_what_was_typed_come_first() -> None:
    offered = choices_of(["assistant", "concise", "sarcastic", "Saint"], "SA")

    assert [choice["value"] for choice in offered] == ["sarcastic", "Saint"]
    assert [choice["value"] for choice in choices_of(["concise", "sarcastic"], "s")] == [
        "sarcastic",
        "concise",
    ]


def test_no_more_is_offered_than_discord_shows() -> None:
    assert len(choices_of((f"persona-{number}" for number in range(40)), "")) == 25
