"""All that limits what is asked of Discord, in the order in which it is waited for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from adapters.discord.rest.buckets import Buckets, Turn
from adapters.discord.rest.ceiling import Ceiling
from adapters.discord.rest.refusals import Answer, Limited, limited_of
from adapters.discord.rest.routes import Target
from adapters.discord.rest.strikes import STRIKES, Strikes
from adapters.discord.rest.windows import told_of
from bot.errors import PlatformBusy

log = structlog.get_logger()

_MINUTE = 60.0


@dataclass(slots=True)
class Limits:
    """The limits of one bot, as far as this process was told of them."""

    buckets: Buckets
    ceiling: Ceiling
    strikes: Strikes
    now: Callable[[], float] = time.monotonic
    _banned: float = 0.0
    """Until when our address is blocked."""
    _told_of_ban: float | None = field(default=None)

    @asynccontextmanager
    async def turn(self, target: Target) -> AsyncIterator[Turn]:
        """Wait for the turn of one request, and send it. Raises PlatformBusy if it is too far away."""
        self._check_ban()
        async with self.buckets.turn(target.route, target.major) as turn:
            sent = None if target.open else await self.ceiling.turn()
            self._check_ban()
            turn.sent = True
            try:
                yield turn
            finally:
                if sent is not None:
                    self.ceiling.answered(sent)

    async def room(self, target: Target, spare: int) -> None:
        """Return when a request would take nothing from those that are more important."""
        while True:
            await self.strikes.calm()
            await self.buckets.room(target.route, target.major, spare)
            if target.open:
                return
            await self.ceiling.room()
            if self.buckets.has_room(target.route, target.major, spare):
                self.ceiling.promise()
                return

    def heed(self, target: Target, turn: Turn, answer: Answer) -> None:
        """Learn from an answer."""
        limited = limited_of(answer)
        if answer.status in STRIKES and not (limited and limited.scope == "shared"):
            self.strikes.count()
        if limited:
            self._heed(target, turn, limited)
        elif answer.status < 500:  # noqa: PLR2004 - what answers 5xx may not be Discord at all
            told = told_of(answer.headers)
            self.buckets.answer(turn, target.route, target.major, told)
            self.ceiling.told(limits=told is not None)

    def _heed(self, target: Target, turn: Turn, limited: Limited) -> None:
        log.info("discord_limits", route=target.route, scope=limited.scope, seconds=limited.seconds)
        match limited.scope:
            case "address":
                self._banned = max(self._banned, self.now() + limited.seconds)
                self._tell_of_ban(limited.seconds)
            case "global":
                self.ceiling.limited(limited.seconds)
            case _:
                self.buckets.limit(turn, limited.seconds)

    def _check_ban(self) -> None:
        seconds = self._banned - self.now()
        if seconds > 0:
            raise PlatformBusy(seconds)

    def _tell_of_ban(self, seconds: float) -> None:
        now = self.now()
        if self._told_of_ban is None or now >= self._told_of_ban + _MINUTE:
            self._told_of_ban = now
            log.error(
                "discord_blocks_us", seconds=seconds, cure="wait, and see what else asks from this address"
            )


def limits_of(now: Callable[[], float] = time.monotonic) -> Limits:
    """Limits of which nothing was told yet."""
    return Limits(Buckets(now), Ceiling(now), Strikes(now), now)
