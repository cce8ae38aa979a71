"""Answers that Discord counts against us (discord.com/developers, "Rate Limits", "Invalid Request Limit")."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

ALARMING = 5_000
"""In ten minutes, from which on what is optional waits: 10,000 have our address banned."""
STRIKES = frozenset({401, 403, 429})
_WINDOW = 600.0
_PIECE = 10.0
"""Seconds that are counted together."""
_MINUTE = 60.0


@dataclass(slots=True)
class Strikes:
    """The invalid requests of this process."""

    now: Callable[[], float] = time.monotonic
    alarming: int = ALARMING
    _counts: deque[tuple[float, int]] = field(default_factory=deque)
    _total: int = 0
    _warned: float | None = None

    def count(self) -> None:
        """There was one more."""
        begun, number = self._counts.pop() if self._counts else (self.now(), 0)
        if begun <= self.now() - _PIECE:
            self._counts.append((begun, number))
            begun, number = self.now(), 0
        self._counts.append((begun, number + 1))
        self._total += 1

    async def calm(self) -> None:
        """Return when there are not alarmingly many."""
        while self.many():
            self._warn()
            await asyncio.sleep(_PIECE)

    def many(self) -> bool:
        """Whether there are alarmingly many."""
        while self._counts and self._counts[0][0] <= self.now() - _WINDOW - _PIECE:
            self._total -= self._counts.popleft()[1]
        return self._total >= self.alarming

    def _warn(self) -> None:
        now = self.now()
        if self._warned is None or now >= self._warned + _MINUTE:
            self._warned = now
            log.warning(
                "discord_refuses_much", invalid=self._total, cure="see which answers are 401, 403 and 429"
            )
