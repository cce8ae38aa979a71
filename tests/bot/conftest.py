"""What the tests of the engine share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.bot.stage import Stage, stage


@pytest.fixture
async def on(store: Store) -> AsyncIterator[Stage]:
    """A stage with the default policy."""
    async with stage(store) as opened:
        yield opened
