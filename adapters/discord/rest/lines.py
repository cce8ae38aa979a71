"""Waiting in line: who came first goes first, and whoever leaves the line holds up nobody."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.discord.rest.refusals import USUAL_WAIT
from bot.errors import PlatformBusy

LONGEST_WAIT = 10.0
"""Seconds that anybody waits; whoever would have to wait longer is told at once."""

_LATE = 2.0
"""Seconds by which a turn may come later than it seemed."""

Wait = Callable[[int], float]
"""Seconds to wait with so many before oneself; 0: go; infinite: until something changes."""


@dataclass(slots=True)
class Line:
    """Those who wait for the same thing."""

    waiting: int = 0
    _first: asyncio.Lock = field(default_factory=asyncio.Lock)
    _woken: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nobody waits, for their turn or for a change."""
        return not self.waiting and not self._woken

    async def turn(self, wait: Wait) -> None:
        """Return when it is one's turn; what it is for is to be taken before anything else is awaited.

        Raises PlatformBusy if that is too far away.
        """
        if not self.waiting and wait(0) <= 0:
            return
        _refuse(wait(self.waiting))
        self.waiting += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT + _LATE):
                await self._stand(wait)
        except TimeoutError:
            seconds = wait(0)
            raise PlatformBusy(seconds if 0 < seconds < math.inf else USUAL_WAIT) from None
        finally:
            self.waiting -= 1
            if not self.waiting:
                self.wake()

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

    async def _stand(self, wait: Wait) -> None:
        async with self._first:
            while (seconds := wait(0)) > 0:
                _refuse(seconds)
                await self.change(seconds)


def _refuse(seconds: float) -> None:
    if LONGEST_WAIT < seconds < math.inf:
        raise PlatformBusy(seconds)
