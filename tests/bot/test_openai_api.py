from __future__ import annotations

import json
import math
import string
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    AccessDenied,
    AnswerFiltered,
    ModelBusy,
    ModelError,
    ModelNotFound,
    ModelUnavailable,
    QuotaExhausted,
    RequestRefused,
)
from bot.openai_api import openai_errors, to_error

SECRET = "sk-secret"
REQUEST = httpx2.Request("POST", "http://model.test/v1/chat/completions")
OTHERWISE_REFUSED: dict[int, type[ModelError]] = {
    401: AccessDenied,
    402: QuotaExhausted,
    403: AccessDenied,
    404: ModelNotFound,
    408: ModelUnavailable,
    409: ModelUnavailable,
    429: ModelBusy,
}


class Server:
    """A server that gives the real client whatever answer the test has put up, or fails as the network does."""

    def __init__(self) -> None:
        self.answer: httpx2.Response | Exception = httpx2.Response(200, json={})
        http_client = httpx2.Client(transport=httpx2.MockTransport(self._answered))
        self.client = openai.OpenAI(
            api_key=SECRET, base_url="http://model.test/v1", max_retries=0, http_client=http_client
        )

    def _answered(self, request: httpx2.Request) -> httpx2.Response:
        del request
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def told(self, answer: httpx2.Response | Exception) -> ModelError:
        """What a person is told when the server gives this answer."""
        self.answer = answer
        with pytest.raises(ModelError) as told, openai_errors():
            self.client.post("/chat/completions", cast_to=object, body={})
        return told.value

    def refused(self, status: int, body: Any = None, **headers: str) -> ModelError:
        """What a person is told of this status, body and these headers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.told(httpx2.Response(status, content=json.dumps(body), headers=named))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    with running.client:
        yield running


def kinds_under(kind: type[openai.OpenAIError]) -> Iterator[type[openai.OpenAIError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_under(below)


EVERY_KIND = sorted(set(kinds_under(openai.OpenAIError)), key=lambda kind: kind.__name__)


def built(kind: type[openai.OpenAIError]) -> openai.OpenAIError:
    """An error of this kind that says a secret, as the client would make it."""
    body = {"message": SECRET, "code": None, "type": "server_error", "param": None}
    status = getattr(kind, "status_code", 418)
    response = httpx2.Response(status, json={"error": body}, request=REQUEST)
    error = kind.__new__(kind, SECRET)
    if isinstance(error, openai.APIStatusError):
        # Not by the kind's own constructor: OAuthError has one of another shape.
        openai.APIStatusError.__init__(error, SECRET, response=response, body=body)
    elif issubclass(kind, openai.APIResponseValidationError):
        error = kind(response, body, message=SECRET)
    elif issubclass(kind, openai.APITimeoutError):
        error = kind(REQUEST)
    elif issubclass(kind, openai.APIConnectionError):
        error = kind(message=SECRET, request=REQUEST)
    elif issubclass(kind, openai.APIError):
        error = kind(SECRET, REQUEST, body=body)
    return error


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_error_of_the_client_becomes_one_that_a_person_can_read(kind: type[openai.OpenAIError]) -> None:
    error = built(kind)

    with pytest.raises(ModelError) as told, openai_errors():
        raise error

    assert told.value.__cause__ is error
    assert SECRET not in told.value.notice
    assert kind.__name__ not in told.value.notice
    assert (
        "try" in told.value.notice.lower()
        or "Whoever runs me" in told.value.notice
        or "put" in told.value.notice
    )


def test_every_status_is_told_as_what_it_is(server: Server) -> None:
    told = {
        status: type(server.refused(status, {"error": {"message": SECRET}})) for status in range(400, 600)
    }

    assert told == {
        status: OTHERWISE_REFUSED.get(status, ModelUnavailable if status >= 500 else RequestRefused)
        for status in range(400, 600)
    }


@pytest.mark.parametrize(
    "body", [None, "text", [], {}, {"error": "text"}, {"error": None}, {"error": {"code": 7}}]
)
def test_no_status_is_told_in_the_servers_words_whatever_its_body_looks_like(
    server: Server, body: Any
) -> None:
    for status in range(400, 600):
        notice = server.refused(status, body).notice

        assert str(body) not in notice or body is None
        assert notice.endswith((".", "minute."))


def test_a_page_instead_of_json_is_not_shown(server: Server) -> None:
    told = server.told(httpx2.Response(502, text=f"<html>Bad gateway {SECRET}</html>"))

    assert type(told) is ModelUnavailable
    assert "html" not in told.notice
    assert SECRET not in told.notice


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
errors = st.dictionaries(st.sampled_from(["message", "type", "param", "code"]), json_values)


@given(
    status=st.sampled_from([400, 402, 404, 422, 429, 500]), error=errors | json_values, wrapped=st.booleans()
)
def test_any_body_of_a_compatible_server_is_understood(
    server: Server,
    status: int,
    error: Any,
    *,
    wrapped: bool,
) -> None:
    told = server.refused(status, {"error": error} if wrapped else error)

    assert told.notice


@given(errors | json_values)
def test_any_error_in_a_stream_is_understood(error: Any) -> None:
    told = to_error(openai.APIError("An error occurred during streaming", REQUEST, body=error))

    assert told.notice


@pytest.mark.parametrize("status", [400, 403, 429, 500])
@pytest.mark.parametrize(
    "error",
    [
        {"code": "insufficient_quota"},
        {"code": "credit_balance_exhausted"},
        {"code": "billing_hard_limit_reached"},
        {"code": "billing_not_active"},
        {"code": "project_spend_limit_exceeded"},
        {"code": "organization_usage_limit_exceeded"},
        {"type": "insufficient_quota", "code": None},
        {"type": "insufficient_quota", "code": "rate_limit"},
        {"type": "billing_not_active"},
    ],
)
def test_an_account_without_credit_is_told_apart_from_a_busy_model(
    server: Server, status: int, error: dict[str, Any]
) -> None:
    told = server.refused(status, {"error": error}, retry_after="1")

    assert type(told) is QuotaExhausted
    assert "Trying again won't help" in told.notice


def test_a_server_that_wants_to_be_paid_is_an_account_without_credit(server: Server) -> None:
    # 402, as DeepSeek and OpenRouter answer without a code of OpenAI's.
    assert type(server.refused(402, {"error": {"message": "Insufficient balance"}})) is QuotaExhausted


@pytest.mark.parametrize("code", ["rate_limit_exceeded", "requests", "tokens", None, ""])
def test_a_busy_model_is_not_taken_for_an_account_without_credit(server: Server, code: str | None) -> None:
    assert type(server.refused(429, {"error": {"code": code, "type": "requests"}})) is ModelBusy


@pytest.mark.parametrize("code", ["content_filter", "content_policy_violation"])
def test_a_filter_of_the_provider_is_told_as_one(server: Server, code: str) -> None:
    assert type(server.refused(400, {"error": {"code": code}})) is AnswerFiltered


def test_quota_and_filter_are_told_in_the_middle_of_a_stream_too() -> None:
    quota = openai.APIError(SECRET, REQUEST, body={"code": "insufficient_quota"})
    filtered = openai.APIError(SECRET, REQUEST, body={"code": "content_filter"})
    other = openai.APIError(SECRET, REQUEST, body={"code": "server_error"})

    told = [type(to_error(error)) for error in (quota, filtered, other)]

    assert told == [QuotaExhausted, AnswerFiltered, ModelUnavailable]


def test_a_conversation_that_is_too_long_is_told_with_what_helps(server: Server) -> None:
    told = server.refused(400, {"error": {"code": "context_length_exceeded", "message": SECRET}})

    assert type(told) is RequestRefused
    assert "`/reset`" in told.notice
    assert "`CONTEXT_TOKENS`" in told.notice


def test_a_refusal_keeps_the_servers_words_for_the_engine_alone(server: Server) -> None:
    told = server.refused(400, {"error": {"message": f"Bad {SECRET}", "param": "temperature"}})

    assert isinstance(told, RequestRefused)
    assert "temperature" in told.detail
    assert f"Bad {SECRET}" in told.detail
    assert SECRET not in told.notice


def test_a_wrong_key_and_an_unknown_model_name_the_setting_to_look_at(server: Server) -> None:
    assert "`OPENAI_API_KEY`" in server.refused(401).notice
    assert "`MODEL`" in server.refused(404).notice


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (httpx2.ConnectError("no route"), "can't reach"),
        (httpx2.RemoteProtocolError("nonsense"), "can't reach"),
        (httpx2.ReadError("reset"), "can't reach"),
        (httpx2.ReadTimeout("slow"), "did not answer in time"),
        (httpx2.ConnectTimeout("refused, as the aiohttp transport says it"), "can't reach"),
        (httpx2.PoolTimeout("slow"), "did not answer in time"),
    ],
)
def test_trouble_of_the_network_is_told_as_a_model_that_is_away(
    server: Server, trouble: Exception, said: str
) -> None:
    told = server.told(trouble)

    assert type(told) is ModelUnavailable
    assert said in told.notice


def test_an_answer_that_is_not_json_is_worth_another_try() -> None:
    with pytest.raises(ModelUnavailable) as told, openai_errors():
        json.loads("{nonsense")

    assert "unreadable" in told.value.notice


def test_an_error_of_our_own_is_not_blamed_on_the_model() -> None:
    with pytest.raises(KeyError), openai_errors():
        raise KeyError("ours")


def waits(server: Server, **headers: str) -> set[float | None]:
    """The wait that is read from these headers, under every status that may carry one."""
    told = [server.refused(status, **headers) for status in (429, 500, 503, 408)]
    return {error.retry_after for error in told if isinstance(error, ModelUnavailable)}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0.0), ("7", 7.0), ("1.5", 1.5), ("3600", 3600.0), ("86400", 86400.0)],
)
def test_a_wait_may_be_given_in_seconds(server: Server, text: str, seconds: float) -> None:
    assert waits(server, retry_after=text) == {seconds}


def test_a_wait_may_be_given_in_milliseconds_which_count_more(server: Server) -> None:
    assert waits(server, retry_after_ms="250") == {0.25}
    assert waits(server, retry_after_ms="250", retry_after="1") == {0.25}


def test_a_wait_may_be_given_as_a_date(server: Server) -> None:
    told = server.refused(429, retry_after=formatdate(time.time() + 30, usegmt=True))

    assert isinstance(told, ModelBusy)
    assert told.retry_after is not None
    assert 20 < told.retry_after <= 30


def test_a_date_that_has_passed_is_no_wait(server: Server) -> None:
    assert waits(server, retry_after="Wed, 21 Oct 2015 07:28:00 GMT") == {0.0}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "-5",
        "inf",
        "nan",
        "1e999",
        "9" * 400,
        "1.2.3",
        "0x10",
        "Wed, 99 Foo 2015 07:28:00 GMT",
        "Wed, 21 Oct 99999999999 07:28:00 GMT",
        "Wed, 21 Oct 2015 99:99:99 GMT",
        "Wed, 21 Oct 2015 07:28:00 +99999999",
    ],
)
def test_a_wait_that_means_nothing_is_no_wait_at_all(server: Server, text: str) -> None:
    assert waits(server, retry_after=text) <= {None, 0.0}


@pytest.mark.parametrize("text", ["", "soon", "inf", "nan", "-250"])
def test_milliseconds_that_mean_nothing_are_no_wait_at_all(server: Server, text: str) -> None:
    assert waits(server, retry_after_ms=text) <= {None, 0.0}


def test_milliseconds_that_mean_nothing_do_not_hide_the_seconds(server: Server) -> None:
    assert waits(server, retry_after_ms="soon", retry_after="7") == {7.0}


date_like = st.builds(
    "{}, {} {} {} {}:{}:{} {}".format,
    st.sampled_from(["Wed", "", "x"]),
    st.integers(),
    st.sampled_from(["Oct", "Foo", "13"]),
    st.integers(),
    st.integers(-1, 100),
    st.integers(-1, 100),
    st.integers(-1, 100),
    st.sampled_from(["GMT", "-0000", "+9999", "+99999999", "", "EST"]),
)


@given(st.text(string.printable.strip() + " ", max_size=30) | date_like)
def test_whatever_a_wait_looks_like_it_is_a_number_of_seconds_or_none(server: Server, text: str) -> None:
    told = server.refused(429, retry_after=text)

    assert isinstance(told, ModelBusy)
    wait = told.retry_after
    assert wait is None or (wait >= 0 and math.isfinite(wait))
