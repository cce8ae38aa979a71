"""Commands of concurrent tasks, sent together: one pipeline takes all that was asked for in one turn of the loop."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from bot.store_errors import is_away

log = structlog.get_logger()

Client = Redis | RedisCluster
Word = str | int | float | bytes

AT_ONCE = 3
"""Pipelines under way at the same time, each on a connection of its own. What comes meanwhile goes with the next."""
MOST = 500
"""Commands in one pipeline: so many take the server some 10 ms, and no heartbeat should wait longer."""
FIRST_WAIT = 0.05
LONGEST_WAIT = 1.0
"""Seconds between tries while the server is away."""


@dataclass(slots=True, eq=False)
class _Asked:
    """A command that somebody waits for."""

    command: tuple[Word, ...]
    until: float
    """When patience ends, in the loop's time."""
    answer: asyncio.Future[Any]


@dataclass(slots=True)
class Pipelines:
    """Sends commands in batches and repeats what failed because the server is away.

    A command may be executed twice, when only its answer was lost: all that come here can bear it.
    """

    client: Client
    _waiting: deque[_Asked] = field(default_factory=deque)
    _running: dict[asyncio.Task[None], list[_Asked]] = field(default_factory=dict)
    _scheduled: bool = False
    _failures: int = 0

    async def send(self, command: tuple[Word, ...], patience: float) -> Any:
        """The answer of a command. Raises redis-py's errors, after `patience` seconds of trying if they may pass."""
        loop = asyncio.get_running_loop()
        # What has no form in UTF-8 fails here, or the whole pipeline would.
        words = (word.encode() if isinstance(word, str) else word for word in command[1:])
        asked = _Asked((command[0], *words), loop.time() + patience, loop.create_future())
        self._enqueue((asked,))
        return await asked.answer

    async def close(self) -> None:
        """End what is under way. Whoever still waits hears that the connection is closed."""
        under_way = dict(self._running)
        left = [*self._waiting, *(asked for batch in under_way.values() for asked in batch)]
        self._waiting.clear()
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        _fail(left, exceptions.ConnectionError("closed"))

    def _enqueue(self, asked: Iterable[_Asked]) -> None:
        self._waiting.extend(asked)
        self._schedule()

    def _schedule(self) -> None:
        if self._waiting and not self._scheduled and len(self._running) < AT_ONCE:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        batch: list[_Asked] = []
        while self._waiting and len(batch) < MOST:
            asked = self._waiting.popleft()
            if not asked.answer.done():  # else nobody waits for it any more
                batch.append(asked)
        if batch:
            task = asyncio.create_task(self._execute(batch))
            self._running[task] = batch
            task.add_done_callback(self._executed)
        self._schedule()

    def _executed(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._schedule()

    async def _execute(self, batch: list[_Asked]) -> None:
        answers = await self._answers(batch)
        again = [each for each, answer in zip(batch, answers, strict=True) if not _settled(each, answer)]
        if not again:
            self._failures = 0
            return
        # The server is away: whoever waits, waits here, and this connection's place in the queue is kept.
        now = asyncio.get_running_loop().time()
        _fail([each for each in self._waiting if each.until < now], exceptions.ConnectionError("away"))
        self._failures += 1
        backoff = min(FIRST_WAIT * 2 ** min(self._failures, 10), LONGEST_WAIT)
        await asyncio.sleep(backoff * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing
        self._waiting.extendleft(reversed(again))

    async def _answers(self, batch: list[_Asked]) -> list[Any]:
        try:
            async with self.client.pipeline(transaction=False) as pipeline:
                for each in batch:
                    pipeline.execute_command(*each.command)
                answers: list[Any] = await pipeline.execute(raise_on_error=False)
        except Exception as error:  # noqa: BLE001 - it is handed to everybody who waits
            return [error] * len(batch)
        if any(isinstance(answer, exceptions.ReadOnlyError) for answer in answers) and isinstance(
            self.client, Redis
        ):
            # After a failover the same name may lead to another server, but only a new connection goes there.
            await self.client.connection_pool.disconnect(inuse_connections=False)
        return answers


@dataclass(frozen=True, slots=True)
class NodePipelines:
    """Pipelines of a cluster, each to one node: one that is away holds up no other."""

    client: RedisCluster
    _nodes: dict[str, Pipelines] = field(default_factory=dict)

    async def send(self, command: tuple[Word, ...], patience: float) -> Any:
        """As `Pipelines.send`."""
        node = self._node_of(command)
        if node not in self._nodes:
            self._nodes[node] = Pipelines(self.client)
        return await self._nodes[node].send(command, patience)

    async def close(self) -> None:
        """As `Pipelines.close`."""
        for each in self._nodes.values():
            await each.close()

    def _node_of(self, command: tuple[Word, ...]) -> str:
        key = command[3] if command[0] in {"EVAL", "EVALSHA"} else (*command, "")[1]
        try:
            node = self.client.get_node_from_key(str(key))
        except exceptions.RedisError:
            return ""  # nobody has it at the moment; the client finds out who will
        return node.name if node else ""


def _fail(asked: Iterable[_Asked], error: Exception) -> None:
    for each in asked:
        if not each.answer.done():
            each.answer.set_exception(error)


def _settled(asked: _Asked, answer: Any) -> bool:
    """Give the answer to who waits for it; False if it is worth another try."""
    if asked.answer.done():
        return True
    if not isinstance(answer, Exception):
        asked.answer.set_result(answer)
    elif is_away(answer) and asked.until > asyncio.get_running_loop().time():
        return False
    else:
        asked.answer.set_exception(answer)
    return True
