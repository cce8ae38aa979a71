"""What can go wrong with a request: before, after and instead of what was asked for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from aiohttp import web

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
_NOT_DONE = ("drop-before", "error-before")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` requests that ask for `on`; None is any of them, and for ever.

    `before` means that nothing is done, `after` that it is, although the answer does not say so: `drop` cuts
    the connection without an answer, `error` answers with `status`, `garble` with what is no JSON.
    `delay-work` waits `seconds` and only then does it and answers; `delay-answer` does it at once.
    Both go on if the client hangs up, and both are real seconds. `busy` is a 429 that asks to wait `seconds`,
    `refuse` says no, perhaps with an `error`: neither does anything. `none` lets a request through, so that a
    later one fails.
    """

    kind: FaultKind
    on: str | None = None
    times: int | None = 1
    seconds: float = 0.1
    status: int = 503
    error: str = "internal_error"


def next_fault(faults: tuple[Fault, ...], asked: str) -> tuple[Fault | None, tuple[Fault, ...]]:
    """The fault that a request meets, the first that is meant for it, and those that are left for others."""
    for place, fault in enumerate(faults):
        if fault.on in (None, asked):
            return fault, (*faults[:place], *_after(fault), *faults[place + 1 :])
    return None, faults


def _after(fault: Fault) -> tuple[Fault, ...]:
    """What is left of a fault that was met."""
    if fault.times is None:
        return (fault,)
    return (replace(fault, times=fault.times - 1),) if fault.times > 1 else ()


async def meet(
    fault: Fault, work: Callable[[], web.Response], failed: Callable[[int], web.Response]
) -> web.Response | None:
    """Do the work, or not, and answer as the fault says; None if the connection is to be cut.

    `failed` is how the service answers with a status that says that it failed. Not for `busy` and `refuse`, which are
    answers of its own.
    """
    if fault.kind == "delay-work":
        await asyncio.sleep(fault.seconds)
    done = failed(fault.status) if fault.kind in _NOT_DONE else work()
    if fault.kind == "delay-answer":
        await asyncio.sleep(fault.seconds)
    match fault.kind:
        case "drop-before" | "drop-after":
            return None
        case "error-before" | "error-after":
            return failed(fault.status)
        case "garble-after":
            return web.Response(
                status=done.status, text="<p>Something went wrong.", content_type="application/json"
            )
        case _:
            return done
