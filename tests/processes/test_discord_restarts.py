"""Restarts in Discord under traffic: what is asked at any moment is answered once, and sessions go on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from bot.store import Store
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
