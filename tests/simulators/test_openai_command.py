import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from openai import AsyncOpenAI

from tests.simulators.asking import stream


@asynccontextmanager
async def running(*options: str) -> AsyncIterator[str]:
    """The address on which the command listens; it must end by itself when it is told to."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.openai", *options, stdout=PIPE
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        assert line.startswith("listening on http://127.0.0.1:")
        yield line.removeprefix("listening on ").strip()
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_the_command_serves_in_a_process_of_its_own() -> None:
    async with (
        running("--reply-tokens", "12", "--tokens-per-second", "500") as address,
        AsyncOpenAI(base_url=address, api_key="test-key") as client,
    ):
        streamed = await stream(client)

    assert len(streamed.texts) == 12


async def test_the_command_offers_the_models_it_is_given() -> None:
    async with (
        running("--model", "one", "--model", "two") as address,
        AsyncOpenAI(base_url=address, api_key="test-key") as client,
    ):
        names = [model.id async for model in client.models.list()]

    assert names == ["one", "two"]
