import json
from collections.abc import AsyncIterator

import openai
import pytest
from openai import AsyncOpenAI, DefaultAioHttpClient

from simulators.openai import OpenAISimulator
from simulators.openai_api.behaviour import Behaviour, Endpoint, Fault
from tests.simulators.asking import Streamed, ask, stream

SOON = 0.3
"""Seconds after which a client that hears nothing gives up."""


@pytest.fixture(params=["httpx", "aiohttp"])
async def client(request: pytest.FixtureRequest, simulator: OpenAISimulator) -> AsyncIterator[AsyncOpenAI]:
    transport = DefaultAioHttpClient() if request.param == "aiohttp" else None
    async with AsyncOpenAI(
        base_url=simulator.base_url, api_key="test-key", max_retries=0, http_client=transport
    ) as connected:
        yield connected


async def call(client: AsyncOpenAI, endpoint: Endpoint) -> object:
    match endpoint:
        case "chat":
            return await ask(client, "Hello")
        case "moderations":
            return await client.moderations.create(input="Hello")
        case "embeddings":
            return await client.embeddings.create(input="Hello", model="text-embedding-3-small")
    return await client.models.retrieve("demo")


@pytest.mark.parametrize("endpoint", ["chat", "moderations", "embeddings", "models"])
@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault("rate_limited"), openai.RateLimitError, "rate_limit_exceeded"),
        (Fault("quota"), openai.RateLimitError, "insufficient_quota"),
        (Fault("quota", code="credit_balance_exhausted"), openai.RateLimitError, "credit_balance_exhausted"),
        (Fault("server_error"), openai.InternalServerError, None),
        (Fault("server_error", status=503), openai.InternalServerError, None),
        (Fault("unauthorized"), openai.AuthenticationError, "invalid_api_key"),
        (Fault("not_found"), openai.NotFoundError, "model_not_found"),
        (Fault("bad_request", code="too_long"), openai.BadRequestError, "too_long"),
    ],
)
async def test_a_refusal_hits_one_request_and_the_next_is_answered(
    simulator: OpenAISimulator,
    client: AsyncOpenAI,
    endpoint: Endpoint,
    fault: Fault,
    *,
    error: type[openai.APIError],
    code: str | None,
) -> None:
    aimed = Fault(fault.kind, endpoint, status=fault.status, code=fault.code)
    simulator.behaviour = Behaviour(faults=(aimed,))

    with pytest.raises(error) as caught:
        await call(client, endpoint)
    second = await call(client, endpoint)

    assert caught.value.code == code
    assert second


# Not the models: aiohttp's client repeats a GET whose connection breaks, before openai hears of it.
@pytest.mark.parametrize("endpoint", ["chat", "moderations", "embeddings"])
async def test_an_answer_in_one_piece_can_be_reset(
    simulator: OpenAISimulator, client: AsyncOpenAI, endpoint: Endpoint
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("reset", endpoint),))

    with pytest.raises(openai.APIConnectionError):
        await call(client, endpoint)

    assert await call(client, endpoint)


async def test_a_limit_says_when_to_come_back(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("rate_limited", retry_after=7, retry_after_ms=7000),))

    with pytest.raises(openai.RateLimitError) as caught:
        await ask(client, "Hello")

    headers = caught.value.response.headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("7", "7000")


