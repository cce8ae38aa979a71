"""The turns that run in this process, and how one is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.messages import Conversation


class Stopped(Exception):
    """The turn was stopped by a person."""


@dataclass(slots=True)
class Running:
    """Knows the running turns of each conversation."""

    _deadlines: dict[Conversation, set[asyncio.Timeout]] = field(default_factory=dict)

    @asynccontextmanager
    async def stoppable(self, *conversations: Conversation) -> AsyncIterator[None]:
        """A block that `stop` ends with Stopped, wherever it waits.

        A time-out that never comes by itself and is moved to now is the one cancellation that the standard
        library already tells apart from every other.
        """
        deadline = asyncio.timeout(None)
        for conversation in conversations:
            self._deadlines.setdefault(conversation, set()).add(deadline)
        try:
            async with deadline:
                yield
        except TimeoutError:
            if deadline.expired():
                raise Stopped from None
            raise
        finally:
            self._forget(deadline)

    def stop(self, conversation: Conversation) -> bool:
        """Stop the turns that are answering in the conversation; False if there is none."""
        deadlines = tuple(self._deadlines.get(conversation, ()))
        for deadline in deadlines:
            # It may be known under the thread's name too, and a time-out can be moved only once it has not come.
            self._forget(deadline)
            deadline.reschedule(asyncio.get_running_loop().time())
        return bool(deadlines)

    def is_running(self, conversation: Conversation) -> bool:
        """Whether a reply is being written in the conversation, and was not stopped yet."""
        return conversation in self._deadlines

    def _forget(self, deadline: asyncio.Timeout) -> None:
        for conversation, deadlines in list(self._deadlines.items()):
            deadlines.discard(deadline)
            if not deadlines:
                del self._deadlines[conversation]
