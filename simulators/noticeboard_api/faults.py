"""What can go wrong on a notice board: before, after and instead of what was asked for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from aiohttp import web

from simulators.noticeboard_api.answers import busy, refused

Operation = Literal["post", "edit", "delete", "find"]
FaultKind = Literal[
    "none",
    "drop-before",
    "drop-after",
    "error-before",
    "error-after",
    "garble-after",
    "delay-work",
    "delay-answer",
    "busy",
    "refuse",
]
_NOT_DONE = ("drop-before", "error-before", "busy", "refuse")
# uvloop rounds a timer to whole milliseconds, so that an obedient client may be this much too early.
_TIMER_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` requests that ask for `on`; None is any of them, and for ever.

    `before` means that nothing is done, `after` that it is, although the answer does not say so: `drop` cuts
    the connection without an answer, `error` answers with `status`, `garble` with what is no JSON.
    `delay-work` waits `seconds` and only then does it and answers; `delay-answer` does it at once.
    Both go on if the client hangs up. `busy` is a 429 that asks to wait `seconds`, `refuse` a 403: neither does
    anything. `none` lets a request through, so that a later one fails.
    """

    kind: FaultKind
    on: Operation | None = None
    times: int | None = 1
    seconds: float = 0.1
    status: int = 503


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


def next_fault(faults: tuple[Fault, ...], operation: Operation) -> tuple[Fault | None, tuple[Fault, ...]]:
    """The fault that a request meets, the first that is meant for it, and those that are left for others."""
    for place, fault in enumerate(faults):
        if fault.on in (None, operation):
            return fault, (*faults[:place], *_after(fault), *faults[place + 1 :])
    return None, faults


def _after(fault: Fault) -> tuple[Fault, ...]:
    """What is left of a fault that was met."""
    if fault.times is None:
        return (fault,)
    return (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()


async def meet(fault: Fault, work: Callable[[], web.Response]) -> web.Response | None:
    """Do the work, or not, and answer as the fault says; None if the connection is to be cut."""
    if fault.kind == "delay-work":
        await asyncio.sleep(fault.seconds)
    done = refused(403, "Not allowed.") if fault.kind in _NOT_DONE else work()
    if fault.kind == "delay-answer":
        await asyncio.sleep(fault.seconds)
    return _told(fault, done)


def _told(fault: Fault, answer: web.Response) -> web.Response | None:
    match fault.kind:
        case "drop-before" | "drop-after":
            return None
        case "error-before" | "error-after":
            return refused(fault.status, "Something went wrong.")
        case "garble-after":
            return web.Response(status=answer.status, text="<p>Something went wrong.")
        case "busy":
            return busy(fault.seconds)
        case _:
            return answer
