"""What a platform is to the rest: a half that listens, and a half that speaks, which need not be in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.errors import PlatformUnknown
from bot.journal import Journal
from bot.mailbox import Acceptance
from bot.messages import IncomingMessage
from bot.reply import ReplySink

Receive = Callable[[IncomingMessage], Awaitable[object]]
"""Takes a message in. When it returns, the event that brought the message may be acknowledged; see Reception.

What it returns is true if the message is kept; if not, its author was told why, or it was not meant for us.
"""


def outcome_of(taken: object) -> str:
    """What became of a message that was handed over, in a word of Acceptance; empty if it was not taken in."""
    return taken.outcome if isinstance(taken, Acceptance) else ""


class Platform(Protocol):
    """One platform, such as Slack. It is known by what its tenants begin with: `slack` has `slack:T024BE7LD`."""

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever."""

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with what took too long to ask for when it was taken in, such as the names of people."""

    def replying(self, message: IncomingMessage, journal: Journal) -> AbstractAsyncContextManager[ReplySink]:
        """The place where a message is answered, which any process may have taken in."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """The speaking halves of all platforms."""

    platforms: Mapping[str, Platform]

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        """The place where a message is answered. Raises PlatformUnknown if its platform is not known here."""
        async with self._of(message).replying(message, journal) as reply:
            yield reply

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message as its platform knows it by now. Raises PlatformUnknown."""
        return await self._of(message).read(message)

    def _of(self, message: IncomingMessage) -> Platform:
        name = message.conversation.tenant.partition(":")[0]
        platform = self.platforms.get(name)
        if platform is None:
            raise PlatformUnknown(f"this process has no settings for {name}")
        return platform
