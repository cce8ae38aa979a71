"""What comes over the gateway, and what is handed over of it."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.messages import Conversation
from bot.store import Store
from tests.adapters.discord.counter import Hall, open_hall
from tests.adapters.discord.payloads import GENERAL, GUILD, QUESTION, TENANT, THREAD, names, payload


@pytest.fixture
def hall(store: Store) -> Hall:
    """An intake that knows of no channel yet."""
    return open_hall(store)


def event_of(name: str) -> str:
    """The event that brings a payload."""
    kind = name.partition("_")[0]
    return {"message": "MESSAGE_CREATE", "update": "MESSAGE_UPDATE"}.get(kind, "MESSAGE_DELETE")


def untyped(name: str) -> dict[str, Any]:
    """A message whose event does not say in what kind of channel it stands."""
    data = payload(name)
    del data["channel_type"]
    return data


async def test_a_message_to_the_bot_is_handed_over(hall: Hall) -> None:
    await hall.intake("MESSAGE_CREATE", payload("message_with_mention"))

    assert [message.id for message in hall.counter.messages] == [QUESTION]


async def test_talk_in_a_channel_is_nobodys_business(hall: Hall) -> None:
    for name in ("message_in_channel", "message_of_a_bot", "message_pinned", "message_without_content"):
        await hall.intake("MESSAGE_CREATE", payload(name))

    assert hall.counter.messages == []


async def test_what_nobody_wants_is_known_without_waiting(hall: Hall) -> None:
    hall.intake.wants("GUILD_CREATE", payload("guild_create"))

    wanted = {
        name
        for name in names("message_", "update_", "delete")
        if hall.intake.wants(event_of(name), payload(name))
    }

    assert (
        wanted & {"message_in_channel", "message_of_a_bot", "message_pinned", "update_with_preview"} == set()
    )
    assert {"message_with_mention", "message_in_thread", "update_edited", "delete", "delete_bulk"} <= wanted


@pytest.mark.parametrize(
    ("name", "changes", "logged"),
    [
        ("message_with_mention", {"author": {}}, []),
        ("message_with_mention", {"mentions": 7}, ["payload_unreadable"]),
        ("message_with_mention", {"content": 7}, ["payload_unreadable"]),
        ("message_with_mention", {}, ["event_crashed"]),
        ("delete", {}, ["event_crashed"]),
    ],
)
async def test_what_discord_never_says_and_what_we_never_meant_are_told_apart(
    hall: Hall, name: str, changes: dict[str, Any], logged: list[str]
) -> None:
    hall.counter.trouble = AttributeError("ours")

    with capture_logs() as logs:
        await hall.intake(event_of(name), payload(name) | changes)

    assert [each["event"] for each in logs] == logged


async def test_who_goes_on_in_a_thread_of_the_bots_is_heard_without_a_mention(
    hall: Hall, store: Store
) -> None:
    hall.directory.channels[THREAD] = {"id": THREAD, "type": 11, "parent_id": GENERAL}
    await hall.intake("MESSAGE_CREATE", untyped("message_in_thread_with_mention"))
    after_a_restart = open_hall(store)

    await after_a_restart.intake("MESSAGE_CREATE", untyped("message_in_thread"))

    [message] = after_a_restart.counter.messages
    assert (message.conversation, message.addressed) == (Conversation(TENANT, GENERAL, THREAD), False)
    assert after_a_restart.directory.asked == []


async def test_a_thread_that_an_answer_opens_is_known_from_then_on(hall: Hall, store: Store) -> None:
    await hall.intake("MESSAGE_CREATE", payload("message_with_mention"))
    after_a_restart = open_hall(store)

    await after_a_restart.intake("MESSAGE_CREATE", payload("message_in_thread") | {"channel_id": QUESTION})

    assert [each.conversation.thread for each in after_a_restart.counter.messages] == [QUESTION]


async def test_changes_and_deletions_are_handed_over(hall: Hall) -> None:
    await hall.intake("MESSAGE_UPDATE", payload("update_edited"))
    await hall.intake("MESSAGE_UPDATE", payload("update_with_preview"))
    await hall.intake("MESSAGE_DELETE", payload("delete"))
    await hall.intake("MESSAGE_DELETE_BULK", payload("delete_bulk"))

    assert [(each.changes, each.deleted) for each in hall.counter.messages] == [
        (QUESTION, False),
        (QUESTION, True),
        *((name, True) for name in payload("delete_bulk")["ids"]),
    ]


async def test_what_is_deleted_in_a_known_thread_is_of_that_thread(hall: Hall) -> None:
    await hall.intake("GUILD_CREATE", payload("guild_create"))

    await hall.intake("MESSAGE_DELETE", payload("delete_in_thread"))

    assert [each.conversation.thread for each in hall.counter.messages] == [THREAD]


async def test_a_server_that_took_the_app_away_is_told_from_one_that_is_away(hall: Hall) -> None:
    await hall.intake("GUILD_DELETE", payload("guild_unavailable"))
    await hall.intake("GUILD_DELETE", payload("guild_delete"))

    assert hall.left == [GUILD]


async def test_interactions_are_answered(hall: Hall) -> None:
    await hall.intake("INTERACTION_CREATE", payload("command_persona_use"))

    assert hall.counter.done == [("received", "/persona use tutor"), ("deferred", False)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("MESSAGE_CREATE", {"type": 0, "author": {"id": "1"}}),
        (
            "MESSAGE_UPDATE",
            {"type": 0, "author": {"id": "1"}, "edited_timestamp": "yesterday", "channel_id": "1"},
        ),
        ("MESSAGE_DELETE", {}),
        ("INTERACTION_CREATE", {"type": 2}),
        ("THREAD_CREATE", {"id": "none", "type": 11, "parent_id": "1"}),
        ("SOMETHING_NEW", {}),
    ],
)
async def test_what_cannot_be_read_harms_nobody(hall: Hall, name: str, data: dict[str, Any]) -> None:
    await hall.intake(name, data)

    assert hall.counter.done == []


async def test_what_could_not_be_kept_is_told_to_who_brought_it(hall: Hall) -> None:
    hall.counter.trouble = StoreUnavailable("Redis is away.")

    with pytest.raises(StoreUnavailable):
        await hall.intake("MESSAGE_CREATE", payload("message_with_mention"))
