"""The way to Redis: one client, our scripts, and its errors as ours."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from bot.errors import StoreError, StoreFull, StoreUnavailable

Client = Redis | RedisCluster
Word = str | int | bytes
ScriptName = Literal["recall", "remember", "reset"]

CONNECTIONS = 8
"""Per process: a small hosted Redis allows 20, and two generations overlap during a deploy."""

AWAY = (
    exceptions.ConnectionError,  # also: loading, time-out of the pool, authentication
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
    exceptions.SlotNotCoveredError,
    OSError,
)
_AGAIN: list[type[Exception]] = [
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
]
_OTHER = (
    exceptions.RedisError,
    exceptions.RedisClusterException,
    exceptions.ChildDeadlockedError,
    exceptions.IncorrectPolicyType,
)


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what redis-py raises into a StoreError that a person can read."""
    try:
        yield
    except exceptions.OutOfMemoryError as error:
        raise StoreFull(
            "My memory (Redis) is full, so I can't take this in. Nothing was kept; whoever runs me "
            "needs to give Redis more memory or delete old conversations."
        ) from error
    except exceptions.AuthenticationError as error:
        raise StoreUnavailable(
            "My memory (Redis) does not accept the name or password it was given. Nothing was kept; whoever runs me "
            "needs to correct it."
        ) from error
    except AWAY as error:
        raise StoreUnavailable(
            "I can't reach my memory (Redis) right now. Nothing was kept; please try again in a minute."
        ) from error
    except _OTHER as error:
        raise StoreError(
            "My memory (Redis) refused what I asked of it. Nothing was kept; whoever runs me finds the reason "
            "in the log."
        ) from error


@cache
def _source(name: ScriptName) -> str:
    return (files("bot") / "scripts" / f"{name}.lua").read_text("utf-8")


class Store:
    """Redis as the rest of the engine uses it: scripts by name, and plain commands. All raise StoreError."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._scripts = {name: client.register_script(_source(name)) for name in get_args(ScriptName)}

    async def run(self, name: ScriptName, keys: Sequence[str], args: Sequence[str | int | bytes]) -> Any:
        """The answer of a script, loaded again by itself after a restart of the server."""
        with store_errors():
            return await self._scripts[name](keys=keys, args=args)

    async def do(self, *command: Word) -> Any:
        """The answer of one command."""
        with store_errors():
            return await self._client.execute_command(*command)

    async def do_all(self, *commands: tuple[Word, ...], atomic: bool = False) -> list[Any]:
        """The answers of several commands in one round trip; atomic ones share a hash tag, and all happen or none."""
        with store_errors():
            async with self._client.pipeline(transaction=atomic) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                answers: list[Any] = await pipeline.execute()
        return answers


def _options(url: str, client_name: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "client_name": client_name,
        "retry": Retry(ExponentialBackoff(cap=1.0, base=0.05), 5),
        "retry_on_error": _AGAIN,
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
async def open_store(url: str, client_name: str = "parley") -> AsyncIterator[Store]:
    """A store at a Redis address (`redis://`, `rediss://`, `unix://`); a cluster is recognised by itself.

    Raises StoreError if the server cannot be reached.
    """
    options = _options(url, client_name)
    pool = _pool(url, options)
    single: Redis = Redis.from_pool(pool)
    async with single:
        with store_errors():
            clustered = await _is_cluster(single)
        if not clustered:
            yield Store(single)
            return
    cluster = RedisCluster.from_url(url, max_connections=CONNECTIONS, **options)
    async with cluster:
        yield Store(cluster)
