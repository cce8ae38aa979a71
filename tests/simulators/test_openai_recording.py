import asyncio

import openai
import pytest
from openai import AsyncOpenAI

from simulators.openai import OpenAISimulator
from simulators.openai_api.behaviour import Behaviour, Fault
from tests.simulators.asking import MODEL, ask, stream


async def test_requests_are_kept_in_order_with_their_bodies(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    await client.moderations.create(input="Hello")
    await ask(client, "Hello")

    assert [request.endpoint for request in simulator.requests] == ["moderations", "chat"]
    moderation, chat = simulator.requests
    assert moderation.body["input"] == "Hello"
    assert chat.body["messages"] == [{"role": "user", "content": "Hello"}]
    assert chat.headers["authorization"] == "Bearer test-key"
    assert moderation.arrived < chat.arrived
    assert simulator.requests_to("chat") == [chat]


async def test_a_refused_request_is_kept_with_its_status(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.api_key = "another-key"

    with pytest.raises(Exception, match="Incorrect API key"):
        await ask(client, "Hello")

    assert simulator.requests[0].status == 401
    assert simulator.requests[0].completed


async def test_a_stream_read_to_its_end_is_complete(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    await stream(client)
    request = await simulator.request_to("chat")
    await request.ended.wait()

    assert request.completed


async def test_a_client_that_goes_away_is_noticed(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(reply_tokens=1000, tokens_per_second=10)
    opened = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], stream=True
    )

    async with opened:
        await anext(aiter(opened))
    request = await simulator.request_to("chat")
    await request.ended.wait()

    assert request.disconnected


async def test_a_request_can_be_waited_for(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(simulator.request_to("chat", count=2))
        await ask(client, "One")
        await ask(client, "Two")

    assert waiting.result().body["messages"][0]["content"] == "Two"


async def test_nothing_is_kept_when_recording_is_off(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.recording = False

    await ask(client, "Hello")

    assert simulator.requests == []


async def test_leaving_does_not_wait_for_streams_that_still_run() -> None:
    behaviour = Behaviour(faults=(Fault("silence"),))
    async with asyncio.timeout(10), OpenAISimulator(behaviour=behaviour) as simulator:
        client = AsyncOpenAI(base_url=simulator.base_url, api_key="test-key", max_retries=0)
        waiting = asyncio.create_task(broken(client))
        await simulator.request_to("chat")

    assert await waiting


async def broken(client: AsyncOpenAI) -> bool:
    """Whether the connection broke before the stream's end."""
    async with client:
        try:
            await stream(client)
        except openai.APIConnectionError:
            return True
    return False
