"""The way to Redis: outages, a full memory, and a cluster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bot.errors import StoreFull, StoreUnavailable
from bot.history import History
from bot.ledger import Ledger
from bot.messages import Conversation
from bot.persona_store import Personas
from bot.store import CONNECTIONS, Store, open_store
from tests.bot.stage import THREAD, stage, turned
from tests.conftest import free_port, running_valkey
from tests.fakes import CHANNEL


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A cluster of one node, which refuses what touches two hash slots just as one of three does."""
    options = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    with running_valkey(tmp_path, *options) as (_, url):
        yield url


def form_cluster(url: str) -> None:
    """Give all slots to the one node, and wait until it says that the cluster is complete."""
    with Redis.from_url(url) as node:
        node.cluster("ADDSLOTSRANGE", 0, 16383)
        deadline = time.monotonic() + 10
        while node.cluster("INFO")["cluster_state"] != "ok":
            assert time.monotonic() < deadline


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(StoreUnavailable, match="can't reach my memory"):
        async with open_store("redis://127.0.0.1:1/0"):
            pass


async def test_a_server_that_goes_away_is_told_and_comes_back(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with open_store(url) as store, stage(store) as on:
            server.kill()
            server.wait(10)

            away = await on.say("Hello")
            port = int(url.rpartition(":")[2].partition("/")[0])
            with running_valkey(tmp_path, port=port):
                back = await on.say("Hello")

    assert "can't reach my memory" in away.failures[0].text
    assert away.text == ""
    assert back.endings


async def test_a_full_server_is_told_and_keeps_what_it_had(tmp_path: Path) -> None:
    with running_valkey(tmp_path, "--maxmemory-policy", "noeviction") as (_, url):
        async with open_store(url) as store:
            history = History(store)
            await history.remember(turned(1))
            await store.do("CONFIG", "SET", "maxmemory", "1")

            with pytest.raises(StoreFull, match="full"):
                await history.remember(turned(2))

            assert [exchange.question for exchange in await history.everything(CHANNEL)] == ["q1"]


async def test_many_turns_at_once_share_a_few_connections(store: Store) -> None:
    async with stage(store) as on:
        await asyncio.gather(
            *(on.say("Hello", conversation=Conversation("team", f"c{number}")) for number in range(100))
        )

        clients = await store.do("CLIENT LIST")
        assert 0 < len([client for client in clients if client["name"] == "parley"]) <= CONNECTIONS


async def test_everything_runs_on_a_cluster(cluster: str) -> None:
    await asyncio.to_thread(form_cluster, cluster)

    async with open_store(cluster) as store, stage(store) as on:
        await on.say("In the channel", direct=False)
        await on.say("Opens a thread", opens=THREAD, direct=False)
        await on.say("/persona create pirate You are a pirate.")
        await on.say("I want to kill you")
        usage = await on.say("/usage")
        forgotten = await on.say("/reset", conversation=THREAD)

        assert "| This conversation | 2 |" in usage.notices[0].text
        assert "2 exchanges" in forgotten.notices[0].text
        assert len(await on.remembered()) == 2
        assert len(await on.engine.incidents.all(CHANNEL.tenant)) == 1
        assert [persona.name for persona in await Personas(store).all(CHANNEL.tenant)][-1] == "pirate"
        assert (await Ledger(store).of_conversation(THREAD))[1].answers == 1
