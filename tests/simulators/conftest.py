"""The OpenAI simulator with the real client connected to it, and Discord with somebody in it."""

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from simulators.discord import Channel, DiscordSimulator, Person
from simulators.openai import OpenAISimulator
from tests.simulators.discord_rest import Rest, rest_of


@pytest.fixture
async def simulator() -> AsyncIterator[OpenAISimulator]:
    async with OpenAISimulator() as running:
        yield running


@pytest.fixture
async def client(simulator: OpenAISimulator) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=simulator.base_url, api_key="test-key", max_retries=0) as connected:
        yield connected


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        yield running


@pytest.fixture
async def rest(discord: DiscordSimulator) -> AsyncIterator[Rest]:
    async with rest_of(discord) as connected:
        yield connected


@pytest.fixture
def general(discord: DiscordSimulator) -> Channel:
    return discord.guild.channel("general")


@pytest.fixture
def ada(discord: DiscordSimulator) -> Person:
    return discord.guild.person("Ada")
