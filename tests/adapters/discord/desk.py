"""The speaking half alone: a reply to Ada, with nobody who listens and no engine behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.discord.payloads.interactions import command_in
from adapters.discord.places import Place, place_of
from adapters.discord.replies.aside import Aside
from adapters.discord.replies.posts import MessagePosts
from adapters.discord.replies.reply import Speech, replying_with
from adapters.discord.replies.spot import Spot
from adapters.discord.rest.rest import Rest, open_rest
from adapters.discord.surfaces.callbacks import Callbacks
from adapters.discord.surfaces.registration import registered
from adapters.discord.tickets import ticket_of
from bot.insistence import Pace
from bot.messages import IncomingMessage
from bot.reply import ReplySink
from simulators.discord import Channel, DiscordSimulator, Person, Seen
from simulators.discord_api.interactions.payloads import created
from tests.fakes import RecordingJournal, incoming

PACE = Pace(write=0.001, look=(0.0, 0.02, 0.05), base=0.01, longest=10.0)
TITLE = "Well?"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a test writes as Parley does, and reads as Ada does."""

    discord: DiscordSimulator
    rest: Rest
    place: Place
    journal: RecordingJournal = field(default_factory=RecordingJournal)
    message: IncomingMessage = field(default_factory=lambda: incoming(""))
    """The command that is answered, if one was used."""

    @property
    def general(self) -> Channel:
        """The channel of the question."""
        return self.discord.guild.channel("general")

    @property
    def ada(self) -> Person:
        """Who asked."""
        return self.discord.guild.person("Ada")

    @property
    def bob(self) -> Person:
        """Somebody else."""
        return self.discord.guild.person("Bob")

    @property
    def thread(self) -> Channel:
        """The thread of the question."""
        thread = self.general.thread_of(self.place.after)
        assert thread is not None
        return thread

    @property
    def spot(self) -> Spot:
        """Where it stands."""
        return Spot(self.rest, self.place, TITLE)

    def posts(self) -> MessagePosts:
        """The posts of the reply, where they are messages."""
        spot = self.spot
        aside = Aside(self.rest, spot, None)
        return MessagePosts(self.rest, self.discord.app.id, spot, self.journal, aside, lambda: None)

    @asynccontextmanager
    async def replying(self, aloud: str = "") -> AsyncIterator[ReplySink]:
        """The reply, with what stands before an answer."""
        speech = Speech(self.rest, self.discord.app.id, self.spot, PACE, aloud)
        async with replying_with(speech, self.journal) as reply:
            yield reply

    def taken_over(self) -> Desk:
        """The same reply, as the next worker finds it."""
        return self.taken_over_with(self.journal.passed_on())

    def taken_over_with(self, journal: RecordingJournal) -> Desk:
        """The same reply with what is known of it."""
        return replace(self, journal=journal)

    def follow_up(self, message: str, *, journal: RecordingJournal | None = None) -> Desk:
        """The reply to a later message in the thread of the question."""
        place = replace(self.place, thread=self.thread.id, opens=False, trigger=message, after=message)
        return replace(self, place=place, journal=journal or RecordingJournal(message))

    def in_place(self, message: str = "", channel: Channel | None = None) -> Desk:
        """The reply to a message that stands where it was asked, since there can be no thread."""
        name = message or self.place.after
        channel = channel or self.general
        place = replace(
            self.place,
            guild=channel.guild_id or "",
            channel=channel.id,
            thread=None,
            opens=False,
            trigger=name,
            after=name,
        )
        return replace(self, place=place, journal=RecordingJournal(name))

    @asynccontextmanager
    async def used(self, command: str, *, put_off: bool = True, **values: str) -> AsyncIterator[Desk]:
        """The reply to a slash command that Ada uses in the channel, which is the answer to an interaction."""
        await registered(self.rest, self.discord.app.id)
        made = self.discord.platform.interactions
        before = len(made.all)
        using = asyncio.create_task(self.ada.uses(command, self.general, **values))
        await self.discord.until(lambda: len(made.all) > before)
        message = command_in(created(made.all[-1]))
        if put_off:
            await self.put_off(message)
            await using
        yield replace(self, place=place_of(message), journal=RecordingJournal(message.id), message=message)
        await using

    async def put_off(self, message: IncomingMessage) -> None:
        """Say that the answer to a command follows, as whoever hears it does."""
        ticket = ticket_of(message.ticket)
        await Callbacks(self.rest).defer(message.id, ticket.token, private=ticket.private)

    def said(self, channel: Channel | None = None) -> list[Seen]:
        """What Parley said in a channel, or in all that Ada sees."""
        places = [channel] if channel else [self.general, *self.general.threads, self.ada.dm]
        seen = [each for place in places for each in place.screen(self.ada)]
        return [each for each in seen if each.author == self.discord.app.name]

    def texts(self, channel: Channel | None = None) -> list[str]:
        """What it says there."""
        return [each.text for each in self.said(channel)]

    def read(self) -> str:
        """All that Ada reads of Parley: posts and files."""
        texts = []
        for each in self.said():
            texts += [each.text, *(content.decode() for content in each.files.values())]
        return "\n".join(texts)


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """A desk at a channel in which only the question stands."""
    async with DiscordSimulator() as discord, open_rest(discord.api_url, discord.app.token) as rest:
        discord.limits = False
        ada, general = discord.guild.person("Ada"), discord.guild.channel("general")
        asked = await ada.mentions("Well?", general)
        place = Place(
            discord.guild.id, general.id, asked, opens=True, trigger=asked, after=asked, author=ada.id
        )
        yield Desk(discord, rest, place, RecordingJournal(asked))
