"""The turns that run in this process: how one is stopped, and which question still waits for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.messages import Conversation
from bot.prompt import Question

MOST_UNANSWERED = 1_000
NOT_KEPT = Question("")
"""Stands for a question that must not be asked again."""


class Stopped(Exception):
    """The turn was stopped by a person."""


@dataclass(slots=True)
class Running:
    """Knows the running turn of each conversation.

    A question is kept until it is answered, in memory only, so that `retry` can ask it again and the history
    has no trace of what failed.
    """

    _deadlines: dict[Conversation, asyncio.Timeout] = field(default_factory=dict)
    _unanswered: dict[Conversation, Question] = field(default_factory=dict)

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
        deadline = self._deadlines.get(conversation)
        if deadline is None:
            return False
        # It may be known under the thread's name too, and a time-out can be moved only once it has not come.
        for known in [name for name, each in self._deadlines.items() if each is deadline]:
            del self._deadlines[known]
        deadline.reschedule(asyncio.get_running_loop().time())
        return True

    def is_running(self, conversation: Conversation) -> bool:
        """Whether a reply is being written in the conversation, and was not stopped yet."""
        return conversation in self._deadlines

    def keep_unanswered(self, question: Question, *conversations: Conversation) -> None:
        """Keep a question until it is answered. Its pictures are not kept, if they came with it."""
        addresses = tuple(image for image in question.images if not image.url.startswith("data:"))
        lost = question.lost_images + len(question.images) - len(addresses)
        kept = replace(question, images=addresses, lost_images=lost)
        for conversation in conversations:
            self._unanswered.pop(conversation, None)
            self._unanswered[conversation] = kept
        while len(self._unanswered) > MOST_UNANSWERED:
            del self._unanswered[next(iter(self._unanswered))]

    def take_unanswered(self, conversation: Conversation) -> Question | None:
        """The last question of a conversation, if it was not answered; once, whatever it is known under."""
        found = self._unanswered.get(conversation)
        for known in [name for name, each in self._unanswered.items() if each is found]:
            del self._unanswered[known]
        return found
