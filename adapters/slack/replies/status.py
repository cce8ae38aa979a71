"""The status line under a thread: what is being done, until the first words of the reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from adapters.slack.replies.sessions import Loader
from bot.beside import beside
from bot.errors import PlatformError

log = structlog.get_logger()

FADES = 100.0
"""Seconds after which a status is shown again; Slack takes it away after two minutes."""


class StatusLine:
    """Shows a status beside everything else. A platform that does not show it is no trouble.

    Where a reply is `resumed`, a status may stand there that a process has shown which is dead.
    """

    def __init__(self, loader: Loader, fades: float = FADES) -> None:
        self._loader = loader
        self._fades = fades
        self._wanted = ""
        self._streams = 0
        self._shown: str | None = None if loader.resumed else ""
        self._changed = asyncio.Event()
        self._asking: asyncio.Task[None] | None = None

    def show(self, text: str) -> None:
        """Show this from now on; an empty text is none."""
        if text != self._wanted:
            self._wanted = text
            self._changed.set()

    def posted(self) -> None:
        """Something stands in the thread now: Slack itself has taken away the line that was shown before it."""
        if not self._loader.lasts:
            self._wanted = self._shown = ""

    def streams(self) -> None:
        """A stream has begun: with it Slack lets a session work."""
        self._streams += 1
        if self._loader.lasts and self._shown == "":
            self._shown = None

    def stopped(self) -> None:
        """A stream was ended: with it Slack lets a session rest (docs.slack.dev, chat.stopStream)."""
        self._streams -= 1
        self._wanted = ""
        self._shown = None if self._loader.lasts and self._streams else ""

    async def keep(self) -> None:
        """Bring to the screen what is wanted, for ever."""
        while True:
            try:
                async with asyncio.timeout(None if self._loader.lasts else self._fades):
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
        place = self._loader.place
        if place.thread is None or place.ticket:
            return
        if self._asking:
            await asyncio.wait([self._asking])
        while not self._is_shown(self._wanted):
            # What was sent off arrives, whatever becomes of us: two at a time could change places.
            self._asking = asyncio.create_task(self._ask(place.thread, self._wanted))
            await asyncio.wait([self._asking])

    def _is_shown(self, text: str) -> bool:
        if self._loader.lasts and self._shown is not None:
            return bool(text) == bool(self._shown)  # a session works or rests, and says nothing else
        return text == self._shown

    async def _ask(self, thread: str, wanted: str) -> None:
        try:
            await self._loader.show(thread, wanted)
        except PlatformError as error:
            log.info("no_status", reason=str(error))
        # Even if it was posted over meanwhile: this may have come after it.
        self._shown = wanted


@asynccontextmanager
async def status_line(loader: Loader, fades: float = FADES) -> AsyncIterator[StatusLine]:
    """A status line for as long as the block lasts."""
    line = StatusLine(loader, fades)
    try:
        async with beside(line.keep()):
            yield line
    finally:
        await line.clear()
