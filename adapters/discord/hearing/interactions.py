"""Interactions: commands, clicks, menus and forms, taken in and only then acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from adapters.discord.hearing.answering import Answering
from adapters.discord.hearing.forms import Forms, in_time
from adapters.discord.hearing.threads import Threads
from adapters.discord.payloads.buttons import NOT_YOURS, click_in, may_click, word_of
from adapters.discord.payloads.choices import typed_in
from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import command_in, is_answerable, is_readable, is_written, menu_of
from adapters.discord.payloads.menus import ASK, answered_where, is_question, summary_in, sums_up
from adapters.discord.payloads.modals import written_in
from adapters.discord.payloads.persona_modal import asked_in, errand_in
from adapters.discord.payloads.thumbs import THANKS, asks_why, rating_in
from adapters.discord.tickets import ticket_of
from adapters.platforms import Receive, outcome_of
from bot.errors import ParleyError, PlatformError
from bot.feedback import Rating
from bot.messages import IncomingMessage

log = structlog.get_logger()

UNKNOWN = "I don't know that one any more. `/help` shows what I can do."
NOT_TAKEN = "I could not take that in, since too much waits for an answer. Please try again in a few minutes."
STOPPED = "I have stopped."
CLOSED = (
    "I may not write here, so I can't answer that here. Somebody who manages this channel can let me: I need View "
    "Channel, Send Messages and Send Messages in Threads."
)
NOT_FOR_YOU = "You may not read here what was said before, so I don't sum it up for you either."
BROKEN = (
    "Something went wrong on my side, and nothing came of that. Please try again; whoever runs me finds it in the log "
    "under `{id}`."
)
ANSWERED = frozenset({"retry", "continue"})
"""Buttons of which a message comes."""
UNSURE = (
    "I can't reach my memory (Redis) right now, so I can't tell whether I could take this in. If no answer follows in "
    "a few minutes, please try again."
)
LONGEST_SHOWN = 1_000
"""Characters of what somebody had written that are shown again with why nothing comes of it; more is a file."""
IN_TIME = 2.0
"""Seconds in which something is taken in; Discord waits three for the answer."""


@dataclass(frozen=True, slots=True)
class Interactions:
    """Answers interactions. What one says is taken in first; brought twice, it is answered once."""

    receive: Receive
    rate: Callable[[Rating], Awaitable[None]]
    answering: Answering
    forms: Forms
    threads: Threads

    async def __call__(self, data: Data) -> None:
        """Answer an interaction; whatever goes wrong, who used it is told."""
        try:
            try:
                await self._answer(data)
            except ParleyError as error:
                log.info("interaction_refused", error=type(error).__name__)
                await self._refuse(data, error.notice)
            except PlatformError:
                raise
            except Exception:
                log.exception("interaction_crashed", turn=str(data["id"]))
                await self._say(data, BROKEN.format(id=data["id"]))
        except PlatformError as error:
            # Answered by another process, or too late.
            log.info("interaction_unanswered", reason=str(error))

    async def _answer(self, data: Data) -> None:
        if typed := typed_in(data):
            choices = await self.forms.choices(data, typed)
            await self.answering.choose(data["id"], data["token"], choices)
        elif errand := asked_in(data):
            await self.answering.show(data["id"], data["token"], await self.forms.persona(data, errand))
        elif word_of(data) and not may_click(data):
            await self._say(data, NOT_YOURS.format(word=word_of(data)))
        elif (menu_of(data) == ASK or word_of(data) in ANSWERED) and not is_answerable(data):
            await self._say(data, CLOSED)
        elif sums_up(data) and not is_readable(data):
            await self._say(data, NOT_FOR_YOU)
        elif menu_of(data) == ASK:
            await self.answering.show(data["id"], data["token"], await self.forms.question(data))
        elif rating := rating_in(data):
            await self._rated(data, rating)
        elif message := await self._message_in(data):
            await self._take_in(data, message)
        else:
            await self._say(data, UNKNOWN)

    async def _message_in(self, data: Data) -> IncomingMessage | None:
        """What an interaction says."""
        if is_written(data):
            return command_in(data)
        if errand := errand_in(data):
            return await self.forms.kept(data, errand)
        return click_in(data) or summary_in(data, self.forms.bot) or await self.forms.asked(data)

    async def _take_in(self, data: Data, message: IncomingMessage) -> None:
        async with in_time(IN_TIME, UNSURE):
            taken = await self.receive(message)
        outcome, ticket = outcome_of(taken), ticket_of(message.ticket)
        if outcome == "seen":
            return  # whoever took it in answers
        if taken and is_question(data):
            await self._say(data, answered_where(data, message))
            await self.forms.forget(data)
        elif not ticket.whole:
            await self.answering.acknowledge(data["id"], data["token"])  # what is said of it stands below
        elif not taken:
            await self._refuse(data, NOT_TAKEN)
        elif outcome == "stopped":
            await self._say(data, STOPPED)
        else:
            await self.answering.defer(data["id"], data["token"], private=ticket.private)
        if taken:
            await self.threads.note(message)

    async def _rated(self, data: Data, rating: Rating) -> None:
        async with in_time():
            await self.rate(rating)
        if rating.thumb == "up" or rating.reason:
            await self._say(data, THANKS)
        else:
            await self.answering.show(data["id"], data["token"], asks_why(rating))

    async def _refuse(self, data: Data, notice: str) -> None:
        """Say why nothing comes of it, and what was written into a modal, which is closed by then."""
        written = written_in(data)
        if len(written) > LONGEST_SHOWN:
            text = f"{notice}\n\nWhat you had written is attached."
            await self.answering.say(data["id"], data["token"], text, written)
        elif written:
            block = written.replace("```", "'''")
            await self._say(data, f"{notice}\n\nThis is what you had written:\n```text\n{block}\n```")
        else:
            await self._say(data, notice)

    async def _say(self, data: Data, text: str) -> None:
        await self.answering.say(data["id"], data["token"], text)
