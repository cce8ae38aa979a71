"""What the tests of Slack share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.adapters.slack.door import Door, opened
from tests.adapters.slack.ears import Ears, open_ears
from tests.adapters.slack.office import Office, open_office


@pytest.fixture(params=["sockets", "http"])
async def office(request: pytest.FixtureRequest, valkey: str, store: Store) -> AsyncIterator[Office]:
    """Parley at work, whichever way it hears."""
    del store
    async with open_office(valkey, over_http=request.param == "http") as opened:
        yield opened


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    """Ears that no socket brings anything yet."""
    async with open_ears() as opened:
        yield opened


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A door at which Slack may knock."""
    async with opened() as there:
        yield there
