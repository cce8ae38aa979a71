"""The refusals of the OpenAI API, with its statuses and its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import orjson
from aiohttp import web

from simulators.openai_api.behaviour import Fault


# Not frozen: the interpreter and contextlib write to an exception while it travels.
@dataclass(eq=False)
class ApiError(Exception):
    """A request refused as the real service refuses it."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """The refusal as the client receives it."""
        return web.Response(
            body=orjson.dumps(self.body()),
            status=self.status,
            headers=self.headers,
            content_type="application/json",
        )

    def body(self) -> dict[str, object]:
        """The JSON of the refusal."""
        return error_body(self.message, self._type(), self.param, self.code)

    def _type(self) -> str:
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "server_error"
        if self.status == HTTPStatus.TOO_MANY_REQUESTS:
            return "requests" if self.code == "rate_limit_exceeded" else "insufficient_quota"
        return "invalid_request_error"


def error_body(
    message: str, kind: str, param: str | None = None, code: str | None = None
) -> dict[str, object]:
    """The error JSON of the service."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A 400 that names the field."""
    return ApiError(400, message, code, param)


def model_not_found(model: str) -> ApiError:
    """The 404 for a model that the key cannot use."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return ApiError(404, message, "model_not_found")


_REFUSALS = {
    "rate_limited": (429, "rate_limit_exceeded", "Rate limit reached for requests. Please try again later."),
    "quota": (
        429,
        "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing.",
    ),
    "server_error": (500, None, "The server had an error while processing your request."),
    "unauthorized": (401, "invalid_api_key", "Incorrect API key provided."),
    "not_found": (404, "model_not_found", "The model does not exist or you do not have access to it."),
    "bad_request": (400, "invalid_value", "Invalid value."),
}


def refusal_of(fault: Fault) -> ApiError | None:
    """The refusal that a fault stands for; None for faults that break an answer instead."""
    if fault.kind not in _REFUSALS:
        return None
    status, code, message = _REFUSALS[fault.kind]
    return ApiError(
        fault.status or status,
        fault.message or message,
        fault.code or code,
        fault.param,
        _retry_headers(fault),
    )


def _retry_headers(fault: Fault) -> dict[str, str]:
    headers = {}
    if fault.retry_after is not None:
        headers["Retry-After"] = f"{fault.retry_after:g}"
    if fault.retry_after_ms is not None:
        headers["retry-after-ms"] = str(fault.retry_after_ms)
    return headers
