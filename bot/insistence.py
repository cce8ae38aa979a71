"""Insistence: a platform that is busy, or does not say what it has done, is asked again."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.errors import PlatformBusy, PlatformUnclear
from bot.journal import Journal

log = structlog.get_logger()

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a delivery takes its time, in seconds."""

    write: float = 0.5
    """From one write of a growing answer to the next."""
    look: tuple[float, ...] = (0.0, 0.5, 1.5)
    """Before each look for a post whose fate is unknown: a platform may be slower than its answer."""
    base: float = 0.5
    """Before the second try of a write; doubled before each further one, up to a minute."""
    longest: float = 600.0
    """For which a platform that fails, or asks to wait, is tried, before the attempt counts as failed."""


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class Insistence:
    """Asks for a reply, for as long as its pace allows."""

    journal: Journal
    pace: Pace

    async def __call__(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What the platform answers in the end. What may be done twice is tried again; what may not looks first."""
        loop = asyncio.get_running_loop()
        wait = self.pace.base
        await asyncio.sleep(max(0.0, self.journal.not_before - time.time()))
        until = loop.time() + self.pace.longest
        while True:
            try:
                return await ask()
            except PlatformBusy as busy:
                seconds = max(wait, busy.retry_after)
                await self.journal.told_to_wait(time.time() + seconds)  # the next attempt waits as well
                if loop.time() + seconds > until:
                    raise
            except PlatformUnclear:
                seconds = wait
                if loop.time() + seconds > until:
                    raise
            log.warning("platform_tried_again", seconds=round(seconds, 2))
            await asyncio.sleep(seconds + random.uniform(0, wait / 2))  # noqa: S311 - spreads load
            wait = min(wait * 2, 60.0)
