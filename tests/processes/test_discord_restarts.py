"""Restarts in Discord under traffic: what is asked at any moment is answered once, and sessions go on."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from simulators.openai import Behaviour
from tests.processes.clubhouse import Clubhouse, open_clubhouse, rolling

RESTARTS = 15


@pytest.fixture
async def house(valkey: str, store: Store) -> AsyncIterator[Clubhouse]:
    """A server in which nobody works yet."""
    del store
    async with open_clubhouse(valkey) as opened:
        yield opened


async def test_of_restarts_one_after_the_other_nobody_notices(house: Clubhouse) -> None:
    began = time.monotonic()

    await rolling(house, RESTARTS)

    took = time.monotonic() - began
    house.check_answered_once()
    assert len(house.club.discord.identifies) == 1
    assert took / RESTARTS <= 1.5


async def test_who_is_told_to_end_hears_no_more_and_writes_to_the_end(house: Clubhouse) -> None:
    old = await house.hearing()
    new = await house.run()
    house.club.model.behaviour = Behaviour(tokens_per_second=8)
    slow = await house.ask()
    await house.club.until(lambda: "word" in "".join(house.replies(slow)))
    house.club.model.behaviour = Behaviour()

    old.send(signal.SIGTERM)
    quick = await house.ask()
    await house.club.until(lambda: house.is_answered(quick))
    is_written = house.is_answered(slow)
    await house.all_answered()
    await old.until(lambda: old.ended)

    house.check_answered_once()
    assert not is_written
    assert len(old.said("turn")) == len(new.said("turn")) == 1
    assert len(house.club.discord.identifies) == 1


async def test_what_is_asked_all_the_time_is_answered_once_over_restarts(house: Clubhouse) -> None:
    over = asyncio.Event()
    house.club.discord.limits = False
    house.club.model.behaviour = Behaviour(first_token=0.1, tokens_per_second=100)

    async def traffic() -> None:
        while not over.is_set():
            await house.ask()
            await asyncio.sleep(0.05)

    await house.hearing()
    asking = asyncio.create_task(traffic())
    await rolling(house, 3)
    over.set()
    await asking
    await house.all_answered()

    house.check_answered_once()
    assert len(house.asked) > 3 * 3
    assert len(house.club.discord.identifies) == 1
