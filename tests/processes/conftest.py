"""What the tests of processes share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import Store
from tests.processes.server import Server, own_server
from tests.processes.site import Site, open_site


@pytest.fixture
async def site(valkey: str, store: Store) -> AsyncIterator[Site]:
    """A site on the Redis of all tests, in which nothing is kept yet."""
    del store
    async with open_site(valkey) as opened:
        yield opened


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A Redis that may go away."""
    with own_server(tmp_path) as running:
        yield running


@pytest.fixture
async def outage(server: Server) -> AsyncIterator[Site]:
    """A site on a Redis that may go away."""
    async with open_site(server.url) as opened:
        yield opened
