"""The OpenAI simulator, and the real client connected to it."""

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from simulators.openai import OpenAISimulator


@pytest.fixture
async def simulator() -> AsyncIterator[OpenAISimulator]:
    async with OpenAISimulator() as running:
        yield running


@pytest.fixture
async def client(simulator: OpenAISimulator) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=simulator.base_url, api_key="test-key", max_retries=0) as connected:
        yield connected
