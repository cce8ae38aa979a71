"""The gate for questions that their authors changed or took back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.conclusion import Concluding
from bot.history import History
from bot.messages import Conversation, IncomingMessage
from bot.reply import Handler, ReplySink
from bot.unanswered import Unanswered


@dataclass(frozen=True, slots=True)
class Undoing:
    """Undoes what a message had led to, so that it can be answered anew, or as if it had never been written."""

    history: History
    unanswered: Unanswered
    concluding: Concluding

    async def __call__(self, message: IncomingMessage, reply: ReplySink) -> None:
        """Forget the message that this one changes, and take back the replies that it had, but for the first.

        The first one says something else by the end of the turn, or is taken away then. Doing it again changes nothing.
        """
        await self.concluding.hold()
        places = {message.conversation, message.answered_in}
        for name in await self._further_replies(message, places):
            await reply.take_back(name)
        await self.history.unlearn(places, message.changes, message.at)
        await self.unanswered.forget(places, message.changes)

    async def _further_replies(self, message: IncomingMessage, places: Iterable[Conversation]) -> set[str]:
        """The names of the replies of those who asked again, in a thread or in its channel."""
        found = [await self.history.answering(place, message.changes, message.at) for place in places]
        return {name for exchange in found if exchange for name in exchange.answers[1:]}


def undone_first(handler: Handler, undo: Undoing) -> Handler:
    """A message that changes another is answered in its place; one that was taken back is not answered."""

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        if message.changes:
            await undo(message, reply)
        if not message.deleted:
            await handler(message, reply)

    return gate
