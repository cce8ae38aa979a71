"""The place in Discord where a message is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.discord.replies.answered import AnswerPosts
from adapters.discord.replies.answers import Answers
from adapters.discord.replies.aside import Aside
from adapters.discord.replies.posts import MessagePosts
from adapters.discord.replies.spot import Spot
from adapters.discord.replies.typing import Typing
from adapters.discord.rest.rest import Rest
from bot.beside import beside
from bot.delivery import Delivery, delivering
from bot.insistence import Insistence, Pace
from bot.journal import Journal
from bot.reply import Ending, ReplySink

PACE = Pace(write=1.0)
"""A channel takes five edits in five seconds, so a faster reply would only come in bursts."""


@dataclass(slots=True)
class DiscordReply:
    """A ReplySink whose status is that the bot types, and all else stands in posts."""

    delivery: Delivery
    typing: Typing | None = None
    """None where Discord itself shows that an answer is to come."""
    aloud: str = ""
    """What stands before the answer: the question, where nobody else has read it."""

    async def status(self, text: str) -> None:
        """Show that something is being done."""
        del text
        if self.typing:
            self.typing.begin()

    def expect(self) -> None:
        """Open the thread, and say what stands before the answer: the question is judged by now."""
        if self.typing:
            self.typing.spot.expected.set()
        if self.aloud:
            self.delivery.say(self.aloud)
            self.aloud = ""

    def write(self, text: str) -> None:
        """Append to the answer."""
        if text:
            self.expect()  # who takes over from another worker may begin with the answer
        self.delivery.write(text)

    async def finish(self, ending: Ending) -> None:
        """End the answer."""
        await self.delivery.finish(ending)

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Say something that is not the answer."""
        await self.delivery.notice(text, private=private)

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Say why there is no answer, or only a part of one."""
        await self.delivery.fail(text, private=private)

    async def attach(self, name: str, content: str) -> None:
        """Hand over a document."""
        await self.delivery.attach(name, content)

    async def take_back(self, name: str) -> None:
        """Take away the reply to another message."""
        await self.delivery.take_back(name)

    async def find(self, key: str) -> str | None:
        """The post under a key, read back."""
        return await self.delivery.find(key)


@dataclass(frozen=True, slots=True)
class Speech:
    """What a reply needs to be given."""

    rest: Rest
    bot: str
    """The bot's own user id."""
    spot: Spot
    pace: Pace = PACE
    aloud: str = ""
    """What is said before the answer."""


@asynccontextmanager
async def replying_with(speech: Speech, journal: Journal) -> AsyncIterator[ReplySink]:
    """The place in which a message is answered."""
    spot, place = speech.spot, speech.spot.place
    typing = Typing(speech.rest, spot)
    answers = Answers(speech.rest, place.ticket, place.after, place.at) if place.ticket else None
    messages = MessagePosts(
        speech.rest, speech.bot, spot, journal, Aside(speech.rest, spot, answers), typing.end
    )
    if answers and answers.ticket.whole:
        whole = AnswerPosts(answers, messages)
        async with delivering(whole, journal, speech.pace) as delivery:
            yield DiscordReply(delivery)
        await Insistence(journal, speech.pace)(whole.over)
        return
    async with (
        beside(typing.keep()),
        beside(spot.open_when_expected()),
        delivering(messages, journal, speech.pace) as delivery,
    ):
        yield DiscordReply(delivery, typing, speech.aloud)
