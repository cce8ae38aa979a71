"""What the surfaces beside messages have in common: where they hand over commands, and where they find things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.platforms import Receive
from adapters.slack.places import tenant_of
from adapters.slack.web import Web
from adapters.slack.workspaces import Workspaces
from bot.errors import StoreError, StoreUnavailable
from bot.messages import Conversation, IncomingMessage
from bot.overview import Overview

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
Payload = Mapping[str, Any]
PATIENCE = 1.0
"""Seconds for which Redis is read where Slack waits: three for the answer to a click, or to what was submitted."""
IN_TIME = 1.5
"""Seconds for which a command is brought to Redis after that."""
AWAY = "I can't reach my memory (Redis) right now. Please try again in a moment."


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """A block that reads from Redis. Raises StoreUnavailable if it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            yield
    except TimeoutError as error:
        raise StoreUnavailable(AWAY) from error


@dataclass(frozen=True, slots=True)
class Office:
    """What every surface works with."""

    receive: Receive
    workspaces: Workspaces
    overview: Overview
    prefix: str = ""

    async def web(self, team: str) -> Web:
        """The Web API of a workspace. Raises PlatformUnknown."""
        return (await self.workspaces.find(team)).web

    async def take_in(self, message: IncomingMessage) -> bool:
        """Whether a message was kept, so that it will be answered."""
        try:
            async with asyncio.timeout(IN_TIME):
                return bool(await self.receive(message))
        except (StoreError, TimeoutError) as error:
            log.warning("not_taken_in", error=type(error).__name__)
            return False


def conversation_in(team: str, channel: str) -> Conversation:
    """The conversation of a channel, or of direct messages."""
    return Conversation(tenant_of(team), channel)
