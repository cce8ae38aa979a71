"""What the tests of Discord share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.adapters.discord.ears import House, open_house


@pytest.fixture
async def house(store: Store) -> AsyncIterator[House]:
    """A Discord that nobody hears yet."""
    async with open_house(store) as opened:
        yield opened
