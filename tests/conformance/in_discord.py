"""Discord as a stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.store import Store, open_store
from simulators.discord import Channel, Seen, Upload
from simulators.openai import OpenAISimulator
from simulators.openai_api.chat.messages import Responder
from tests.adapters.discord.club import Club, open_club
from tests.conformance.stage import ADA, Post, Shared, idle


@dataclass(frozen=True, slots=True)
class InDiscord:
    """A Stage: a channel, in which every question has a thread, or Ada's direct messages, which have none."""

    club: Club
    store: Store
    direct: bool = False

    @property
    def channel(self) -> Channel:
        """Where questions stand."""
        return self.club.ada.dm if self.direct else self.club.general

    @property
    def model(self) -> OpenAISimulator:
        """The model that answers."""
        return self.club.model

    async def asks(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Mention the bot in the channel, or write to it."""
        said = self._to_bot(text)
        return await self.club.guild.person(who).says(said, self.channel, files=_uploads(files))

    async def says(self, text: str, talk: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Write in the thread, without a mention."""
        there = self.channel if self.direct else self.club.thread(talk)
        await self.club.guild.person(who).says(text, there, files=_uploads(files))

    async def stops(self, talk: str) -> None:
        """Write the word."""
        await self.says("stop", talk)

    async def edits(self, talk: str, text: str) -> None:
        """Edit what began the talk."""
        await self.club.ada.edits(talk, self.channel, self._to_bot(text))

    async def deletes(self, talk: str) -> None:
        """Delete what began the talk."""
        await self.club.ada.deletes(talk, self.channel)

    def read(self, talk: str) -> list[Post]:
        """The bot's messages in the thread."""
        there = self.channel if self.direct else self.channel.thread_of(talk)
        return [_post(each) for each in self.club.replies(there)]

    def aside(self, who: str) -> list[Post]:
        """The bot's direct messages, where these are not the talk itself."""
        if self.direct:
            return []
        person = self.club.guild.person(who)
        return [_post(each) for each in self.club.replies(person.dm, person)]

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds."""
        await self.club.until(predicate)

    async def idle(self) -> None:
        """Return once all that was heard is answered."""
        await idle(self.store)

    def _to_bot(self, text: str) -> str:
        return text if self.direct else f"{self.club.discord.app.user.mention} {text}"


def _post(seen: Seen) -> Post:
    return Post(seen.text, "".join(content.decode() for content in seen.files.values()))


def _uploads(files: Sequence[Shared]) -> list[Upload]:
    return [Upload(file.name, file.content, file.type) for file in files]


@asynccontextmanager
async def open_discord(
    url: str, responder: Responder, *, direct: bool = False, **settings: Any
) -> AsyncIterator[InDiscord]:
    """A server with Parley in it."""
    async with open_club(url, responder=responder, **settings) as club, open_store(url) as store:
        club.discord.limits = False
        yield InDiscord(club, store, direct)
