"""The status line under a thread: what is being done, until the first words of the reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from adapters.slack.places import Place
from adapters.slack.web import Web
from bot.beside import beside
from bot.errors import PlatformError

log = structlog.get_logger()

FADES = 100.0
"""Seconds after which a status is shown again; Slack takes it away after two minutes."""


class StatusLine:
    """Shows a status beside everything else. A platform that does not show it is no trouble.

    Where a reply is `resumed`, a status may stand there that a process has shown which is dead.
    """

    def __init__(self, web: Web, place: Place, fades: float = FADES, *, resumed: bool = False) -> None:
        self._web = web
        self._place = place
        self._fades = fades
        self._wanted = ""
        self._shown: str | None = None if resumed else ""
        self._changed = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Show this from now on; an empty text is none."""
        if text != self._wanted:
            self._wanted = text
            self._changed.set()

    def posted(self) -> None:
        """Something stands in the thread now: Slack itself has taken away the status that was shown before it."""
        self._wanted = self._shown = ""

    async def keep(self) -> None:
        """Bring to the screen what is wanted, for ever."""
        while True:
            try:
                async with asyncio.timeout(self._fades):
                    await self._changed.wait()
            except TimeoutError:
                self._shown = ""
            self._changed.clear()
            await self._bring()

    async def clear(self) -> None:
        """Take away a status that nothing has taken away."""
        self._wanted = ""
        await self._bring()

    async def _bring(self) -> None:
        if self._place.thread is None or self._place.ticket:
            return
        if self._asking:
            await asyncio.wait([self._asking])
        while self._wanted != self._shown:
            # What was sent off arrives, whatever becomes of us: two at a time could change places.
            self._asking = asyncio.create_task(self._ask(self._place.thread, self._wanted))
            await asyncio.wait([self._asking])

    async def _ask(self, thread: str, wanted: str) -> None:
        try:
            await self._web.ask(
                self._web.client.assistant_threads_setStatus,
                channel_id=self._place.channel,
                thread_ts=thread,
                status=wanted,
            )
        except PlatformError as error:
            log.info("no_status", reason=str(error))
        # Even if it was posted over meanwhile: this may have come after it.
        self._shown = wanted


@asynccontextmanager
async def status_line(
    web: Web, place: Place, fades: float = FADES, *, resumed: bool = False
) -> AsyncIterator[StatusLine]:
    """A status line for as long as the block lasts."""
    line = StatusLine(web, place, fades, resumed=resumed)
    try:
        async with beside(line.keep()):
            yield line
    finally:
        await line.clear()
