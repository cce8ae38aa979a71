"""Shards, shared out among the processes that hear: each has one process at a time."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from adapters.discord.places import PLATFORM
from bot.errors import StoreError, StoreUnavailable
from bot.keys import places_key, sharers_key
from bot.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Terms:
    """How shards are shared out, in seconds."""

    lease: float = 4.5
    """For which a process is believed to live after it said so."""
    margin: float = 1.0
    """Before its end a process that could not renew it stops hearing."""
    renew: float = 1.0
    """Between two times that it says so."""
    look: float = 0.1
    """Between looks of a process that could hear more than it does."""
    patience: float = 3.0
    """For which a shard is left to processes that have fewer."""
    answer: float = 1.0
    """In which Redis answers, or is asked again."""


@dataclass(slots=True)
class Shards:
    """What this process has of so many shards."""

    store: Store
    application: str
    count: int
    terms: Terms = Terms()
    platform: str = PLATFORM
    _name: str = field(default_factory=lambda: uuid.uuid4().hex)
    _mine: frozenset[int] = frozenset()
    _until: float = 0.0
    """When what it has is not sure any more, in the loop's time."""
    _left: float | None = None
    """Since when there are shards that nobody has."""
    _told: bool = False
    """Whether the log knows that others share another number of shards."""

    async def renewed(self) -> frozenset[int]:
        """The shards that are this process's, some of them only now; none once it cannot be sure of them."""
        now = asyncio.get_running_loop().time()
        patience = now + self.terms.answer
        try:
            # Nor is an answer waited for until what there is to lose is lost.
            async with asyncio.timeout_at(min(patience, self._until) if self._mine else patience):
                await self._renew(now)
        except (StoreError, TimeoutError) as error:
            if self._mine and asyncio.get_running_loop().time() >= self._until:
                log.warning("shards_not_held", shards=sorted(self._mine), error=type(error).__name__)
                self._mine = frozenset()
        return self._mine

    @property
    def pause(self) -> float:
        """Seconds until it should ask again."""
        if len(self._mine) < self.count:
            return self.terms.look
        left = self._until - asyncio.get_running_loop().time()
        return max(self.terms.look, min(self.terms.renew, left))

    async def leave(self, shard: int, key: str, note: bytes, seconds: int, *, last: bool) -> bool:
        """Leave a note under a key to whoever has the shard next, and with `last` give it up; False if it is another's.

        Raises StoreError.
        """
        keys = [places_key(self.platform, self.application), key]
        words: list[str | int | bytes] = [self._name, shard, note, seconds, int(last)]
        async with self._answered() as store:
            return bool(await store.run("leave", keys, words))

    async def go(self) -> None:
        """Share no more: what this process does not hear is others'. Raises StoreError."""
        self._mine = frozenset()
        async with self._answered() as store:
            await store.do("ZREM", sharers_key(self.platform, self.application), self._name)

    @asynccontextmanager
    async def _answered(self) -> AsyncIterator[Store]:
        """Redis, for as long as one may wait for it when one is about to go."""
        try:
            async with asyncio.timeout(self.terms.answer):
                yield self.store.patient(self.terms.answer)
        except TimeoutError as error:
            raise StoreUnavailable("Redis does not answer.") from error

    async def _renew(self, now: float) -> None:
        keys = [sharers_key(self.platform, self.application), places_key(self.platform, self.application)]
        greedy = self._left is not None and now - self._left > self.terms.patience
        words: list[str | int] = [self._name, int(self.terms.lease * 1000), self.count, int(greedy)]
        answer = await self.store.patient(self.terms.answer).run("share", keys, words)
        if not answer:
            if not self._told:
                log.warning(
                    "other_shards", count=self.count, cure="set the same DISCORD_SHARDS for every process"
                )
            self._told, self._mine = True, frozenset()
            return
        free, *mine = map(int, answer)
        self._told, self._mine = False, frozenset(mine)
        self._until = now + self.terms.lease - self.terms.margin
        self._left = (now if self._left is None else self._left) if free else None


async def shared_count(store: Store, application: str) -> int | None:
    """How many shards were shared out last. Raises StoreError."""
    count = await store.do("HGET", places_key(PLATFORM, application), "count")
    return int(count) if count else None
