"""Buckets: what Discord counts together, and whose turn it is in each (discord.com/developers, "Rate Limits")."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from adapters.discord.rest.lines import Line
from adapters.discord.rest.windows import Told, Window

MOST_IDLE = 1_000
"""Buckets from which on those that nobody uses are looked for."""
_PAUSE = 10.0
"""Seconds between two searches."""


@dataclass(slots=True, eq=False)
class Bucket:
    """What is known of one bucket, and those who wait for it."""

    window: Window = field(default_factory=Window)
    line: Line = field(default_factory=Line)
    left: bool = False
    """Whether it turned out to be another bucket: then that is where everybody waits."""

    def is_idle(self, now: float) -> bool:
        """Whether nobody would miss it."""
        return self.line.is_empty and self.window.is_idle(now)


@dataclass(slots=True, eq=False)
class Turn:
    """The right to send one request."""

    bucket: Bucket
    number: int
    sent: bool = False
    answered: bool = False


@dataclass(slots=True)
class Buckets:
    """All the buckets of one bot, by the route and the major parameters of what is asked."""

    now: Callable[[], float] = time.monotonic
    _names: dict[str, str] = field(default_factory=dict)
    """What Discord calls the bucket of a route; several may have the same."""
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _searched: float = 0.0

    def __len__(self) -> int:
        return len(self._buckets)

    @asynccontextmanager
    async def turn(self, route: str, major: str) -> AsyncIterator[Turn]:
        """Wait for one's turn, and send a request: `sent` and `answered` say what became of it.

        Raises PlatformBusy if the turn is too far away.
        """
        turn = await self._taken(route, major)
        bucket = turn.bucket
        try:
            yield turn
        finally:
            if not turn.sent:
                bucket.window.give_back(turn.number)
            elif not turn.answered:
                bucket.window.failed(turn.number, self.now())
            bucket.line.wake()

    def answer(self, turn: Turn, route: str, major: str, told: Told | None) -> None:
        """Learn from the answer to a request."""
        turn.answered = True
        bucket, now = turn.bucket, self.now()
        if told is not None and told.bucket:
            bucket = self._called(told.bucket, route, major, bucket)
        if bucket is turn.bucket:
            bucket.window.answered(turn.number, told, now)
            return
        turn.bucket.window.leave(turn.number)
        if told is not None:
            bucket.window.learn(told, now, bucket.window.out)
            bucket.line.wake()

    def limit(self, turn: Turn, seconds: float) -> None:
        """Learn from a refusal for the rate: everybody in the bucket waits."""
        turn.answered = True
        turn.bucket.window.limited(seconds, self.now())
        turn.bucket.window.leave(turn.number)

    async def room(self, route: str, major: str, spare: int) -> None:
        """Return when more than `spare` requests may go at once, and nobody waits."""
        while not self.has_room(route, major, spare):
            bucket = self._find(route, major)
            seconds = bucket.window.wait(self.now(), _spared(bucket.window, spare))
            await bucket.line.change(math.inf if bucket.line.waiting else seconds)

    def has_room(self, route: str, major: str, spare: int) -> bool:
        """Whether that is so now."""
        bucket = self._find(route, major)
        free = bucket.window.free(self.now())
        return not bucket.line.waiting and free > _spared(bucket.window, spare)

    async def _taken(self, route: str, major: str) -> Turn:
        while True:
            bucket = self._find(route, major)
            await bucket.line.turn(partial(self._wait, bucket.window))
            if not bucket.left:
                return Turn(bucket, bucket.window.take())

    def _wait(self, window: Window, before: int) -> float:
        return window.wait(self.now(), before)

    def _find(self, route: str, major: str) -> Bucket:
        """The bucket of a route: as long as no answer has named it, one of its own."""
        key = self._names.get(route, route), major
        bucket = self._buckets.get((route, major)) or self._buckets.get(key)
        if bucket is None:
            self._forget()
            bucket = self._buckets[key] = Bucket()
        return bucket

    def _called(self, name: str, route: str, major: str, bucket: Bucket) -> Bucket:
        """The bucket of this name; it is the one that a request was counted in, unless it was known before."""
        self._names[route] = name
        nameless = self._buckets.get((route, major)) is bucket
        there = self._buckets.setdefault((name, major), bucket if nameless else Bucket())
        if nameless:
            del self._buckets[route, major]
            bucket.left = there is not bucket
        return there

    def _forget(self) -> None:
        """Let go of the buckets that nobody uses, now and then."""
        now = self.now()
        if len(self._buckets) < MOST_IDLE or now < self._searched + _PAUSE:
            return
        self._searched = now
        for key in [key for key, each in self._buckets.items() if each.is_idle(now)]:
            del self._buckets[key]


def _spared(window: Window, spare: int) -> int:
    """As many as a bucket can spare: a small one never has more than one."""
    return int(min(spare, max(window.limit, 1.0) - 1))