async def test_a_bad_request_names_the_chosen_field(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    fault = Fault("bad_request", code="unsupported_parameter", param="max_tokens", message="No max_tokens.")
    simulator.behaviour = Behaviour(faults=(fault,))

    with pytest.raises(openai.BadRequestError, match=r"No max_tokens\.") as caught:
        await ask(client, "Hello")

    assert (caught.value.param, caught.value.code) == ("max_tokens", "unsupported_parameter")


async def test_faults_are_met_in_order_each_as_often_as_it_says(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(
        faults=(Fault("none"), Fault("server_error", times=2), Fault("rate_limited"))
    )

    outcomes = []
    for _ in range(5):
        try:
            await ask(client, "Hello")
        except openai.APIStatusError as error:
            outcomes.append(error.status_code)
        else:
            outcomes.append(200)

    assert outcomes == [200, 500, 500, 429, 200]


async def test_a_lasting_fault_ends_when_the_behaviour_is_replaced(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("server_error", times=None),))
    for _ in range(3):
        with pytest.raises(openai.InternalServerError):
            await ask(client, "Hello")

    simulator.behaviour = Behaviour()

    assert await ask(client, "Hello")


@pytest.mark.parametrize("tokens", [0, 1, 5])
async def test_a_reset_comes_after_exactly_so_many_tokens(
    simulator: OpenAISimulator, client: AsyncOpenAI, tokens: int
) -> None:
    simulator.behaviour = Behaviour(reply_tokens=10, faults=(Fault("reset", after_tokens=tokens),))
    streamed = Streamed([])

    with pytest.raises(openai.APIConnectionError):
        await stream(client, into=streamed)

    assert len(streamed.texts) == tokens


async def test_a_reset_before_the_headers_fails_the_request_itself(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("reset", after_tokens=None),))

    with pytest.raises(openai.APIConnectionError):
        await client.chat.completions.create(
            model="demo", messages=[{"role": "user", "content": "Hi"}], stream=True
        )

    assert simulator.requests[0].outcome == "broken"


@pytest.mark.parametrize("tokens", [None, 0, 4])
async def test_silence_lasts_until_the_client_gives_up(
    simulator: OpenAISimulator, client: AsyncOpenAI, tokens: int | None
) -> None:
    simulator.behaviour = Behaviour(reply_tokens=10, faults=(Fault("silence", after_tokens=tokens),))
    streamed = Streamed([])

    with pytest.raises(openai.APITimeoutError):
        await stream(client.with_options(timeout=SOON), into=streamed)
    request = await simulator.request_to("chat")
    await request.ended.wait()

    assert len(streamed.texts) == (tokens or 0)
    assert request.disconnected


@pytest.mark.parametrize("endpoint", ["chat", "moderations", "embeddings", "models"])
async def test_an_answer_in_one_piece_can_stay_away(
    simulator: OpenAISimulator, client: AsyncOpenAI, endpoint: Endpoint
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("silence", endpoint),))

    with pytest.raises(openai.APITimeoutError):
        await call(client.with_options(timeout=SOON), endpoint)


async def test_a_clean_end_raises_nothing_and_has_no_finish_reason(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(reply_tokens=10, faults=(Fault("clean_end", after_tokens=3),))

    streamed = await stream(client)

    assert len(streamed.texts) == 3
    assert streamed.finish_reasons == []


async def test_a_malformed_line_is_no_error_of_the_library(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(reply_tokens=10, faults=(Fault("malformed", after_tokens=2),))
    streamed = Streamed([])

    with pytest.raises(json.JSONDecodeError):
        await stream(client, into=streamed)

    assert len(streamed.texts) == 2


async def test_an_error_inside_the_stream_has_no_status(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    fault = Fault("stream_error", after_tokens=2, code="slow_down", message="Too much.")
    simulator.behaviour = Behaviour(reply_tokens=10, faults=(fault,))
    streamed = Streamed([])

    with pytest.raises(openai.APIError, match=r"Too much\.") as caught:
        await stream(client, into=streamed)

    assert type(caught.value) is openai.APIError
    assert caught.value.code == "slow_down"
    assert len(streamed.texts) == 2


@pytest.mark.parametrize("endpoint", ["chat", "moderations", "embeddings"])
async def test_an_answer_in_one_piece_can_break_off_within_its_json(
    simulator: OpenAISimulator, client: AsyncOpenAI, endpoint: Endpoint
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("malformed", endpoint),))

    with pytest.raises(json.JSONDecodeError):
        await call(client, endpoint)


async def test_a_moderation_can_come_back_without_results(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(faults=(Fault("clean_end", "moderations"),))

    moderation = await client.moderations.create(input="I want to kill you")

    assert moderation.results == []
