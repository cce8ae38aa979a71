"""Faults as a notice board shows them, and the waits that it asks for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from simulators import faults
from simulators.faults import Fault, FaultKind, next_fault
from simulators.noticeboard_api.answers import busy, refused

__all__ = ["Fault", "FaultKind", "Impatience", "Operation", "Waits", "meet", "next_fault"]

Operation = Literal["post", "edit", "delete", "find"]
# uvloop rounds a timer to whole milliseconds, so that an obedient client may be this much too early.
_TIMER_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Impatience:
    """A write that arrived `at` that monotonic time, `left` seconds before its board had asked for it."""

    at: float
    operation: Operation
    board: str
    left: float


@dataclass(slots=True)
class Waits:
    """How long each board asked to be left alone."""

    _ends: dict[str, float] = field(default_factory=dict)

    def ask(self, board: str, seconds: float) -> None:
        """Ask for so many seconds from now on."""
        self._ends[board] = time.monotonic() + seconds

    def left(self, board: str) -> float:
        """Seconds left, 0 if there are none."""
        left = self._ends.get(board, 0.0) - time.monotonic()
        return left if left > _TIMER_SECONDS else 0.0


async def meet(fault: Fault, work: Callable[[], web.Response]) -> web.Response | None:
    """Do the work, or not, and answer as the fault says; None if the connection is to be cut."""
    match fault.kind:
        case "busy":
            return busy(fault.seconds)
        case "refuse":
            return refused(403, "Not allowed.")
        case _:
            return await faults.meet(fault, work, _failed)


def _failed(status: int) -> web.Response:
    return refused(status, "Something went wrong.")
