"""Discord as a stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.store import Store, open_store
from simulators.discord import Seen, Upload
from simulators.openai import OpenAISimulator
from simulators.openai_api.chat.messages import Responder
from tests.adapters.discord.club import Club, open_club
from tests.conformance.stage import ADA, Post, Shared, idle


@dataclass(frozen=True, slots=True)
class InDiscord:
    """A Stage: a channel, in which every question has a thread."""

    club: Club
    store: Store

    @property
    def model(self) -> OpenAISimulator:
        """The model that answers."""
        return self.club.model

    async def asks(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Mention the bot in the channel."""
        person = self.club.guild.person(who)
        return await person.mentions(text, self.club.general, files=_uploads(files))

    async def says(self, text: str, talk: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Write in the thread, without a mention."""
        await self.club.guild.person(who).says(text, self.club.thread(talk), files=_uploads(files))

    async def stops(self, talk: str) -> None:
        """Write the word."""
        await self.says("stop", talk)

    async def edits(self, talk: str, text: str) -> None:
        """Edit what began the thread."""
        mention = self.club.discord.app.user.mention
        await self.club.ada.edits(talk, self.club.general, f"{mention} {text}")

    async def deletes(self, talk: str) -> None:
        """Delete what began the thread, which stays."""
        await self.club.ada.deletes(talk, self.club.general)

    def read(self, talk: str) -> list[Post]:
        """The bot's messages in the thread."""
        return [_post(each) for each in self.club.replies(self.club.general.thread_of(talk))]

    def aside(self, who: str) -> list[Post]:
        """The bot's direct messages."""
        person = self.club.guild.person(who)
        return [_post(each) for each in self.club.replies(person.dm, person)]

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds."""
        await self.club.until(predicate)

    async def idle(self) -> None:
        """Return once all that was heard is answered."""
        await idle(self.store)


def _post(seen: Seen) -> Post:
    return Post(seen.text, "".join(content.decode() for content in seen.files.values()))


def _uploads(files: Sequence[Shared]) -> list[Upload]:
    return [Upload(file.name, file.content, file.type) for file in files]


@asynccontextmanager
async def open_discord(url: str, responder: Responder, **settings: Any) -> AsyncIterator[InDiscord]:
    """A server with Parley in it."""
    async with open_club(url, responder=responder, **settings) as club, open_store(url) as store:
        club.discord.limits = False
        yield InDiscord(club, store)
