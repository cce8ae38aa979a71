"""What the tests of Discord share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.adapters.discord.club import Club, open_club
from tests.adapters.discord.desk import Desk, open_desk
from tests.adapters.discord.ears import House, open_house


@pytest.fixture
async def club(valkey: str, store: Store) -> AsyncIterator[Club]:
    """Parley at work."""
    del store
    async with open_club(valkey) as opened:
        yield opened


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """A Discord that nobody hears yet."""
    async with open_house(store) as opened:
        yield opened


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A question, and who answers it."""
    async with open_desk() as opened:
        yield opened
