"""A server with Parley in it: the whole service in the test's own process, on simulators of all others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from adapters.connections import opening
from adapters.service import Workload, serve
from adapters.settings import Settings
from bot.beside import beside
from simulators.discord import Channel, DiscordSimulator, Guild, Person, Seen
from simulators.openai import Behaviour, OpenAISimulator
from simulators.openai_api.chat.messages import Message
from tests.adapters.answering import respond


@dataclass(slots=True, eq=False)
class Club:
    """What a test of Discord holds in its hands."""

    discord: DiscordSimulator
    model: OpenAISimulator

    @property
    def guild(self) -> Guild:
        """The server in which Parley is."""
        return self.discord.guild

    @property
    def ada(self) -> Person:
        """Somebody who asks."""
        return self.guild.person("Ada")

    @property
    def bob(self) -> Person:
        """Somebody else."""
        return self.guild.person("Bob")

    @property
    def general(self) -> Channel:
        """A channel with Parley in it."""
        return self.guild.channel("general")

    def behave(self, **changes: Any) -> None:
        """Let the model answer like this from now on."""
        self.model.behaviour = Behaviour(**changes)

    async def until(self, predicate: Callable[[], bool], within: float = 20.0) -> None:
        """Return once `predicate` holds; it is asked whenever something happens in Discord."""
        async with asyncio.timeout(within):
            await self.discord.until(predicate)

    def thread(self, question: str, channel: Channel | None = None) -> Channel:
        """The thread that was opened from a message, in the main channel if no other is named."""
        thread = (channel or self.general).thread_of(question)
        assert thread is not None
        return thread

    def replies(self, channel: Channel | None, viewer: Person | None = None) -> list[Seen]:
        """What Parley has said in a channel or a thread."""
        seen = channel.screen(viewer or self.ada) if channel else []
        return [each for each in seen if each.author == self.discord.app.name]

    async def until_said(self, channel: Channel, text: str, viewer: Person | None = None) -> Seen:
        """Return what Parley has said in a channel that says this and is complete."""

        def said() -> list[Seen]:
            found = self.replies(channel, viewer)
            return [each for each in found if text in each.text and "Stop" not in each.buttons]

        await self.until(lambda: bool(said()))
        return said()[-1]

    async def until_answered(self, question: str, text: str, channel: Channel | None = None) -> Seen:
        """Return the reply in the thread of a question that says this, once it is complete."""
        await self.until(lambda: (channel or self.general).thread_of(question) is not None)
        return await self.until_said(self.thread(question, channel), text)


@asynccontextmanager
async def open_club(
    redis_url: str,
    *,
    responder: Callable[[Sequence[Message], str], str] = respond,
    message_content: bool = True,
    **settings: Any,
) -> AsyncIterator[Club]:
    """Parley at work in a server."""
    async with (
        open_server(responder, message_content=message_content) as club,
        open_service(club, redis_url, **settings),
    ):
        yield club


@asynccontextmanager
async def open_server(
    responder: Callable[[Sequence[Message], str], str] = respond, *, message_content: bool = True
) -> AsyncIterator[Club]:
    """A server in which nobody works yet."""
    async with (
        DiscordSimulator(message_content=message_content) as discord,
        OpenAISimulator(responder=responder) as model,
    ):
        yield Club(discord, model)


@asynccontextmanager
async def open_service(
    club: Club, redis_url: str, *, hears: bool = True, **settings: Any
) -> AsyncIterator[None]:
    """Parley's service, which hears by then, unless another one does."""
    discord = club.discord
    given = Settings(
        openai_api_key=SecretStr("key"),
        openai_base_url=club.model.base_url,
        redis_url=redis_url,
        discord_bot_token=SecretStr(discord.app.token),
        discord_api_url=discord.api_url,
        discord_gateway_url=discord.gateway_url,
        **settings,
    )
    before = len(discord.identifies) + len(discord.resumes)
    async with beside(_served(given)):
        if hears:
            await club.until(lambda: len(discord.identifies) + len(discord.resumes) > before)
        yield


async def _served(settings: Settings) -> None:
    await serve(settings, opening(settings), working=Workload(grace=0.1))
