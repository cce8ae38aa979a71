from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialect import Dialect, dialect_of
from bot.errors import RequestRefused
from bot.model import Prompt
from bot.openai_api import to_error

OPTIONAL = {"temperature", "safety_identifier", "prompt_cache_key", "stream_options"}


class Taught:
    """Dialects by model, as a series of refused requests teaches them."""

    def __init__(self) -> None:
        self._known: dict[str, Dialect] = {}

    def body(self, asked: Prompt) -> dict[str, Any]:
        return self._of(asked.model).body(asked)

    def learn(self, model: str, refused: RequestRefused) -> bool:
        learned = self._of(model).without(refused)
        self._known[model] = learned or self._of(model)
        return learned is not None

    def _of(self, model: str) -> Dialect:
        return self._known.setdefault(model, dialect_of(model))


def prompt(model: str) -> Prompt:
    return Prompt(
        messages=({"role": "user", "content": "Hi"},),
        model=model,
        reply_tokens=100,
        temperature=0.5,
        user="u",
        conversation="c",
    )


def refusal(status: int, body: Any) -> RequestRefused:
    """What the engine makes of an answer of a server, through the client that reads it."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json=body, request=request)

    transport = httpx2.Client(transport=httpx2.MockTransport(answer))
    client = openai.OpenAI(
        api_key="key", base_url="http://model.test/v1", max_retries=0, http_client=transport
    )
    with client, pytest.raises(openai.APIStatusError) as raised:
        client.post("/chat/completions", cast_to=object, body={})
    error = to_error(raised.value)
    assert isinstance(error, RequestRefused)
    return error


def in_openais_words(name: str, message: str, code: str = "unsupported_parameter") -> RequestRefused:
    error = {"message": message, "type": "invalid_request_error", "param": name, "code": code}
    return refusal(400, {"error": error})


def as_openai(name: str) -> RequestRefused:
    return in_openais_words(name, f"Unsupported parameter: '{name}' is not supported with this model.")


def as_openai_unknown(name: str) -> RequestRefused:
    return in_openais_words(name, f"Unknown parameter: '{name}'.", "unknown_parameter")


def as_azure(name: str) -> RequestRefused:
    message = f"Unrecognized request argument supplied: {name}"
    return refusal(
        400, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
    )


def as_pydantic(name: str) -> RequestRefused:
    fault = {
        "type": "extra_forbidden",
        "loc": ["body", name],
        "msg": "Extra inputs are not permitted",
        "input": "u",
    }
    return refusal(422, {"detail": [fault]})


def as_mistral(name: str) -> RequestRefused:
    fault = {
        "type": "extra_forbidden",
        "loc": ["body", name],
        "msg": "Extra inputs are not permitted",
        "input": "u",
    }
    body = {
        "object": "error",
        "message": {"detail": [fault]},
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    return refusal(422, body)


def as_vllm(name: str) -> RequestRefused:
    message = json.dumps(
        [{"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}]
    )
    return refusal(
        400, {"object": "error", "message": message, "type": "BadRequestError", "param": None, "code": 400}
    )


WORDINGS = [as_openai, as_openai_unknown, as_azure, as_pydantic, as_mistral, as_vllm]
Wording = Callable[[str], RequestRefused]


@pytest.mark.parametrize(
    "model", ["gpt-5.4-mini", "gpt-5", "gpt-5.5-2026-03-01", "gpt-10", "o1", "o3-mini", "openai/gpt-5.4"]
)
def test_a_reasoning_model_gets_the_newer_limit_and_no_temperature(model: str) -> None:
    body = Taught().body(prompt(model))

    assert body["max_completion_tokens"] == 100
    assert "max_tokens" not in body
    assert "temperature" not in body


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o-mini",
        "gpt-4.1",
        "gpt-3.5-turbo",
        "gpt-35-turbo",
        "gpt-oss-120b",
        "llama3.2:3b",
        "demo",
        "olmo-2",
    ],
)
def test_any_other_model_gets_the_older_limit_and_the_temperature(model: str) -> None:
    body = Taught().body(prompt(model))

    assert body["max_tokens"] == 100
    assert "max_completion_tokens" not in body
    assert body["temperature"] == 0.5


def test_a_request_streams_with_usage_and_without_padding() -> None:
    body = Taught().body(prompt("gpt-4o-mini"))

    assert body == {
        "model": "gpt-4o-mini",
        "messages": ({"role": "user", "content": "Hi"},),
        "stream": True,
        "stream_options": {"include_usage": True, "include_obfuscation": False},
        "max_tokens": 100,
        "temperature": 0.5,
        "safety_identifier": "u",
        "prompt_cache_key": "c",
    }


def test_a_temperature_of_zero_is_sent() -> None:
    asked = Prompt(({"role": "user", "content": "Hi"},), "gpt-4o-mini", 100, temperature=0)

    assert Taught().body(asked)["temperature"] == 0


def test_what_is_not_known_is_not_sent() -> None:
    asked = Prompt(({"role": "user", "content": "Hi"},), "gpt-4o-mini", 100)

    assert not {"temperature", "safety_identifier", "prompt_cache_key"} & set(Taught().body(asked))


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_a_refused_parameter_is_left_out_from_then_on_for_this_model_only(
    wording: Wording, name: str
) -> None:
    dialects = Taught()

    learned = dialects.learn("gpt-4o-mini", wording(name))

    missing = list(OPTIONAL.difference(dialects.body(prompt("gpt-4o-mini"))))
    assert learned
    assert missing == [name]
    assert set(dialects.body(prompt("gpt-4o"))) >= OPTIONAL


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize(
    ("model", "refused", "other"),
    [
        ("gpt-4o-mini", "max_tokens", "max_completion_tokens"),
        ("gpt-5.4-mini", "max_completion_tokens", "max_tokens"),
    ],
)
def test_a_refused_limit_is_replaced_by_the_other_one(
    wording: Wording, model: str, refused: str, other: str
) -> None:
    dialects = Taught()

    learned = dialects.learn(model, wording(refused))

    body = dialects.body(prompt(model))
    assert learned
    assert body[other] == 100
    assert refused not in body


def test_openais_advice_to_use_the_newer_limit_is_understood() -> None:
    dialects = Taught()
    message = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    )

    learned = dialects.learn("next-model", in_openais_words("max_tokens", message))

    assert learned
    assert dialects.body(prompt("next-model"))["max_completion_tokens"] == 100


def test_a_temperature_that_must_be_the_default_is_left_out() -> None:
    dialects = Taught()
    message = (
        "Unsupported value: 'temperature' does not support 0.5 with this model. "
        "Only the default (1) value is supported."
    )

    learned = dialects.learn("next-model", in_openais_words("temperature", message, "unsupported_value"))

    assert learned
    assert "temperature" not in dialects.body(prompt("next-model"))


def nested_as_openai() -> RequestRefused:
    name = "stream_options.include_obfuscation"
    return in_openais_words(name, f"Unknown parameter: '{name}'.", "unknown_parameter")


def nested_as_pydantic() -> RequestRefused:
    fault = {
        "type": "extra_forbidden",
        "loc": ["body", "stream_options", "include_obfuscation"],
        "msg": "Extra inputs are not permitted",
        "input": False,
    }
    return refusal(422, {"detail": [fault]})


@pytest.mark.parametrize("refused", [nested_as_openai, nested_as_pydantic])
def test_a_refused_stream_option_leaves_the_usage_in_place(refused: Callable[[], RequestRefused]) -> None:
    dialects = Taught()

    learned = dialects.learn("gpt-4o-mini", refused())

    assert learned
    assert dialects.body(prompt("gpt-4o-mini"))["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    "message",
    [
        (
            "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, "
            "whereas you provided 100000."
        ),
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
        "Invalid value for 'prompt_cache_key': string too long.",
        "This model's maximum context length is 8192 tokens. Please reduce the length of the messages.",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Unknown parameter: 'messages[0].name'.",
        "",
    ],
)
def test_a_refusal_for_another_reason_teaches_nothing(message: str) -> None:
    dialects = Taught()
    before = dialects.body(prompt("gpt-4o-mini"))

    learned = dialects.learn("gpt-4o-mini", refusal(400, {"error": {"message": message}}))

    assert not learned
    assert dialects.body(prompt("gpt-4o-mini")) == before


def test_a_refusal_that_repeats_what_somebody_wrote_teaches_nothing() -> None:
    dialects = Taught()
    fault = {
        "type": "string_type",
        "loc": ["body", "messages", 0, "content"],
        "msg": "Input should be a valid string",
        "input": "Is max_tokens unsupported, or is it an extra temperature?",
    }

    learned = dialects.learn("gpt-4o-mini", refusal(422, {"detail": [fault]}))

    assert not learned


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_the_same_refusal_is_learned_once(name: str) -> None:
    dialects = Taught()

    lessons = [dialects.learn("gpt-4o-mini", as_openai(name)) for _ in range(3)]

    assert lessons == [True, False, False]


def test_a_refused_parameter_that_was_not_sent_is_no_lesson() -> None:
    dialects = Taught()

    learned = dialects.learn("gpt-5.4-mini", as_openai("temperature"))

    assert not learned


@given(st.sampled_from(["gpt-4o-mini", "gpt-5.4-mini"]), st.text(max_size=30), st.data())
def test_a_server_that_refuses_whatever_it_gets_is_asked_a_handful_of_times(
    model: str, words: str, data: st.DataObject
) -> None:
    dialects = Taught()
    asked = 0

    while asked < 20:
        asked += 1
        sent = data.draw(st.sampled_from(sorted(dialects.body(prompt(model)))))
        if not dialects.learn(model, RequestRefused("", f"Unsupported parameter: {sent} {words}")):
            break

    assert asked <= 10
