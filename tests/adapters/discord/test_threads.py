"""Whether something was said in a thread, and of which channel: heard, noted, or asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.discord.hearing.threads import Threads
from adapters.discord.payloads.grounds import Ground
from bot.errors import StoreUnavailable
from bot.messages import Author, Conversation, IncomingMessage
from bot.store import Store, open_store
from tests.adapters.discord.counter import Directory
from tests.adapters.discord.payloads import (
    DIRECT,
    FORUM,
    GENERAL,
    GUILD,
    NEWS,
    QUESTION,
    TENANT,
    THREAD,
    VOICE,
    payload,
)
from tests.conftest import running_valkey

IN_THREAD = Ground(THREAD, GENERAL, opens=False)


def spoken(channel: str, **more: Any) -> dict[str, Any]:
    """As much of a message as says where it was written."""
    return {"channel_id": channel, "guild_id": GUILD, **more}


def addressed(thread: str | None) -> IncomingMessage:
    """A message to the bot."""
    return IncomingMessage("1", Conversation(TENANT, GENERAL, thread), Author("2", "Ada"), "Hello")


@pytest.mark.parametrize(
    ("channel", "ground"),
    [
        (GENERAL, Ground(GENERAL)),
        (NEWS, Ground(NEWS)),
        (VOICE, Ground(VOICE, opens=False)),
        (THREAD, IN_THREAD),
    ],
)
async def test_what_a_server_has_is_known_from_the_start(store: Store, channel: str, ground: Ground) -> None:
    threads = Threads(Directory(), store)
    threads.hear("GUILD_CREATE", payload("guild_create"))

    assert await threads.ground(spoken(channel), addressed=False) == ground


async def test_threads_come_and_go(store: Store) -> None:
    threads = Threads(Directory(), store)
    threads.hear("THREAD_CREATE", payload("thread_create"))
    threads.hear("THREAD_LIST_SYNC", payload("thread_list_sync"))

    known = [await threads.ground(spoken(each), addressed=False) for each in (QUESTION, THREAD)]
    threads.hear("THREAD_DELETE", payload("thread_delete"))
    gone = await threads.ground(spoken(THREAD), addressed=False)

    assert known == [Ground(QUESTION, GENERAL, opens=False), Ground(THREAD, FORUM, opens=False)]
    assert gone is None


async def test_a_server_that_left_is_not_remembered_and_one_with_an_outage_is(store: Store) -> None:
    threads = Threads(Directory(), store)
    threads.hear("GUILD_CREATE", payload("guild_create"))

    threads.hear("GUILD_DELETE", payload("guild_unavailable"))
    during = await threads.ground(spoken(THREAD), addressed=False)
    threads.hear("GUILD_DELETE", payload("guild_delete"))
    after = await threads.ground(spoken(THREAD), addressed=False)

    assert during == IN_THREAD
    assert after is None


async def test_of_very_many_threads_those_are_remembered_that_were_heard_of_last(store: Store) -> None:
    threads = Threads(Directory(), store, most=3)
    names = [str(int(THREAD) + number) for number in range(5)]
    for name in (*names[:3], names[0], *names[3:]):
        threads.hear("THREAD_CREATE", payload("thread_create") | {"id": name})

    known = [await threads.ground(spoken(name), addressed=False) is not None for name in names]

    assert known == [True, False, False, True, True]


async def test_direct_messages_are_known_as_such(store: Store) -> None:
    ground = await Threads(Directory(), store).ground({"channel_id": DIRECT}, addressed=True)

    assert ground == Ground(DIRECT, opens=False)


async def test_what_the_event_says_of_its_channel_is_believed(store: Store) -> None:
    directory = Directory()
    threads = Threads(directory, store)

    plain = await threads.ground(spoken(GENERAL, channel_type=0), addressed=True)
    stage = await threads.ground(spoken(VOICE, channel_type=13), addressed=True)

    assert (plain, stage) == (Ground(GENERAL), Ground(VOICE, opens=False))
    assert directory.asked == []


async def test_a_thread_in_which_somebody_spoke_to_the_bot_is_known_to_every_process(store: Store) -> None:
    await Threads(Directory(), store).note(addressed(THREAD))
    other = Directory()

    ground = await Threads(other, store).ground(spoken(THREAD, channel_type=11), addressed=False)

    assert ground == IN_THREAD
    assert other.asked == []


async def test_a_message_in_a_channel_leaves_no_note(store: Store) -> None:
    await Threads(Directory(), store).note(addressed(None))

    assert await store.do("KEYS", "*note*") == []


async def test_talk_in_a_thread_that_nobody_knows_is_not_worth_asking(store: Store) -> None:
    directory = Directory()

    assert await Threads(directory, store).ground(spoken(THREAD), addressed=False) is None
    assert directory.asked == []


async def test_for_who_speaks_to_the_bot_discord_is_asked_once(store: Store) -> None:
    directory = Directory({THREAD: {"id": THREAD, "type": 11, "parent_id": GENERAL}})
    threads = Threads(directory, store)

    grounds = [await threads.ground(spoken(THREAD), addressed=True) for _ in range(2)]

    assert grounds == [IN_THREAD, IN_THREAD]
    assert directory.asked == [THREAD]


@pytest.mark.parametrize("silent", [True, False])
async def test_where_discord_does_not_tell_a_plain_channel_is_assumed(store: Store, *, silent: bool) -> None:
    threads = Threads(Directory(silent=silent), store, patience=0.01)

    unknown = await threads.ground(spoken(GENERAL), addressed=True)
    thread = await threads.ground(spoken(THREAD, channel_type=11), addressed=True)

    assert unknown == Ground(GENERAL)
    assert thread == Ground(THREAD, opens=False)


async def test_while_redis_is_away_discord_is_asked_for_who_speaks_to_the_bot(tmp_path: Path) -> None:
    directory = Directory({THREAD: {"id": THREAD, "type": 11, "parent_id": GENERAL}})
    with running_valkey(tmp_path) as (server, url):
        async with open_store(url) as store:
            threads = Threads(directory, store.patient(0.01))
            server.kill()

            assert await threads.ground(spoken(THREAD), addressed=True) == IN_THREAD
            await threads.note(addressed(THREAD))
            with pytest.raises(StoreUnavailable):
                await threads.ground(spoken(QUESTION), addressed=False)
