"""The client of an OpenAI-compatible server, and its errors as ours."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx2
import openai
import structlog

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

log = structlog.get_logger()

SILENCE = 60.0
"""Seconds without a byte after which an answer is given up."""

UNREADABLE = "The model sent something unreadable. Please try again."
NO_CREDIT = (
    "The model's account has no credit left or reached its spending limit. Trying again won't help until "
    "whoever runs me adds credit or raises the limit."
)
_QUOTA = (
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_hard_limit_reached",
    "billing_not_active",
)
_TRANSIENT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT}
_QUOTA_ENDINGS = ("_spend_limit_exceeded", "_usage_limit_exceeded")


@asynccontextmanager
async def open_client(api_key: str, base_url: str | None = None) -> AsyncIterator[openai.AsyncOpenAI]:
    """One client for all requests. It never retries by itself: the engine has one layer for that."""
    client = openai.AsyncOpenAI(
        api_key=api_key,
        base_url=base_url,
        max_retries=0,
        timeout=openai.Timeout(SILENCE, connect=10.0),
        # A redirect would send the question on to whoever is named, as often as they like.
        http_client=openai.DefaultAioHttpClient(follow_redirects=False),
    )
    async with client:
        yield client


@contextmanager
def openai_errors() -> Iterator[None]:
    """Turn what the client raises, a malformed answer included, into a ModelError that a person can read."""
    try:
        yield
    except openai.OpenAIError as error:
        raise to_error(error) from error
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or nested without end
        raise ModelUnavailable(UNREADABLE) from error


def to_error(error: openai.OpenAIError) -> ModelError:
    """The ModelError that tells a person of an error of the client."""
    # The aiohttp transport calls a refused connection a time-out of connecting.
    if isinstance(error, openai.APITimeoutError) and not isinstance(error.__cause__, httpx2.ConnectTimeout):
        return ModelUnavailable("The model did not answer in time. Please try again in a minute.", slow=True)
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(
            "I can't reach the model's server right now. Please try again in a minute; if it stays so, whoever runs "
            "me needs to check `OPENAI_BASE_URL` and the network."
        )
    if isinstance(error, openai.APIStatusError):
        return _of_status(error)
    if isinstance(error, openai.APIError):
        return _of_code(error) or ModelUnavailable("The model failed while answering. Please try again.")
    return ModelUnavailable(
        "The model could not be asked. Please try again; whoever runs me finds more in the log."
    )


def _of_code(error: openai.APIError) -> ModelError | None:
    kind = error.type if isinstance(error.type, str) else ""
    code = error.code or kind
    if code in _QUOTA or kind in _QUOTA or code.endswith(_QUOTA_ENDINGS):
        return QuotaExhausted(NO_CREDIT)
    if code in {"content_filter", "content_policy_violation"}:
        return AnswerFiltered(
            "The provider's content filter stopped this. Please put the question another way."
        )
    return None


def _of_status(error: openai.APIStatusError) -> ModelError:
    status = error.status_code
    known = QuotaExhausted(NO_CREDIT) if status == HTTPStatus.PAYMENT_REQUIRED else _of_code(error)
    if known:
        return known
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ModelBusy(
            "The model gets more questions than it may answer. Please try again in a minute.", _wait(error)
        )
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return AccessDenied(
            f"The model refuses the key it was given ({status}). Whoever runs me needs to check `OPENAI_API_KEY` and "
            "what it may use."
        )
    if status == HTTPStatus.NOT_FOUND:
        return ModelNotFound(
            "The server does not know the model, or this address. Whoever runs me needs to check `MODEL`, "
            "`MODERATION_MODEL`, the persona's model and `OPENAI_BASE_URL` (which often ends in `/v1`)."
        )
    if status in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ModelUnavailable(
            f"The model has trouble at the moment ({status}). Please try again in a minute.", _wait(error)
        )
    return _refused(error)


def _refused(error: openai.APIStatusError) -> RequestRefused:
    log.warning(
        "request_refused",
        status=error.status_code,
        code=error.code,
        param=error.param,
        request=error.request_id,
    )
    detail = f"{error.param or ''} {error.message} {_faults(error.body)}"
    if error.code == "context_length_exceeded":
        return RequestRefused(
            "This conversation is longer than the model can read. `/reset` starts afresh; whoever runs me can set "
            "`CONTEXT_TOKENS` lower.",
            detail,
        )
    return RequestRefused(
        f"The model refused this request as it is ({error.status_code}). Please put the question another way; "
        "if it happens again, whoever runs me finds the reason in the log.",
        detail,
    )


def _faults(body: object) -> str:
    """Where and why pydantic refused the request (`detail` or `message.detail`), without what it repeats of it."""
    for key in ("message", "detail"):
        body = body.get(key, body) if isinstance(body, dict) else body
    faults = [fault for fault in body if isinstance(fault, dict)] if isinstance(body, list) else []
    return " ".join(f"{fault.get('loc')} {fault.get('msg')}" for fault in faults)


def _wait(error: openai.APIStatusError) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3: seconds or a date)."""
    headers = error.response.headers
    text = headers.get("retry-after", "")
    with suppress(ValueError):
        milliseconds = float(headers.get("retry-after-ms", ""))
        return max(milliseconds / 1000, 0.0) if math.isfinite(milliseconds) else None
    try:
        if text.replace(".", "", 1).isdigit():
            seconds = float(text)
        else:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
