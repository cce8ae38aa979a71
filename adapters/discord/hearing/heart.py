"""The heartbeats of one connection to the gateway."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger()

_HEARTBEAT = 1


class Heart:
    """Beats for as long as each beat is acknowledged before the next one, and says when one is not.

    It stands in the place of discord.py's own, a thread that looks for a minute of silence, and that nobody can wait
    for (discord.com/developers, "Gateway", Sending Heartbeats).
    """

    latency = float("inf")

    def __init__(
        self, interval: float, sequence: Callable[[], int | None], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        self._interval = interval
        self._sequence = sequence
        self._send = send
        self._acknowledged = True
        self._beating: asyncio.Task[None] | None = None

    def start(self, dead: Callable[[], Awaitable[None]]) -> None:
        """Beat from now on, every so many seconds; `dead` is called when a beat was not acknowledged."""
        self._beating = asyncio.create_task(self._beat(dead))

    def beat(self) -> dict[str, Any]:
        """A beat that the other end asked for."""
        return {"op": _HEARTBEAT, "d": self._sequence()}

    def ack(self) -> None:
        """The other end has acknowledged a beat."""
        self._acknowledged = True

    def tick(self) -> None:
        """Something has come; that is no acknowledgement."""

    def stop(self) -> None:
        """Beat no more."""
        if self._beating and self._beating is not asyncio.current_task():
            self._beating.cancel()

    async def _beat(self, dead: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self._interval * random.random())  # noqa: S311 - spreads load, guards nothing
        while self._acknowledged:
            self._acknowledged = False
            await self._send(self.beat())
            await asyncio.sleep(self._interval)
        log.warning("heartbeat_not_acknowledged")
        await dead()
