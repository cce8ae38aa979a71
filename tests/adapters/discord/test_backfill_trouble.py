"""Looking for what was written meanwhile, by several services, while Discord fails, and over and over again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.routes import MESSAGES, SEARCH
from bot.store import Store
from simulators.discord import Fault
from tests.adapters.answering import answer_to
from tests.adapters.discord.absence import (
    LATE,
    at_work,
    away,
    known_thread,
    soon,
    texts,
    until_filled,
)
from tests.adapters.discord.club import Club, open_server


@pytest.fixture
async def club(store: Store) -> AsyncIterator[Club]:
    """A server, in which Parley does not listen yet."""
    del store
    async with open_server() as opened:
        yield opened


async def test_of_two_services_that_start_at_once_one_looks(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
    await away(club, store)
    await club.ada.says("Second?", thread)

    async with at_work(club, valkey, services=2):
        await club.until(lambda: len(texts(club, thread)) == 3)
        await until_filled(club, store)

    assert len(club.discord.calls_to(SEARCH)) == 2  # for mentions, and for replies
    assert len(club.model.requests_to("chat")) == 2


async def test_a_service_that_dies_over_it_leaves_it_to_the_next_one(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
    await away(club, store)
    await club.ada.says("Second?", thread)
    club.discord.faults = (Fault("delay-work", MESSAGES, times=None, seconds=30.0),)
    async with at_work(club, valkey):
        await club.until(lambda: bool(club.discord.calls_to(MESSAGES)))
    club.discord.faults = ()

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) == 3)

    assert len(club.model.requests_to("chat")) == 2
    assert len(club.discord.identifies) == 2


async def test_discord_that_limits_or_fails_is_asked_again(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
    await away(club, store)
    await club.ada.says("Second?", thread)
    club.discord.faults = (
        Fault("busy", SEARCH, seconds=0.5),
        Fault("busy", MESSAGES, seconds=0.5),
        Fault("error-before", MESSAGES),
    )

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) == 3)

    assert not club.discord.faults


async def test_while_discord_makes_its_index_it_is_waited_for(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    await away(club, store)
    asked = await club.ada.mentions("Elsewhere?", club.general)
    club.discord.indexed = False

    async with at_work(club, valkey):
        await club.until(lambda: any(call.status == 202 for call in club.discord.calls_to(SEARCH)))
        club.discord.indexed = True
        await club.until_answered(asked, LATE)

    assert [call.status for call in club.discord.calls_to(SEARCH)] == [202, 200, 200]


async def test_what_is_too_new_for_the_index_is_read(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    await away(club, store)
    club.discord.index_lag = 30.0
    asked = await club.ada.mentions("Elsewhere?", club.general)

    async with at_work(club, valkey):
        await club.until_answered(asked, LATE)

    assert all(call.answer["total_results"] == 0 for call in club.discord.calls_to(SEARCH))


async def test_a_channel_that_cannot_be_read_does_not_hide_the_others(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
        closed = await known_thread(club, "Closed?", club.guild.channel("closed"))
    await away(club, store)
    await club.ada.says("Not seen", closed)
    await club.ada.says("Second?", thread)
    club.guild.channel("closed").deny("VIEW_CHANNEL")

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) == 3)
        await until_filled(club, store)

    assert len(texts(club, closed)) == 1


async def test_a_session_that_is_lost_in_the_midst_is_made_up_for(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
        await club.ada.writes("Hello")
        await club.until_said(club.ada.dm, answer_to("Hello"))
        await soon(club, store)
        club.discord.refuse_connections(2)
        club.discord.end_sessions()
        await club.ada.says("Second?", thread)
        asked = await club.bob.mentions("Elsewhere?", club.general)
        await club.ada.writes("Direct?")

        await club.until(lambda: len(texts(club, thread)) == 3)
        await club.until_answered(asked, LATE)
        await club.until_said(club.ada.dm, LATE)

    assert len(club.model.requests_to("chat")) == 5


async def test_a_stop_that_is_found_afterwards_stops_nothing(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
    await away(club, store)
    await club.ada.says("Second?", thread)
    await club.ada.says("!stop", thread)

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) >= 3)

    assert texts(club, thread)[1] == answer_to("Second?")
