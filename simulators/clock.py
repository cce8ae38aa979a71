"""A simulated platform's time, which may go faster than ours."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Simulated seconds since the start; one real second has `speed` of them, also for those who sleep already.

    Whoever has to answer within some time gets `shortest` real seconds at least, however fast time goes.
    """

    shortest: float = 0.25
    _speed: float = 1.0
    _since: float = field(default_factory=time.monotonic)
    _past: float = 0.0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def speed(self) -> float:
        """How many simulated seconds a real one has."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._past, self._since, self._speed = self.now(), time.monotonic(), speed
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def now(self) -> float:
        """Simulated seconds since the start."""
        return self._past + (time.monotonic() - self._since) * self._speed

    def real(self, seconds: float) -> float:
        """How long so many simulated seconds last."""
        return seconds / self._speed

    def patience(self, seconds: float) -> float:
        """How many real seconds somebody has who must answer within so many simulated ones."""
        return max(self.real(seconds), self.shortest)

    def lifetime(self, seconds: float) -> float:
        """How many simulated seconds something lives that must be used within so many."""
        return self.patience(seconds) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Return when so many simulated seconds have passed."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self.real(left))
