"""The turns that run in this process: how one is stopped, and what the last failed question was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.messages import Conversation
from bot.prompt import Question

MOST_FAILED = 1_000


class Stopped(Exception):
    """The turn was stopped by a person."""


@dataclass(slots=True)
class Running:
    """Knows the running turn of each conversation.

    A question that failed is kept in memory only, so that `retry` can ask it again and the history has no
    trace of it.
    """

    _deadlines: dict[Conversation, asyncio.Timeout] = field(default_factory=dict)
    _failed: dict[Conversation, Question] = field(default_factory=dict)

    @asynccontextmanager
    async def stoppable(self, *conversations: Conversation) -> AsyncIterator[None]:
        """A block that `stop` ends with Stopped, wherever it waits.

        A time-out that never comes by itself and is moved to now is the one cancellation that the standard
        library already tells apart from every other.
        """
        deadline = asyncio.timeout(None)
        self._deadlines |= dict.fromkeys(conversations, deadline)
        try:
            async with deadline:
                yield
        except TimeoutError:
            if deadline.expired():
                raise Stopped from None
            raise
        finally:
            for conversation in conversations:
                if self._deadlines.get(conversation) is deadline:
                    del self._deadlines[conversation]

    def stop(self, conversation: Conversation) -> bool:
        """Stop the turn that is answering in the conversation; False if there is none."""
        deadline = self._deadlines.pop(conversation, None)
        if deadline is None:
            return False
        deadline.reschedule(asyncio.get_running_loop().time())
        return True

    def is_running(self, conversation: Conversation) -> bool:
        """Whether a reply is being written in the conversation, and was not stopped yet."""
        return conversation in self._deadlines

    def keep_failed(self, conversation: Conversation, question: Question) -> None:
        """Keep a question whose turn failed, for `retry`."""
        self._failed.pop(conversation, None)
        self._failed[conversation] = question
        while len(self._failed) > MOST_FAILED:
            del self._failed[next(iter(self._failed))]

    def take_failed(self, conversation: Conversation) -> Question | None:
        """The question that failed last in a conversation, if none was answered since; once."""
        return self._failed.pop(conversation, None)
