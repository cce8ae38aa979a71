"""Commands of concurrent tasks on a real server: how they travel together, and how they survive its absence."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import StoreError, StoreUnavailable
from bot.pipelines import AT_ONCE, MOST, Pipelines, Word
from bot.store import CONNECTIONS, Store, open_store
from tests.conftest import running_valkey
from tests.fakes import settled

LONG = 60.0
"""Seconds of patience that no test uses up."""


class Watched(Redis):
    """A client that knows how many commands were in each pipeline that was sent."""

    def __init__(self, pool: BlockingConnectionPool) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self.sent: list[int] = []
        self._news = asyncio.Condition()

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:  # noqa: FBT001, FBT002
        return WatchedPipeline(self, transaction, shard_hint)

    async def note(self, commands: int) -> None:
        self.sent.append(commands)
        async with self._news:
            self._news.notify_all()

    async def tried(self, more: int) -> None:
        """Return when so many more pipelines were sent."""
        goal = len(self.sent) + more
        async with self._news:
            await self._news.wait_for(lambda: len(self.sent) >= goal)


class WatchedPipeline(Pipeline):
    def __init__(self, client: Watched, transaction: bool, shard_hint: Any) -> None:  # noqa: FBT001
        super().__init__(client.connection_pool, client.response_callbacks, transaction, shard_hint)
        self._client = client

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        await self._client.note(len(self.command_stack))
        answers: list[Any] = await super().execute(raise_on_error)
        return answers


@asynccontextmanager
async def watched(
    url: str, patience: float = LONG, silence: float = 20.0
) -> AsyncIterator[tuple[Store, Watched]]:
    """A store whose pipelines can be counted, and that takes so many seconds of silence for an outage."""
    pool = BlockingConnectionPool.from_url(
        url, max_connections=CONNECTIONS, timeout=20, retry=Retry(NoBackoff(), 0), socket_timeout=silence
    )
    async with Watched(pool) as client:
        pipelines = Pipelines(client)
        yield Store(client, pipelines, patience), client
        await pipelines.close()


def asked(store: Store, *commands: tuple[Word, ...]) -> list[asyncio.Task[Any]]:
    """Commands of as many tasks."""
    return [asyncio.create_task(store.do(*command)) for command in commands]


async def all_ways_blocked(store: Store, client: Watched) -> list[asyncio.Task[Any]]:
    """Commands that keep every pipeline waiting until something is pushed to `gate0`, `gate1` and so on."""
    tasks: list[asyncio.Task[Any]] = []
    for number in range(AT_ONCE):
        tasks += asked(store, ("BLPOP", f"gate{number}", 0))
        await client.tried(1)
    return tasks


async def opened(store: Store) -> None:
    """Let the commands go on that keep the pipelines waiting."""
    for number in range(AT_ONCE):
        await store.do("RPUSH", f"gate{number}", "open")


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


@pytest.mark.usefixtures("store")
async def test_commands_of_concurrent_tasks_travel_together(valkey: str) -> None:
    async with watched(valkey) as (crowd, client):
        answers = await asyncio.gather(*asked(crowd, *(("ECHO", number) for number in range(100))))

    assert answers == [str(number).encode() for number in range(100)]
    assert client.sent == [100]


@pytest.mark.usefixtures("store")
async def test_commands_of_one_task_follow_one_another(valkey: str) -> None:
    async with watched(valkey) as (alone, client):
        answers = [await alone.do("INCR", "n") for _ in range(3)]

    assert answers == [1, 2, 3]
    assert client.sent == [1, 1, 1]


@pytest.mark.usefixtures("store")
async def test_a_pipeline_has_no_more_commands_than_keep_others_from_waiting(valkey: str) -> None:
    count = 2 * MOST + 200

    async with watched(valkey) as (crowd, client):
        answers = await asyncio.gather(*asked(crowd, *(("ECHO", number) for number in range(count))))

    assert answers == [str(number).encode() for number in range(count)]
    assert client.sent == [MOST, MOST, 200]


async def test_what_is_asked_while_all_ways_are_taken_goes_together_with_the_next(
    valkey: str, store: Store
) -> None:
    async with watched(valkey) as (crowd, client):
        blocking = await all_ways_blocked(crowd, client)
        waiting: list[asyncio.Task[Any]] = []
        for number in range(50):
            waiting += asked(crowd, ("ECHO", number))
            await settled()
        before = list(client.sent)

        await opened(store)
        await asyncio.gather(*blocking, *waiting)

    assert before == [1] * AT_ONCE
    assert client.sent == [*before, 50]


async def test_a_thousand_tasks_share_a_few_connections(valkey: str, store: Store) -> None:
    async def busy(crowd: Store) -> None:
        for _ in range(5):
            await crowd.do("INCR", "n")

    async with open_store(valkey, client_name="crowd") as crowd:
        await asyncio.gather(*(busy(crowd) for _ in range(1_000)))

        clients = await store.do("CLIENT LIST")
    assert await store.do("GET", "n") == b"5000"
    assert 0 < len([client for client in clients if client["name"] == "crowd"]) <= AT_ONCE


@pytest.mark.usefixtures("store")
async def test_a_command_that_fails_fails_alone(valkey: str) -> None:
    async with watched(valkey) as (crowd, client):
        answers = await asyncio.gather(
            *asked(crowd, ("SET", "text", "x"), ("XLEN", "text"), ("NO SUCH COMMAND",), ("GET", "text")),
            return_exceptions=True,
        )

    good, wrong_type, unknown, after = answers
    assert (good, after) == (True, b"x")
    assert type(wrong_type) is type(unknown) is StoreError
    assert client.sent == [4]


async def test_a_script_that_fails_fails_alone(valkey: str, store: Store) -> None:
    await store.do("SET", "{a}text", "x")

    async with watched(valkey) as (crowd, _):
        answers: list[Any] = await asyncio.gather(
            *(crowd.run("reset", ["{a}h", state, "{a}u"], [10, "m1"]) for state in ("{a}text", "{a}s")),
            return_exceptions=True,
        )

    assert type(answers[0]) is StoreError
    assert answers[1] == 0


@pytest.mark.usefixtures("store")
async def test_what_cannot_be_written_down_fails_alone(valkey: str) -> None:
    # Half a character (a surrogate) has no form in UTF-8.
    async with watched(valkey) as (crowd, _):
        broken, fine = await asyncio.gather(
            *asked(crowd, ("SET", "a", "\ud83d"), ("SET", "b", "1")), return_exceptions=True
        )

    assert isinstance(broken, UnicodeEncodeError)
    assert fine is True


async def test_who_stops_waiting_before_its_turn_is_not_sent_and_harms_nobody(
    valkey: str, store: Store
) -> None:
    async with watched(valkey) as (crowd, client):
        blocking = await all_ways_blocked(crowd, client)
        gone, *others = asked(crowd, ("SET", "gone", 1), ("SET", "a", 1), ("SET", "b", 1))
        await settled()

        gone.cancel()
        await opened(store)
        await asyncio.gather(*blocking, *others)

    assert client.sent[AT_ONCE:] == [2]
    assert await store.do("EXISTS", "gone") == 0


async def test_who_stops_waiting_for_an_answer_that_is_under_way_harms_nobody(
    valkey: str, store: Store
) -> None:
    async with watched(valkey) as (crowd, client):
        blocked, gone, other = asked(crowd, ("BLPOP", "gate0", 0), ("SET", "gone", 1), ("ECHO", "here"))
        await client.tried(1)

        gone.cancel()
        await opened(store)
        answers = [await blocked, await other, await crowd.do("ECHO", "after")]

    assert answers == [(b"gate0", b"open"), b"here", b"after"]
    assert gone.cancelled()


async def test_who_waits_while_the_server_dies_is_answered_by_the_next_one(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            await crowd.do("PING")
            server.kill()
            server.wait(10)
            waiting = asked(crowd, *(("ECHO", number) for number in range(MOST + 10)))
            await client.tried(4)

            with running_valkey(tmp_path, port=port_of(url)):
                answers = await asyncio.gather(*waiting)

    assert answers == [str(number).encode() for number in range(MOST + 10)]


async def test_an_answer_that_dies_with_the_server_is_given_by_the_next_one(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            waiting = asked(crowd, ("BLPOP", "gate0", 0), ("ECHO", "here"))
            await client.tried(1)

            server.kill()
            server.wait(10)
            with running_valkey(tmp_path, port=port_of(url)):
                await client.tried(1)
                async with open_store(url) as other:
                    await opened(other)
                answers = await asyncio.gather(*waiting)

    assert answers == [(b"gate0", b"open"), b"here"]


async def test_a_script_is_known_to_the_next_server_too(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            await crowd.run("reset", ["{a}h", "{a}s", "{a}u"], [10, "m1"])
            server.kill()
            server.wait(10)
            waiting = asyncio.create_task(crowd.run("reset", ["{a}h", "{a}s", "{a}u"], [10, "m1"]))
            await client.tried(2)

            with running_valkey(tmp_path, port=port_of(url)):
                count = await waiting

    assert count == 0


async def test_several_commands_in_one_transaction_wait_for_the_server_too(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            await crowd.do("PING")
            server.kill()
            server.wait(10)
            waiting = asyncio.create_task(crowd.do_all(("SET", "a", 1), ("INCR", "a"), atomic=True))
            await client.tried(2)

            with running_valkey(tmp_path, port=port_of(url)):
                answers = await waiting

    assert answers == [True, 2]


async def test_who_has_waited_long_enough_is_told_and_nothing_was_tried_in_a_hurry(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url, patience=1.0) as (crowd, client):
            await crowd.do("PING")
            server.kill()
            server.wait(10)
            began = time.monotonic()

            answers = await asyncio.gather(
                *asked(crowd, *(("PING",) for _ in range(1_000))), return_exceptions=True
            )

    assert {type(answer) for answer in answers} == {StoreUnavailable}
    assert time.monotonic() - began >= 1.0
    assert len(client.sent) <= 20


async def test_each_waits_as_long_as_it_wants_to(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            await crowd.do("PING")
            server.kill()
            server.wait(10)
            (patient,) = asked(crowd, ("ECHO", "here"))
            (hurried,) = asked(crowd.patient(0.0), ("ECHO", "here"))

            with pytest.raises(StoreUnavailable):
                await hurried
            still_waiting = not patient.done()
            await client.tried(1)
            with running_valkey(tmp_path, port=port_of(url)):
                answer = await patient

    assert still_waiting
    assert answer == b"here"


async def test_after_an_outage_the_server_is_asked_at_once(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url) as (crowd, client):
            server.kill()
            server.wait(10)
            (waiting,) = asked(crowd, ("PING",))
            await client.tried(3)
            with running_valkey(tmp_path, port=port_of(url)):
                await waiting
                before = len(client.sent)

                await asyncio.gather(*asked(crowd, *(("PING",) for _ in range(10))))

    assert client.sent[before:] == [10]


async def test_a_server_that_hangs_is_waited_for(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url, silence=0.2) as (crowd, client):
            await crowd.do("PING")
            server.send_signal(signal.SIGSTOP)
            waiting = asked(crowd, *(("ECHO", number) for number in range(10)))
            await client.tried(3)

            server.send_signal(signal.SIGCONT)
            answers = await asyncio.gather(*waiting)

    assert answers == [str(number).encode() for number in range(10)]


async def test_a_server_that_hangs_for_too_long_is_away(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with watched(url, patience=0.5, silence=0.2) as (crowd, client):
            await crowd.do("PING")
            server.send_signal(signal.SIGSTOP)

            answers = await asyncio.gather(
                *asked(crowd, *(("PING",) for _ in range(10))), return_exceptions=True
            )
            server.send_signal(signal.SIGCONT)
            after = await crowd.patient(LONG).do("ECHO", "here")

    assert {type(answer) for answer in answers} == {StoreUnavailable}
    assert len(client.sent) <= 10
    assert after == b"here"


async def test_a_server_that_may_only_be_read_is_waited_for_as_in_a_failover(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (_, url):
        async with watched(url) as (crowd, client):
            await crowd.do("SET", "a", 0)
            await crowd.do("REPLICAOF", "127.0.0.1", 1)
            write = asyncio.create_task(crowd.do("SET", "a", 1))
            script = asyncio.create_task(crowd.run("reset", ["{a}h", "{a}s", "{a}u"], [10, "m1"]))
            await client.tried(3)
            read = await crowd.do("GET", "a")

            await crowd.do("REPLICAOF", "NO", "ONE")
            answers = [await write, await script]

    assert read == b"0"
    assert answers == [True, 0]


async def test_a_server_that_may_only_be_read_for_too_long_is_away(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (_, url):
        async with watched(url, patience=0.3) as (crowd, client):
            await crowd.do("REPLICAOF", "127.0.0.1", 1)

            with pytest.raises(StoreUnavailable):
                await crowd.do("SET", "a", 1)

    assert len(client.sent) <= 8
