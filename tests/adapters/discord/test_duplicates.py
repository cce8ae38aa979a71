"""Whatever Discord brings several times, to whichever process, is answered once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from adapters.discord.adapter import open_discord
from adapters.discord.keys import DiscordKeys
from bot.beside import beside
from bot.keys import PARTITIONS, ready_key
from bot.mailbox import Acceptance, Mailbox
from bot.messages import IncomingMessage
from bot.reception import Reception
from bot.store import Store, open_store
from simulators.discord import Channel
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_club, open_service
from tests.adapters.discord.quiet import loud

MENTIONS = 20
COMMANDS = 8
DIRECT = 4
CHANNELS = 5
MOST = 5
"""Times that what was heard is handed on once more."""
PAUSES = (0.0, 0.0, 0.05, 0.3)
"""Seconds after which that happens: before, while and after it is answered."""


@dataclass(frozen=True, slots=True)
class Stutter:
    """Takes in what it hears again and again."""

    reception: Reception
    tasks: asyncio.TaskGroup
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def __call__(self, message: IncomingMessage) -> Acceptance | None:
        """Take a message in, perhaps only after its copies."""
        for _ in range(self.chance.randint(0, MOST)):
            self.tasks.create_task(self._again(message))
        await asyncio.sleep(self.chance.choice(PAUSES) / 2)
        return await self.reception(message)

    async def _again(self, message: IncomingMessage) -> None:
        await asyncio.sleep(self.chance.choice(PAUSES))
        await self.reception(message)


@pytest.fixture
async def club(valkey: str, store: Store) -> AsyncIterator[Club]:
    """Two services on one Redis, and a session of its own that brings all that theirs does."""
    del store
    async with (
        open_club(valkey) as opened,
        open_service(opened, valkey, hears=False),
        stuttering(opened, valkey),
    ):
        yield opened


@asynccontextmanager
async def stuttering(club: Club, valkey: str) -> AsyncIterator[None]:
    """A process that does not know that others hear: what it knows of sessions stands in another database."""
    discord = club.discord
    keys = DiscordKeys(discord.app.token, discord.api_url, discord.gateway_url)
    elsewhere = f"{valkey.rpartition('/')[0]}/1"
    async with (
        open_store(valkey) as shared,
        open_store(elsewhere) as own,
        open_discord(keys, own) as platform,
        asyncio.TaskGroup() as tasks,
        beside(platform.listen(Stutter(Reception(Mailbox(shared), platform.replying), tasks))),
    ):
        await club.until(lambda: len(discord.sessions) == 2)
        yield


async def is_busy(store: Store) -> bool:
    """Whether anything waits or is answered."""
    return any(await store.do_all(*(("XLEN", ready_key(number)) for number in range(PARTITIONS))))


async def until_idle(store: Store) -> None:
    """Return once nothing waits and nothing is answered."""
    async with asyncio.timeout(20):
        while await is_busy(store):  # noqa: ASYNC110 - Redis reports nothing
            await asyncio.sleep(0.02)


def channel(club: Club, number: int) -> Channel:
    """Where something is asked."""
    return club.guild.channel(f"c{number % CHANNELS}")


async def disturbed(club: Club) -> None:
    """Let all sessions be resumed now and then, which brings again what nobody noted to have heard."""
    for disturb in (club.discord.drop, club.discord.reconnect, club.discord.drop):
        await asyncio.sleep(0.3)
        disturb()


async def test_what_two_sessions_bring_again_and_again_is_answered_once(club: Club, store: Store) -> None:
    club.behave(first_token=0.05, tokens_per_second=100.0)
    questions = [f"Q{number}" for number in range(MENTIONS)]
    commands = [f"C{number}" for number in range(COMMANDS)]
    direct = [f"D{number}" for number in range(DIRECT)]

    disturbing = asyncio.create_task(disturbed(club))
    asked = [await club.ada.mentions(text, channel(club, number)) for number, text in enumerate(questions)]
    for text in direct:
        await club.bob.writes(text)
    await disturbing
    for number, text in enumerate(commands):
        assert (await club.ada.uses("ask", channel(club, number), question=text)).responded
    for number, text in enumerate(questions):
        await club.until_answered(asked[number], answer_to(text), channel(club, number))
    for text in direct:
        await club.until_said(club.bob.dm, answer_to(text), club.bob)
    for number, text in enumerate(commands):
        await club.until_said(channel(club, number), answer_to(text))
    await until_idle(store)

    for number, text in enumerate(questions):
        thread = club.thread(asked[number], channel(club, number))
        assert [each.text for each in club.replies(thread)] == [answer_to(text)]
    assert [each.text for each in club.replies(club.bob.dm, club.bob)] == [answer_to(text) for text in direct]
    said = [each.text for number in range(CHANNELS) for each in club.replies(channel(club, number))]
    assert sorted(said) == sorted(answer_to(text) for text in commands)
    assert len(club.model.requests_to("chat")) == MENTIONS + COMMANDS + DIRECT
    assert loud(club.discord.calls) == []
    assert len(club.discord.resumes) >= 2
