"""The Discord platform: it listens, reads and speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import structlog

from adapters.attachments.files import Files
from adapters.discord.hearing.listening import Listening
from adapters.discord.identity import Identity
from adapters.discord.keys import DiscordKeys
from adapters.discord.payloads.menus import asked_aloud
from adapters.discord.payloads.words import own_words
from adapters.discord.places import place_of
from adapters.discord.reading.files import DiscordFiles
from adapters.discord.reading.transcripts import transcript_of
from adapters.discord.replies.reply import PACE, Speech, replying_with
from adapters.discord.replies.spot import Spot
from adapters.discord.rest.rest import Rest
from adapters.discord.surfaces.callbacks import Callbacks
from adapters.discord.surfaces.registration import registering
from adapters.platforms import Receive
from adapters.titles import title_of
from bot.commands.parsing import summed_up_from
from bot.errors import PlatformRefused
from bot.insistence import Pace
from bot.journal import Journal
from bot.messages import IncomingMessage
from bot.purge import Purges
from bot.reply import ReplySink
from bot.store import Store

log = structlog.get_logger()

LONGEST_TITLE = 100
"""Characters of a thread's name (discord.com/developers, "Channel")."""
READING = "Reading…"


@dataclass(frozen=True, slots=True)
class DiscordPlatform:
    """A Platform."""

    keys: DiscordKeys
    rest: Rest
    identity: Identity
    store: Store
    purges: Purges
    pace: Pace = PACE
    files: Files = field(default_factory=lambda: Files("Discord"))

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever; late those that were written while nobody listened."""
        listening = Listening(
            self.keys, self.rest, self.identity, self.store, self.purges, Callbacks(self.rest)
        )
        async with registering(self.rest, self.identity.application):
            await listening.run(receive)

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with what is in its files."""
        if message.deleted:
            return message
        message = await self.files.read(message, DiscordFiles(self.rest.session, self.rest.api_url))
        since = summed_up_from(message.text)
        return message if since is None else await self._with_transcript(message, since)

    async def _with_transcript(self, message: IncomingMessage, since: str) -> IncomingMessage:
        """The message with what was said there; only its own beginning where the bot may read nothing."""
        first = next(iter(message.transcript), "")
        try:
            said = await transcript_of(self.rest, message.conversation, self.identity.id, since, first)
        except PlatformRefused as error:
            log.warning("no_transcript", reason=str(error))
            return message
        return replace(message, transcript=said.lines, unreadable=said.unreadable)

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        """The place where a message is answered."""
        title = title_of(own_words(message.text), LONGEST_TITLE)
        place = place_of(message)
        spot = Spot(self.rest, place, title, place.in_place)
        speech = Speech(self.rest, self.identity.id, spot, self.pace, asked_aloud(message))
        try:
            async with replying_with(speech, journal) as reply:
                if message.files and not message.deleted:
                    await reply.status(READING)
                yield reply
        finally:
            self.files.let_go(message)
