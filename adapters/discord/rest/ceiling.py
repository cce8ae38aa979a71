"""The ceiling over all that one bot asks: fifty requests a second (discord.com/developers, "Rate Limits")."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.discord.rest.lines import Line

MOST = 48
"""Requests in any second; a little less than Discord takes, since they do not all travel equally long."""
_SECOND = 1.0
_PROMISED = 0.25
"""Seconds for which room is kept for somebody who was told that there is some."""


@dataclass(slots=True)
class Ceiling:
    """The requests of this process. Where an answer tells of no limits at all, there is none either."""

    now: Callable[[], float] = time.monotonic
    most: int = MOST
    _holds: bool = True
    _told: bool = False
    _quiet: float = 0.0
    _sent: deque[float] = field(default_factory=deque)
    _promises: deque[float] = field(default_factory=deque)
    _line: Line = field(default_factory=Line)
    _optional: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def turn(self) -> float:
        """Wait for one's turn to send a request; when it is sent. Raises PlatformBusy if it is too far away."""
        await self._line.turn(self._wait)
        sent = self.now()
        self._sent.append(sent)
        if self._promises:
            self._promises.popleft()
        return sent

    def answered(self, sent: float) -> None:
        """A request that was sent then counts from now on: at some time in between Discord has counted it."""
        with suppress(ValueError):  # it took longer than it counts
            self._sent.remove(sent)
        self._sent.append(self.now())

    async def room(self) -> None:
        """Return when a request could go at once, and nobody waits to send one; whoever asked first, first."""
        if self._wait_for_room() <= 0 and not self._optional.locked():
            return
        async with self._optional:
            while (seconds := self._wait_for_room()) > 0:
                await self._line.change(seconds)

    def promise(self) -> None:
        """Keep room for a request that comes at once."""
        self._promises.append(self.now())

    def told(self, *, limits: bool) -> None:
        """Whether an answer told of limits. Those of one do not mean that there are none."""
        self._told = self._told or limits
        self._holds = self._told
        if not self._holds:
            self._line.wake()

    def limited(self, seconds: float) -> None:
        """Discord wants to hear nothing for so long."""
        self._quiet = max(self._quiet, self.now() + seconds)

    def _wait_for_room(self) -> float:
        while self._promises and self._promises[0] < self.now() - _PROMISED:
            self._promises.popleft()
        return math.inf if self._line.waiting else self._wait(len(self._promises))

    def _wait(self, before: int) -> float:
        now = self.now()
        while self._sent and self._sent[0] <= now - _SECOND:
            self._sent.popleft()
        if self._quiet > now:
            return self._quiet - now
        above = len(self._sent) + before - self.most
        if above < 0 or not self._holds:
            return 0.0
        rounds, place = divmod(above, self.most)
        since = self._sent[min(place, len(self._sent) - 1)] if self._sent else now
        return since + (1 + rounds) * _SECOND - now
