"""The way to Redis: one client, our scripts, and its errors as ours."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeVar

import structlog
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.errors import StoreUnavailable
from bot.pipelines import Client, NodePipelines, Pipelines, Word
from bot.store_errors import is_away, store_errors

log = structlog.get_logger()

T = TypeVar("T")

ScriptName = Literal[
    "recall",
    "keep",
    "remember",
    "reset",
    "record",
    "accept",
    "change",
    "claim",
    "take",
    "journal",
    "end",
    "release",
    "park",
    "unpark",
    "beat",
    "hold",
    "queue",
    "purge",
    "swap",
    "attend",
    "filled",
    "share",
    "leave",
]

CONNECTIONS = 8
"""Per process: a small hosted Redis allows 20, and two generations overlap during a deploy."""
PATIENCE = 3.0
"""Seconds for which a command is tried while Redis is away, where a person waits for it."""
SCANNED = 1_000
"""Keys that are looked at in one step, which take Redis less than a millisecond."""
WAIT = 0.2
"""Seconds between tries of what is not sent with the commands of others."""
_PARTS: dict[ScriptName, tuple[str, ...]] = {
    "remember": ("answered", "memory", "remember"),
    "reset": ("answered", "reset"),
    "keep": ("answered", "keep"),
    "accept": ("lane", "accept"),
    "change": ("lane", "change"),
    "claim": ("lane", "claim"),
    "take": ("lane", "take"),
    "journal": ("lane", "journal"),
    "end": ("lane", "answered", "memory", "end"),
    "release": ("lane", "release"),
    "park": ("lane", "park"),
    "unpark": ("lane", "unpark"),
    "purge": ("lane", "purge"),
}
"""Scripts that share functions: Redis has no way to include one in another."""


@dataclass(frozen=True, slots=True)
class _Script:
    source: str
    sha: str


@cache
def _script(name: ScriptName) -> _Script:
    folder = files("bot") / "scripts"
    texts = [(folder / f"{part}.lua").read_text("utf-8") for part in _PARTS.get(name, (name,))]
    *shared, own = texts
    # The line that says how a script may run stands first, whatever is put before the script.
    flags, _, rest = own.partition("\n") if own.startswith("#!") else ("", "", own)
    source = "\n".join(filter(None, (flags, *shared, rest)))
    return _Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True, slots=True)
class Store:
    """Redis as the rest of the engine uses it: scripts by name, and plain commands. All raise StoreError.

    Concurrent commands travel together. While Redis is away each is tried again for `patience` seconds, so it may
    be executed twice, when only its answer was lost: all that is asked of a store must bear that.
    """

    client: Client
    pipelines: Pipelines | NodePipelines
    patience: float = PATIENCE

    def patient(self, seconds: float) -> Store:
        """The same store for those who would rather wait than fail."""
        return replace(self, patience=seconds)

    async def run(self, name: ScriptName, keys: Sequence[str], args: Sequence[Word]) -> Any:
        """The answer of a script, loaded again by itself after a restart of the server."""
        script = _script(name)
        with store_errors():
            try:
                return await self._send("EVALSHA", script.sha, len(keys), *keys, *args)
            except exceptions.NoScriptError:
                return await self._send("EVAL", script.source, len(keys), *keys, *args)

    async def do(self, *command: Word) -> Any:
        """The answer of one command."""
        with store_errors():
            return await self._send(*command)

    async def do_all(self, *commands: tuple[Word, ...], atomic: bool = False) -> list[Any]:
        """The answers of several commands in one round trip; atomic ones share a hash tag, and all happen or none."""
        with store_errors():
            if atomic:
                return await self._transaction(commands)
            return await asyncio.gather(*(self._send(*command) for command in commands))

    async def keys(self, pattern: str) -> AsyncIterator[str]:
        """All keys of a pattern, on every node. What is there from the beginning to the end is found, perhaps twice."""
        with store_errors():
            async for key in self.client.scan_iter(match=pattern, count=SCANNED):
                yield key.decode()

    @asynccontextmanager
    async def subscribed(self, channel: str) -> AsyncIterator[PubSub]:
        """A connection that hears what is published on a channel. Raises StoreError, also when it breaks later."""
        async with AsyncExitStack() as stack:
            client = self.client
            if isinstance(client, RedisCluster):
                # What is published at one node of a cluster is heard at all.
                node = client.get_random_node()
                pool = ConnectionPool(node.connection_class, max_connections=1, **node.connection_kwargs)
                client = await stack.enter_async_context(Redis.from_pool(pool))
            with store_errors():
                line = await stack.enter_async_context(
                    aclosing(client.pubsub(ignore_subscribe_messages=True))
                )
                await line.subscribe(channel)
                yield line

    async def _send(self, *command: Word) -> Any:
        return await self.pipelines.send(command, self.patience)

    async def _transaction(self, commands: Sequence[tuple[Word, ...]]) -> list[Any]:
        async def execute() -> list[Any]:
            async with self.client.pipeline(transaction=True) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                answers: list[Any] = await pipeline.execute()
            return answers

        return await _insisted(self.patience, execute)


async def _insisted(seconds: float, ask: Callable[[], Awaitable[T]]) -> T:
    """What is answered, by a server that may be away for so many seconds."""
    until = asyncio.get_running_loop().time() + seconds
    told = False
    while True:
        try:
            return await ask()
        except Exception as error:
            if not is_away(error) or asyncio.get_running_loop().time() > until:
                raise
            if not told:
                log.warning("waiting_for_redis", error=type(error).__name__, seconds=seconds)
            told = True
            await asyncio.sleep(WAIT)


def _options(url: str, client_name: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "client_name": client_name,
        # The pipelines try again; two layers would multiply each other.
        "retry": Retry(NoBackoff(), 0),
        "socket_connect_timeout": 5,
        "socket_timeout": 5,
    }
    if url.startswith("rediss://"):
        # Heroku's Key-Value Store presents a self-signed certificate (devcenter.heroku.com/articles/heroku-redis).
        options |= {"ssl_cert_reqs": ssl.CERT_NONE, "ssl_check_hostname": False}
    return options


async def _is_cluster(client: Redis) -> bool:
    info = await client.info("cluster")
    return bool(info.get("cluster_enabled"))


def _pool(url: str, options: dict[str, Any]) -> BlockingConnectionPool:
    try:
        pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, timeout=20, **options)
        # Only this notices an option that does not exist; redis-py leaves it untyped.
        pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError) as error:
        raise StoreUnavailable("The address of my memory (Redis) has a part that I cannot read.") from error
    return pool


@asynccontextmanager
async def open_store(
    url: str, client_name: str = "parley", start_within: float = PATIENCE
) -> AsyncIterator[Store]:
    """A store at a Redis address (`redis://`, `rediss://`, `unix://`); a cluster is recognised by itself.

    Raises StoreError if the server cannot be reached within so many seconds.
    """
    options = _options(url, client_name)
    pool = _pool(url, options)
    single: Redis = Redis.from_pool(pool)
    async with single:
        with store_errors():
            clustered = await _insisted(start_within, lambda: _is_cluster(single))
        if not clustered:
            async with _piped(single) as store:
                yield store
            return
    cluster = RedisCluster.from_url(url, max_connections=CONNECTIONS, **options)
    async with cluster, _piped(cluster) as store:
        yield store


@asynccontextmanager
async def _piped(client: Client) -> AsyncIterator[Store]:
    pipelines = NodePipelines(client) if isinstance(client, RedisCluster) else Pipelines(client)
    try:
        yield Store(client, pipelines)
    finally:
        await pipelines.close()
