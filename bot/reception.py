"""The reception: takes messages in for the workers, and tells people at once whose message it cannot take."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

import structlog

from bot.commands.dispatch import kind_of
from bot.errors import PlatformError, StoreError, StoreUnavailable
from bot.journal import Replying, Unjournaled
from bot.mailbox import IN_A_ROW, Acceptance, Mailbox
from bot.messages import Conversation, IncomingMessage

log = structlog.get_logger()

FULL = {
    "conversation": "{count} messages wait for an answer here already, so I did not take yours. Please send it again "
    "when I have caught up.",
    "tenant": "So many questions of your team wait for an answer that I did not take yours. Please send it again in a "
    "few minutes.",
    "all": "I have more questions than I can answer at the moment, so I did not take yours. Please send it again in a "
    "few minutes.",
}


AGAIN = 600.0
"""Seconds after a question in which it is answered anew where its author changes it."""

LOOPING = (
    f"I have answered {IN_A_ROW} messages of bots in a row here, so I stop: we might go on for ever. I listen to them "
    "again when a person has written to me in this channel, or in an hour."
)
AWAY = (
    "I can't reach my memory (Redis) right now, so I can't tell whether I could take this in. If no answer "
    "follows in a few minutes, please send it again."
)


@dataclass(frozen=True, slots=True)
class Reception:
    """What a platform's listening half calls with each message, before it acknowledges the event."""

    mailbox: Mailbox
    replying: Replying
    now: Callable[[], float] = time.time
    _refusing: WeakValueDictionary[tuple[Conversation, str], asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    async def __call__(self, message: IncomingMessage) -> Acceptance | None:
        """Take a message in; what became of it, or None if it was not meant for the bot.

        When this returns, the message is in Redis, or its author was told why it is not, or neither was possible
        and StoreError is raised: a platform that delivers again should then not be given its acknowledgement.
        """
        try:
            acceptance = await self._taken_in(message)
        except StoreError as error:
            # Perhaps nobody spoke to the bot, or what was said stands there no more, or its author reads nothing.
            if message.deleted or message.author.automatic or not message.addressed:
                raise
            await self._refuse(message, AWAY if isinstance(error, StoreUnavailable) else error.notice, error)
            return None
        if acceptance is None:
            return None
        log.info("accepted", turn=message.id, outcome=acceptance.outcome, before=acceptance.before)
        if acceptance.outcome == "full" and not message.author.automatic:
            await self._refuse(message, FULL[acceptance.full].format(count=f"{acceptance.before:,}"))
        if acceptance.outcome == "looping" and acceptance.before == IN_A_ROW + 1:
            await self._refuse(message, LOOPING)
        return acceptance

    async def _taken_in(self, message: IncomingMessage) -> Acceptance | None:
        if message.changes:
            return await self._changed(message)
        # What is found afterwards may have been talk among others, before somebody spoke to the bot there.
        return await self._asked(message, message.at if message.late else math.inf)

    async def _asked(self, message: IncomingMessage, at: float) -> Acceptance | None:
        """Take in a question, if it was meant for the bot at that time."""
        if not message.addressed and not await self.mailbox.takes_part(message.conversation, at):
            return None
        meant = replace(message, addressed=True)
        return await self.mailbox.accept(meant, kind_of(meant))

    async def _changed(self, message: IncomingMessage) -> Acceptance | None:
        late = not message.deleted and self.now() - message.at > AGAIN
        meant = replace(message, addressed=True)
        acceptance = await self.mailbox.change(meant, late=late)
        if acceptance.outcome != "unknown":
            return acceptance
        if message.deleted or late:
            return None
        # The bot may be named in it by now, or the event that brought it first is still to come, or on its way.
        taken_in = await self._asked(replace(message, id=message.changes, changes=""), message.at)
        if taken_in and taken_in.outcome == "seen":
            return await self.mailbox.change(meant, late=late)
        return taken_in

    async def _refuse(self, message: IncomingMessage, text: str, error: StoreError | None = None) -> None:
        journal = Unjournaled(f"{message.id}/refused")
        # The events of one message may come at the same time, and the second must find what was said to the first.
        one_at_a_time = self._refusing.setdefault((message.answered_in, message.id), asyncio.Lock())
        try:
            async with one_at_a_time, self.replying(message, journal) as reply:
                await reply.fail(text)
        except PlatformError as untold:
            log.warning("refusal_untold", turn=message.id, error=type(untold).__name__)
            if error:
                raise error from untold
