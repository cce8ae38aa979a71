"""Waiting in line: who came first goes first, and whoever leaves the line holds up nobody."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.rest.refusals import USUAL_WAIT
from bot.errors import PlatformBusy

LONGEST_WAIT = 10.0
"""Seconds that anybody waits; whoever would have to wait longer is told as soon as that is known."""
_LATE = 2.0
"""Seconds by which a turn may come later than it seemed."""

Wait = Callable[[int], float]
"""Seconds to wait with so many before oneself; 0: go; infinite: until something changes."""


@dataclass(slots=True)
class Line:
    """Those who wait for the same thing."""

    _queue: deque[asyncio.Future[None]] = field(default_factory=deque)
    _woken: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits, for their turn or for a change."""
        return not self._queue and not self._woken

    async def turn(self, wait: Wait) -> None:
        """Return when it is one's turn; what it is for is to be taken before anything else is awaited.

        Raises PlatformBusy if that is too far away.
        """
        if not self._queue and wait(0) <= 0:
            return
        _refuse(wait(len(self._queue)))
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            async with asyncio.timeout(LONGEST_WAIT + _LATE):
                await self._stand(place, wait)
        except TimeoutError:
            seconds = wait(0)
            raise PlatformBusy(seconds if 0 < seconds < math.inf else USUAL_WAIT) from None
        finally:
            self._leave(place)

    async def change(self, seconds: float) -> None:
        """Return when something has changed, or after so many seconds."""
        woken = asyncio.get_running_loop().create_future()
        self._woken.add(woken)
        try:
            await asyncio.wait([woken], timeout=None if seconds == math.inf else seconds)
        finally:
            self._woken.discard(woken)

    def wake(self) -> None:
        """Something has changed."""
        for woken in self._woken:
            if not woken.done():
                woken.set_result(None)

    async def _stand(self, place: asyncio.Future[None], wait: Wait) -> None:
        if self._queue[0] is not place:
            await place
        while (seconds := wait(0)) > 0:
            _refuse(seconds)
            self._turn_away(wait)
            await self.change(seconds)

    def _turn_away(self, wait: Wait) -> None:
        """Tell those at the end of the line for whom it has become too long."""
        while LONGEST_WAIT < (seconds := wait(len(self._queue) - 1)) < math.inf:
            last = self._queue.pop()
            if not last.done():
                last.set_exception(PlatformBusy(seconds))

    def _leave(self, place: asyncio.Future[None]) -> None:
        if place in self._queue:
            self._queue.remove(place)
        if not self._queue:
            self.wake()
        elif not self._queue[0].done():
            self._queue[0].set_result(None)


def _refuse(seconds: float) -> None:
    if LONGEST_WAIT < seconds < math.inf:
        raise PlatformBusy(seconds)
