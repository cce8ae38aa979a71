"""Discord, from an event to typing, to the first words and to the answer. Parley and the model are other processes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded import embedded_valkey
from benchmarks.rig import Figure
from benchmarks.service import Service, serving
from simulators.discord import Channel, DiscordSimulator
from tests.processes.clubhouse import open_clubhouse, rolling

MENTIONS = 100
MANY = 1_000
CHANNELS = 20
STEADY = 20
FIRST_TOKEN = 0.5
GUILDS = 1_000
RESTARTS = 100
_PACE = ("--reply-tokens", "100", "--tokens-per-second", "50", "--first-token", str(FIRST_TOKEN))


@dataclass(frozen=True, slots=True)
class Club:
    """A server, and the process in which Parley works there."""

    discord: DiscordSimulator
    service: Service

    async def ask(self, number: int) -> tuple[Channel, str, float]:
        """Mention Parley; the channel, the message and the time."""
        guild = self.discord.guild
        channel = guild.channel(f"c{number % CHANNELS}")
        return channel, await guild.person("Ada").mentions("Tell me something.", channel), time.monotonic()

    def answered(self, channel: Channel, question: str) -> bool:
        """Whether the reply is complete."""
        thread = channel.thread_of(question)
        replies = [each for each in thread.screen() if each.buttons] if thread else []
        return any("Retry" in each.buttons for each in replies)

    async def until_answered(self, channel: Channel, question: str) -> None:
        """Return once the reply is complete."""
        await self.discord.until(lambda: self.answered(channel, question))


@asynccontextmanager
async def club(*options: str, limits: bool = True) -> AsyncIterator[Club]:
    """Parley at work; the options are the model's."""
    async with DiscordSimulator(limits=limits) as discord, serving(options, _keys(discord)) as service:
        discord.platform.most_threads = 2 * MANY  # a server takes a thousand
        opened = Club(discord, service)
        await discord.until(lambda: bool(discord.identifies))
        channel, question, _ = await opened.ask(0)
        await opened.until_answered(channel, question)
        yield opened


def _keys(discord: DiscordSimulator) -> dict[str, str]:
    return {
        "DISCORD_BOT_TOKEN": discord.app.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }


async def burst() -> list[Figure]:
    """100 mentions at once, without limits: 500 ms to the first token, 100 tokens at 50/s."""
    took, cpu = await _burst(MENTIONS)
    return [
        Figure("Discord: 100 mentions at once, all complete", took, "s", 4),
        Figure("Discord: CPU of a turn in that burst", cpu * 1000 / MENTIONS, "ms", 12),
    ]


async def crowd() -> list[Figure]:
    """The same with 1,000."""
    took, cpu = await _burst(MANY)
    return [
        Figure("Discord: 1,000 mentions at once, all complete", took, "s", 12),
        Figure("Discord: CPU of a turn among them", cpu * 1000 / MANY, "ms"),
    ]


async def limited() -> list[Figure]:
    """100 mentions at once under Discord's limits."""
    async with club(*_PACE) as there:
        began = time.monotonic()
        await _all_answered(there, MENTIONS)
        took, refused = time.monotonic() - began, len(there.discord.limited)
    return [
        Figure("Discord: the same under its limits", took, "s"),
        Figure("Discord: calls of that burst that were limited", refused, "", 0),
    ]


async def first_words() -> list[Figure]:
    """Event → typing, and event → first text, less the model's own time."""
    typing, texts = [], []
    pace = ("--reply-tokens", "40", "--tokens-per-second", "50", "--first-token", str(FIRST_TOKEN))
    async with club(*pace, limits=False) as there:
        for number in range(STEADY):
            before = len(there.discord.calls)
            channel, question, began = await there.ask(number)
            await there.until_answered(channel, question)
            calls = there.discord.calls[before:]
            typing.append(next(call.at for call in calls if call.route.endswith("/typing")) - began)
            texts.append(
                next(call.at for call in calls if call.route == "POST /channels/{}/messages") - began
            )
    typing.sort()
    texts.sort()
    waited = (texts[STEADY // 2] - FIRST_TOKEN) * 1000
    return [
        Figure("Discord: event → typing, p50", typing[STEADY // 2] * 1000, "ms", 50),
        Figure("Discord: time to first token → first text, p50", waited, "ms", 60),
    ]


async def idle() -> list[Figure]:
    """Memory in 1,000 servers in which nobody has spoken yet, and after the first answer, which loads a vocabulary."""
    async with DiscordSimulator() as discord:
        discord.grow(GUILDS)
        async with serving(("--reply-tokens", "5"), _keys(discord)) as service:
            there = Club(discord, service)
            await discord.until(lambda: bool(discord.identifies))
            await asyncio.sleep(5)
            idle_rss = service.rss()
            channel, question, _ = await there.ask(0)
            await there.until_answered(channel, question)
            await asyncio.sleep(1)
            return [
                Figure("Discord: RSS idle in 1,000 servers", idle_rss, "MB", 120),
                Figure("Discord: RSS there after the first answer", service.rss(), "MB"),
            ]


async def restarts() -> list[Figure]:
    """100 restarts one after the other, the next process there before the last one ends; 300 questions meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as redis, open_clubhouse(redis) as house:
            began = time.monotonic()
            await rolling(house, RESTARTS)
            took = time.monotonic() - began
            house.check_answered_once()
            begun = len(house.club.discord.identifies)
    return [
        Figure(
            f"Discord: {RESTARTS} restarts, {3 * RESTARTS} questions, none lost or doubled", took, "s", 60
        ),
        Figure("Discord: sessions that were begun for them", begun, "", RESTARTS / 10),
    ]


async def _burst(mentions: int) -> tuple[float, float]:
    """Seconds until all are answered, and of CPU."""
    async with club(*_PACE, limits=False) as there:
        used, began = there.service.cpu(), time.monotonic()
        await _all_answered(there, mentions)
        return time.monotonic() - began, there.service.cpu() - used


async def _all_answered(there: Club, mentions: int) -> None:
    asked = [await there.ask(number) for number in range(mentions)]
    async with asyncio.timeout(180):
        for channel, question, _ in asked:
            await there.until_answered(channel, question)
