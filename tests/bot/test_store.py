"""The way to Redis: outages, and a full memory."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.errors import StoreFull, StoreUnavailable
from bot.history import History
from bot.messages import Conversation
from bot.store import CONNECTIONS, Store, open_store
from tests.bot.stage import stage, turned
from tests.conftest import running_valkey
from tests.fakes import CHANNEL


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
