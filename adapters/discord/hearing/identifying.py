"""Starting sessions: Discord counts them by the day, and lets only some begin within five seconds."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from adapters.discord.routes import GATEWAY
from bot.allowance import Allowance
from bot.errors import PlatformError, StoreError

log = structlog.get_logger()

SPARE = 10
"""Starts of the day that are left for a person: with the last one Discord takes the token away."""


class Rest(Protocol):
    """Asks Discord."""

    async def ask(self, route: str, *ids: str) -> Any:
        """What it answers. Raises PlatformError."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What Discord says of this bot's sessions (discord.com/developers, "Get Gateway Bot")."""

    shards: int = 1
    """That it recommends."""
    concurrency: int = 1
    """Sessions that may begin at the same time, each of another remainder of its shard's number."""
    remaining: int | None = None
    """Starts that are left of the day's; None where nobody knows."""
    reset_after: float = 0.0
    """Seconds until there are all of them again."""


def limits_of(answer: Any) -> Limits:
    """The limits in what Discord answered, as far as they can be read."""
    starts = answer.get("session_start_limit") if isinstance(answer, dict) else None
    if not isinstance(starts, dict):
        starts = {}
    remaining = starts.get("remaining")
    return Limits(
        shards=max(1, _number(answer.get("shards"), 1)) if isinstance(answer, dict) else 1,
        concurrency=max(1, _number(starts.get("max_concurrency"), 1)),
        remaining=remaining if isinstance(remaining, int) else None,
        reset_after=_number(starts.get("reset_after"), 0) / 1000,
    )


def _number(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


@dataclass(frozen=True, slots=True)
class Spacing:
    """How starts take their time, in seconds."""

    apart: float = 5.0
    """Between two that use the same place (discord.com/developers, "Gateway", Rate Limiting)."""
    hold: float = 20.0
    """For which who starts a session is believed to live."""
    look: float = 0.25
    """Between looks whether it is one's turn."""
    longest: float = 3_600.0
    """Between looks how many starts are left."""


@dataclass(frozen=True, slots=True)
class Starts:
    """The starts of one bot's sessions, in all processes."""

    rest: Rest
    allowance: Allowance
    application: str
    spacing: Spacing = Spacing()
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def asked(self) -> Limits | None:
        """The limits of now, where Discord tells them."""
        try:
            return limits_of(await self.rest.ask(GATEWAY))
        except PlatformError as error:
            log.info("limits_unknown", reason=str(error) or type(error).__name__)
            return None

    @asynccontextmanager
    async def turn(self, shard: int) -> AsyncIterator[None]:
        """A block in which this shard's session may be started, as soon as that is so. Ends when it has begun."""
        limits = await self._allowed()
        place, holder = f"identify {self.application} {shard % limits.concurrency}", f"{self.name} {shard}"
        while not await self._has(place, holder):  # noqa: ASYNC110 - another process does not say that it has ended
            await asyncio.sleep(self.spacing.look)
        try:
            yield
        finally:
            with suppress(StoreError):
                await self.allowance.let_go(place, holder, self.spacing.apart)

    async def _allowed(self) -> Limits:
        """The limits, once there are starts to spare."""
        while True:
            limits = await self.asked() or Limits()
            if limits.remaining is None or limits.remaining > SPARE:
                return limits
            until = datetime.fromtimestamp(time.time() + limits.reset_after, UTC).isoformat(
                timespec="seconds"
            )
            log.error("starts_used_up", remaining=limits.remaining, waiting_until=until)
            await asyncio.sleep(min(limits.reset_after + 1, self.spacing.longest))

    async def _has(self, place: str, holder: str) -> bool:
        try:
            return await self.allowance.hold(place, holder, self.spacing.hold, 1)
        except StoreError as error:
            log.info("no_turn", error=type(error).__name__)
            return False
