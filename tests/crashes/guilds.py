"""Discord as a venue: each turn is played in a server of its own, among people of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.discord.payloads.buttons import buttons_of, click_in
from adapters.discord.payloads.changes import change_in, deletions_in
from adapters.discord.payloads.grounds import ground_of
from adapters.discord.payloads.interactions import command_in
from adapters.discord.payloads.messages import message_in
from adapters.discord.places import guild_of
from adapters.discord.replies.writing import in_reply_to, written
from adapters.discord.rest.rest import Rest, open_rest
from adapters.discord.routes import CREATE, DELETE, OPEN_THREAD
from adapters.discord.surfaces.callbacks import Callbacks
from adapters.discord.surfaces.registration import registered
from adapters.discord.tickets import ticket_of
from bot.messages import IncomingMessage
from simulators.discord import Channel, DiscordSimulator, Guild, Person, Seen
from simulators.discord_api.interactions.payloads import created
from simulators.discord_api.interactions.register import Interaction
from simulators.discord_api.writing import told_of
from tests.crashes.discord_kinds import DiscordKind
from tests.crashes.job import Discord
from tests.crashes.standing import LATER, Shown
from tests.crashes.venues import WORDS_BEFORE_STOP

PATIENCE = 5.0
"""Real seconds that Discord waits for a first response, however fast its time goes."""

_SPOKEN = frozenset({0, 19, 20})
"""The types of messages in which the bot says something: for itself, in reply, as the answer to a command."""


@dataclass(frozen=True, slots=True)
class Round:
    """Where one turn is played."""

    guild: Guild
    ada: Person
    spoken: Channel
    """Where she asks."""

    @property
    def channels(self) -> list[Channel]:
        """All in which she may be answered."""
        return [*self.guild.channels.values(), *self.guild.threads, self.ada.dm]


@dataclass(frozen=True, slots=True)
class DiscordVenue:
    """Servers by the messages that were asked there."""

    kind: DiscordKind
    discord: DiscordSimulator
    rest: Rest
    _rounds: dict[str, Round] = field(default_factory=dict)

    async def asked(self, tag: str) -> IncomingMessage:
        """A new message, as it is taken in."""
        guild = self.discord.add_guild(tag)
        ada, general = guild.person(f"Ada of {tag}"), guild.channel("general")
        match self.kind.where:
            case "thread":
                there = Round(guild, ada, await guild.person("Bob").opens_thread("Talk", general))
            case "direct":
                there = Round(guild, ada, ada.dm)
            case _:
                there = Round(guild, ada, general)
        if self.kind.where == "place":
            general.deny("CREATE_PUBLIC_THREADS")
        message = await (self._used(there, tag) if self.kind.uses else self._said(there, tag))
        self._rounds[message.origin] = there
        return message

    def platform(self, message: IncomingMessage) -> Discord:
        """Discord, as the bot knows it."""
        del message
        return Discord(self.discord.api_url, self.discord.app.token, self.discord.app.id)

    async def until_begun(self, message: IncomingMessage) -> None:
        """Return once so much of the answer stands that somebody may want it stopped."""
        await self.discord.until(
            lambda: any(len(each.text.split()) >= WORDS_BEFORE_STOP for each in self._seen(message))
        )

    async def stopped(self, message: IncomingMessage) -> IncomingMessage:
        """What is taken in when the author of a message wants its answer stopped."""
        there = self._rounds[message.origin]
        growing = [each.id for each in self._seen(message) if "Stop" in each.buttons]
        if not self.kind.presses or not growing:
            return self._heard(there, await there.ada.mentions("!stop", there.spoken))
        pressing = asyncio.create_task(there.ada.clicks(growing[0], there.spoken, "Stop"))
        interaction = await self._interaction(there)
        await Callbacks(self.rest).acknowledge(interaction.id, interaction.token)
        await pressing
        return _meant(click_in(created(interaction)))

    def shown(self, message: IncomingMessage) -> list[Shown]:
        """What the author sees of the reply."""
        direct = not guild_of(message.conversation)
        dm = self._rounds[message.origin].ada.dm.id
        return [
            Shown(
                each.text,
                each.ephemeral or (each.message["channel_id"] == dm and not direct),
                each.thinking or "Stop" in each.buttons,
                each.buttons,
            )
            for each in self._seen(message)
        ]

    def doubles(self, message: IncomingMessage) -> list[str]:
        """The keys under which two messages stood at the same time."""
        standing: dict[str, str] = {}
        found = []
        for call in self.discord.calls:
            if call.route == DELETE and call.ok:
                standing.pop(call.path.rpartition("/")[2], None)
            key = str((call.body or {}).get("nonce", "")).partition("~")[0] if call.route == CREATE else ""
            if not call.ok or not key.startswith(f"{message.origin}/"):
                continue
            post = str(call.answer["id"])
            if post not in standing and key in standing.values():
                found.append(key)
            standing[post] = key
        return found

    async def _said(self, there: Round, tag: str) -> IncomingMessage:
        """A mention, or what it becomes when it is edited or deleted."""
        text = self.kind.text.format(tag=tag)
        ada, spoken = there.ada, there.spoken
        asked = await ada.mentions("Before?" if self.kind.changes else text, spoken)
        if not self.kind.changes:
            return self._heard(there, asked)
        await self._answer_before(there, asked)
        if self.kind.changes == "edited":
            await ada.edits(asked, spoken, f"{self.discord.app.user.mention} {text}")
            return self._heard(there, asked)
        await ada.deletes(asked, spoken)
        data = {"id": asked, "channel_id": spoken.id, "guild_id": there.guild.id}
        return _meant(deletions_in(data, ground_of(spoken.payload()))[0])

    async def _answer_before(self, there: Round, asked: str) -> None:
        """Let an answer of two posts stand, and one to a retry."""
        channel, reference = there.spoken.id, in_reply_to(asked)
        if self.kind.opens:
            opened = await self.rest.ask(OPEN_THREAD, channel, asked, json={"name": "Before?"})
            channel, reference = str(opened["id"]), {}
        buttons = buttons_of("complete", there.ada.id, asked)
        await self.rest.ask(CREATE, channel, json=written("Before.") | reference)
        last = await self.rest.ask(CREATE, channel, json=written("Before.", buttons) | reference)
        retried = written("Before.", buttons_of("complete", there.ada.id, LATER))
        await self.rest.ask(CREATE, channel, json=retried | in_reply_to(str(last["id"])))

    async def _used(self, there: Round, tag: str) -> IncomingMessage:
        """A command, whose answer was put off."""
        values = {name: value.format(tag=tag) for name, value in self.kind.values}
        using = asyncio.create_task(there.ada.uses(self.kind.uses, there.spoken, **values))
        interaction = await self._interaction(there)
        message = command_in(created(interaction))
        private = ticket_of(message.ticket).private
        await Callbacks(self.rest).defer(interaction.id, interaction.token, private=private)
        await using
        return _meant(message)

    async def _interaction(self, there: Round) -> Interaction:
        """What she uses, once she does."""

        def unanswered() -> list[Interaction]:
            made = self.discord.platform.interactions.all
            return [each for each in made if each.deed.user is there.ada and each.response is None]

        await self.discord.until(lambda: bool(unanswered()))
        return unanswered()[0]

    def _heard(self, there: Round, name: str) -> IncomingMessage:
        """What becomes of a message, or of an edit if there was one."""
        channel, bot = there.spoken, self.discord.app.id
        guild = {} if channel is there.ada.dm else {"guild_id": there.guild.id}
        data, ground = told_of(channel, channel.find(name)) | guild, ground_of(channel.payload())
        return _meant(change_in(data, bot, ground) or message_in(data, bot, ground))

    def _seen(self, message: IncomingMessage) -> list[Seen]:
        """What the author sees of us, wherever it stands."""
        there = self._rounds[message.origin]
        name = self.discord.app.name
        seen = [each for channel in there.channels for each in channel.screen(there.ada)]
        ours = [each for each in seen if each.author == name and each.message["type"] in _SPOKEN]
        return sorted(ours, key=lambda each: int(each.id))


def _meant(message: IncomingMessage | None) -> IncomingMessage:
    """The message as the reception takes it in."""
    assert message is not None
    return replace(message, addressed=True)


@asynccontextmanager
async def open_guilds(kind: DiscordKind) -> AsyncIterator[DiscordVenue]:
    """Discord for one kind of turn."""
    async with DiscordSimulator() as discord, open_rest(discord.api_url, discord.app.token) as rest:
        discord.platform.clock.shortest = PATIENCE
        discord.speed = kind.speed
        discord.rates.per_second = 10_000  # each of the workers believes that it is the only one
        await registered(rest, discord.app.id)
        yield DiscordVenue(kind, discord, rest)
