"""Typing: what is shown until the first words stand."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapters.discord.replies.spot import Spot
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import TYPING
from bot.errors import PlatformError

log = structlog.get_logger()

LASTS = 8.0
"""Seconds after which it is shown again; Discord takes it away after ten."""


@dataclass(slots=True)
class Typing:
    """Shows that somebody types, as long as it is wanted. A platform that does not show it is no trouble."""

    rest: Rest
    spot: Spot
    lasts: float = LASTS
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        """Show it from now on."""
        self._wanted.set()

    def end(self) -> None:
        """Show it no more: something is about to stand there, and with that Discord takes it away by itself.

        In a channel in which nothing is said, since it stands in a thread, it goes ten seconds after it was shown.
        """
        self._wanted.clear()

    async def keep(self) -> None:
        """Bring it to the screen, for ever."""
        while await self._wanted.wait():
            channel = self.spot.shown
            await self.rest.room(TYPING, channel, spare=0)
            if not self._wanted.is_set():
                continue
            try:
                await self.rest.ask(TYPING, channel)
            except PlatformError as error:
                log.info("no_typing", reason=str(error))
            await self._last(channel)

    async def _last(self, channel: str) -> None:
        """Return when it is to be shown again, in that channel or where people look by now."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.lasts):
                await self.spot.opened.wait()
                if channel == self.spot.shown:
                    await asyncio.sleep(self.lasts)
