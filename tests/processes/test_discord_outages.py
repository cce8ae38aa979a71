"""Processes in Discord that are killed, or share its shards, and a Redis that goes away: all is answered once."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from simulators.openai import Behaviour
from tests.processes.clubhouse import Clubhouse, open_clubhouse
from tests.processes.server import Server

TAKEN_OVER = 8.0
"""Seconds: a lease, and the look that finds it at its end."""


@pytest.fixture
async def house(valkey: str, store: Store) -> AsyncIterator[Clubhouse]:
    """A server in which nobody works yet."""
    del store
    async with open_clubhouse(valkey) as opened:
        yield opened


async def test_of_two_processes_one_hears_and_the_other_follows_when_it_is_killed(house: Clubhouse) -> None:
    first = await house.hearing()
    second = await house.run()
    house.club.model.behaviour = Behaviour(tokens_per_second=10)
    asked = await house.ask()
    await house.club.until(lambda: bool(house.replies(asked)))

    first.send(signal.SIGKILL)
    killed = time.monotonic()
    house.club.model.behaviour = Behaviour()
    for _ in range(5):
        await house.ask()
    await second.until_said("discord_heard")
    took = time.monotonic() - killed
    await house.all_answered()

    house.check_answered_once()
    assert len(house.club.discord.identifies) == 1
    assert len(house.club.discord.sessions) == 1
    assert took <= TAKEN_OVER


async def test_two_processes_have_a_shard_each_and_who_is_left_has_both(house: Clubhouse) -> None:
    club = house.club
    club.discord.starts.max_concurrency = 2
    first = await house.run(discord_shards=2)
    await first.until(lambda: len(first.said("discord_heard")) == 2)
    second = await house.run(discord_shards=2)
    await second.until_said("discord_heard")
    await house.ask()
    greeting = await club.ada.writes("Hello")
    await house.all_answered()
    await club.until(lambda: bool(club.replies(club.ada.dm)))
    heard = [len(each.said("accepted")) for each in (first, second)]

    await first.leaves()
    await house.ask()
    await second.until(lambda: len(second.said("discord_heard")) == 2)
    await house.ask()
    await house.all_answered()

    house.check_answered_once()
    assert sorted(line["shard"] for line in second.said("discord_heard")) == [0, 1]
    assert heard == ([1, 1] if int(club.guild.id) >> 22 & 1 else [2, 0])
    assert len(club.discord.identifies) == 2
    assert [each.reply_to for each in club.replies(club.ada.dm)] == [greeting]


async def test_while_redis_is_away_people_are_told_or_answered_late(server: Server) -> None:
    async with open_clubhouse(server.url) as house:
        service = await house.hearing()
        first = await house.ask()
        await house.all_answered()
        thread = house.club.guild.channel("c0").thread_of(first)
        assert thread

        server.kill()
        away = [await house.ask() for _ in range(3)]
        await house.club.bob.says("Inside?", thread)
        await asyncio.sleep(3.0)
        away.append(await house.ask())
        await server.start_again()
        back = await house.ask()
        await house.club.until(lambda: all(house.replies(each) for each in away), within=30.0)
        await house.club.until(lambda: house.is_answered(back), within=30.0)
        await house.club.until(lambda: len(house.replies(first)) == 2, within=30.0)

        assert all(
            house.is_answered(each) or "can't reach my memory" in "".join(house.replies(each))
            for each in away
        )
        assert house.replies(first)[1].startswith("To Inside?")
        assert not service.ended
        assert len(house.club.discord.identifies) == 1
