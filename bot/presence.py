"""Presence: whether this process hears a platform, noted as long as it does, and gaps filled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.attendance import Attendance, Gap
from bot.beside import beside
from bot.errors import StoreError

log = structlog.get_logger()

Fill = Callable[[Gap], Awaitable[None]]
"""Finds what was said in a gap, and hands it over. What it raises but StoreError is not tried again."""


class Way(Protocol):
    """A way by which a process hears, such as a connection."""

    @property
    def hears(self) -> bool:
        """Whether something would come through it now."""


@dataclass(frozen=True, slots=True)
class Always:
    """A way that is there as long as its process is: the platform calls."""

    @property
    def hears(self) -> bool:
        """Always."""
        return True


@dataclass(slots=True)
class Presence:
    """How this process hears, and of which tenants it has since that was noted."""

    ways: list[Way] = field(default_factory=list)
    tenants: set[str] = field(default_factory=set)
    lost: bool = False
    """Whether all ways were gone since then."""
    covered: bool = False
    """Whether a way that is back brings what was said meanwhile, unless `lost` says that it could not."""

    @property
    def hears(self) -> bool:
        """Whether any way does."""
        return any(way.hears for way in self.ways)

    def heard(self, tenant: str) -> None:
        """Something came of a tenant. It is noted later: who brought it waits for nothing."""
        self.tenants.add(tenant)

    def ended(self) -> None:
        """A way is at its end, perhaps the last one."""
        self.lost = self.lost or not self.hears


async def attend(attendance: Attendance, presence: Presence, fill: Fill) -> None:
    """Note every second that this process hears, for ever, and let gaps be filled: by one process at a time.

    A gap is forgotten when it is filled, so what a process began that died, another one does again.
    """
    filling: asyncio.Task[None] | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            while True:
                while not presence.hears:  # noqa: ASYNC110 - a connection does not say that it has ended
                    await asyncio.sleep(attendance.rhythm.look)
                gap = await _noted(attendance, presence)
                if gap and (filling is None or filling.done()):
                    filling = tasks.create_task(_fill(attendance, gap, fill))
                await asyncio.sleep(attendance.rhythm.tick)
    finally:
        if presence.tenants:
            await _noted(attendance, presence)


async def _noted(attendance: Attendance, presence: Presence) -> Gap | None:
    lost, tenants = presence.lost, frozenset(presence.tenants)
    try:
        gap = await attendance.note(tenants, lost=lost, covered=presence.covered)
    except StoreError as error:
        log.info("attendance_not_noted", error=type(error).__name__)
        return None
    presence.tenants -= tenants
    presence.lost = presence.lost and not lost
    return gap


async def _fill(attendance: Attendance, gap: Gap, fill: Fill) -> None:
    try:
        if not await attendance.hold():
            return
        log.info("filling_gap", seconds=round(gap.until - gap.since))
        try:
            async with beside(_hold_on(attendance)):
                await _try(gap, fill)
            await attendance.filled(gap)
        finally:
            await attendance.let_go()
    except StoreError as error:
        log.warning("gap_left", error=type(error).__name__)  # the next note brings it again


async def _try(gap: Gap, fill: Fill) -> None:
    try:
        await fill(gap)
    except StoreError:
        raise
    except Exception:
        log.exception("gap_not_filled")


async def _hold_on(attendance: Attendance) -> None:
    while True:
        await asyncio.sleep(attendance.rhythm.lease / 3)
        try:
            await attendance.hold()
        except StoreError as error:
            log.info("not_held", error=type(error).__name__)
