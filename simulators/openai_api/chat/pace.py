"""Sending what is due when it is due, at little cost for each of thousands of streams."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST_PAUSE = 0.01
"""Seconds between two writes of one stream: what is due sooner goes along with the next write."""
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Pace:
    """The first piece is due at `start` of the loop's clock, the others at so many a second; 0 is at once."""

    start: float
    per_second: float

    def due(self, now: float) -> int | None:
        """How many pieces are due at `now`; None is all."""
        if self.per_second <= 0:
            return None
        return max(0, int((now - self.start) * self.per_second + _ROUNDING) + 1)

    def time_of(self, place: int) -> float:
        """When the piece at `place` is due."""
        return self.start + (place / self.per_second if self.per_second > 0 else 0.0)


async def send_paced(transport: asyncio.Transport, pieces: Sequence[bytes], pace: Pace) -> None:
    """Write the pieces to the transport when they are due.

    If the loop is late, or the pace quick, several go out in one write. Ends early if the connection does.
    """
    sender = _Sender(transport, pieces, pace)
    try:
        sender.send_due()
        await sender.sent_all
    finally:
        sender.stop()


class _Sender:
    """A chain of timers instead of a sleeping task, whose wake-up for each token would cost as much again."""

    __slots__ = ("_loop", "_pace", "_pieces", "_sent", "_timer", "_transport", "sent_all")

    def __init__(self, transport: asyncio.Transport, pieces: Sequence[bytes], pace: Pace) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._pieces = pieces
        self._pace = pace
        self._sent = 0
        self._timer: asyncio.TimerHandle | None = None
        self.sent_all: asyncio.Future[None] = self._loop.create_future()

    def send_due(self) -> None:
        if self.sent_all.done():
            return
        now = self._loop.time()
        due = self._pace.due(now)
        ready = self._pieces[self._sent : due]
        if ready and not self._transport.is_closing():
            self._transport.write(ready[0] if len(ready) == 1 else b"".join(ready))
        self._sent += len(ready)
        if self._sent >= len(self._pieces) or self._transport.is_closing():
            self.sent_all.set_result(None)
            return
        wake = max(self._pace.time_of(self._sent), now + SHORTEST_PAUSE)
        self._timer = self._loop.call_at(wake, self.send_due)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
