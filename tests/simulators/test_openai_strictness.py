from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from simulators.openai import OpenAISimulator
from tests.simulators.asking import MODEL, ask

HELLO = [{"role": "user", "content": "Hello"}]


async def refused(client: AsyncOpenAI, **changes: Any) -> openai.APIStatusError:
    """Post a chat request that the typed client would not let through, and return the refusal."""
    body = {"model": MODEL, "messages": HELLO} | changes
    with pytest.raises(openai.APIStatusError) as caught:
        await client.post("/chat/completions", cast_to=object, body=body)
    return caught.value


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"colour": "red"}, "colour", "unknown_parameter"),
        ({"max_tokens": 10}, "max_tokens", "unsupported_parameter"),
        ({"temperature": 0.2}, "temperature", "unsupported_value"),
        ({"top_p": 0.5}, "top_p", "unsupported_parameter"),
        ({"model": "o4-mini", "max_tokens": 10}, "max_tokens", "unsupported_parameter"),
        ({"model": "gpt-4o", "temperature": 3}, "temperature", "decimal_above_max_value"),
        ({"max_completion_tokens": 0}, "max_completion_tokens", "integer_below_min_value"),
        ({"max_completion_tokens": "9"}, "max_completion_tokens", "invalid_type"),
        ({"safety_identifier": "x" * 65}, "safety_identifier", "string_above_max_length"),
        ({"stream": True, "stream_options": {"usage": True}}, "stream_options.usage", "unknown_parameter"),
        ({"stream_options": {"include_usage": True}}, "stream_options", None),
        ({"n": 2}, "n", "unsupported_value"),
        ({"messages": []}, "messages", "empty_array"),
        ({"messages": None}, "messages", "missing_required_parameter"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role", "invalid_value"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "invalid_type"),
        ({"messages": [*HELLO, {"role": "user", "content": 3}]}, "messages[1].content", "invalid_type"),
        (
            {"messages": [{"role": "user", "content": "x", "name": "A B"}]},
            "messages[0].name",
            "invalid_value",
        ),
        ({"messages": [{"role": "user", "content": "x", "id": 1}]}, "messages[0].id", "unknown_parameter"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "c"}]}, "messages[0].role", None),
        ({"tools": []}, "tools", "empty_array"),
        ({"tool_choice": "required"}, "tool_choice", None),
    ],
)
async def test_a_wrong_field_is_refused_by_name(
    client: AsyncOpenAI, changes: dict[str, Any], param: str, code: str | None
) -> None:
    error = await refused(client, **changes)

    assert isinstance(error, openai.BadRequestError)
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")


async def test_max_tokens_on_a_reasoning_model_says_what_to_use(client: AsyncOpenAI) -> None:
    error = await refused(client, max_tokens=10)

    assert "Use 'max_completion_tokens' instead" in error.message


async def test_an_older_model_still_takes_max_tokens_and_temperature(client: AsyncOpenAI) -> None:
    completion = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}], max_tokens=3, temperature=0
    )

    assert completion.choices[0].finish_reason == "length"


async def test_a_tool_call_without_its_answer_is_refused(client: AsyncOpenAI) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}

    error = await refused(client, messages=[*HELLO, {"role": "assistant", "tool_calls": [call]}, *HELLO])

    assert "c1" in error.message


async def test_pictures_belong_to_people(client: AsyncOpenAI) -> None:
    picture = [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]

    error = await refused(client, messages=[{"role": "system", "content": picture}])

    assert "only allowed for messages with role 'user'" in error.message


async def test_without_a_key_nothing_is_answered(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    with pytest.raises(openai.AuthenticationError) as missing:
        await client.post(
            "/chat/completions",
            cast_to=object,
            body={},
            options={"headers": {"Authorization": openai.Omit()}},
        )
    simulator.api_key = "another-key"
    with pytest.raises(openai.AuthenticationError) as wrong:
        await ask(client, "Hello")

    assert "didn't provide an API key" in missing.value.message
    assert wrong.value.code == "invalid_api_key"


async def test_an_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    error = await refused(client, model="gpt-99")
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-99")

    assert isinstance(error, openai.NotFoundError)
    assert error.code == "model_not_found"


async def test_every_model_is_known_if_the_list_says_so(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.models = ("*",)

    assert await ask(client, "Hi", model="llama-9") == "llama-9 was asked: Hi (message 1)"


async def test_a_model_is_good_for_its_own_endpoint_only(client: AsyncOpenAI) -> None:
    error = await refused(client, model="text-embedding-3-small")
    with pytest.raises(openai.PermissionDeniedError):
        await client.embeddings.create(model="gpt-4o", input="x")

    assert isinstance(error, openai.NotFoundError)


async def test_a_request_without_a_model_is_refused(client: AsyncOpenAI) -> None:
    assert "you must provide a model" in (await refused(client, model=None)).message


async def test_a_body_that_is_no_json_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="could not parse the JSON body"):
        await client.post("/chat/completions", cast_to=object, content=b"{", options={})


async def test_an_unknown_address_is_told_in_json(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(POST /v1/responses\)"):
        await client.responses.create(model=MODEL, input="Hi")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"max_completion_tokens": 9}, "max_completion_tokens"),
        ({"safety_identifier": "x"}, "safety_identifier"),
        ({"prompt_cache_key": "x"}, "prompt_cache_key"),
        (
            {"stream": True, "stream_options": {"include_obfuscation": False}},
            "stream_options.include_obfuscation",
        ),
        ({"messages": [{"role": "developer", "content": "x"}]}, "messages[0].role"),
    ],
)
async def test_a_compatible_server_refuses_what_is_new(
    simulator: OpenAISimulator, client: AsyncOpenAI, changes: dict[str, Any], param: str
) -> None:
    simulator.compatible = True

    error = await refused(client, **changes)

    assert isinstance(error, openai.BadRequestError)
    assert error.param == param
    assert param in error.message or "role" in param


async def test_a_compatible_server_takes_max_tokens_and_moderates_nothing(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.compatible = True

    completion = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], max_tokens=2
    )
    with pytest.raises(openai.NotFoundError):
        await client.moderations.create(input="Hi")

    assert completion.choices[0].finish_reason == "length"
