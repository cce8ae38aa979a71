"""The answers of a notice board on the wire, refusals among them."""

from collections.abc import Mapping

import orjson
from aiohttp import web


class Refusal(Exception):
    """A request that is not done because of a rule; the message says which."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def answered(status: int, body: object) -> web.Response:
    """An answer with this as its JSON."""
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The answer to a request that is not done, or said not to be."""
    return web.Response(
        status=status,
        body=orjson.dumps({"error": message}),
        headers=headers,
        content_type="application/json",
    )


def busy(seconds: float) -> web.Response:
    """A 429 that asks to wait so many seconds, which need not be whole."""
    return refused(429, "Too many requests.", {"Retry-After": f"{seconds:g}"})
