"""Posts on a notice board: what an adapter is to a real platform."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear
from bot.posts import State

MOST_CHARACTERS = 2_000
_USUAL_WAIT = 1.0
"""Seconds, where a 429 does not say how long."""


@dataclass(frozen=True, slots=True)
class BoardPosts:
    """The posts of one reply to `author` on a board; `timeout` is in seconds, for each request as a whole.

    Every method makes exactly one request, so that what is unclear stays so.
    """

    session: aiohttp.ClientSession
    base_url: str
    board: str
    author: str
    timeout: float = 10.0
    limit: int = MOST_CHARACTERS
    """Characters of a part. The board takes 2,000; a smaller limit makes more posts of the same text."""

    async def ready(self) -> None:
        """A board can be written to at any time."""

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a post under a key; its id."""
        del state
        return await self._added(key, text, reader=self.author if private else None)

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a post without a text that hands over a document; its id."""
        return await self._added(key, "", document={"name": name, "content": content})

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a post say this."""
        del state
        _json_of(await self._asked("PATCH", post, body={"text": text}))

    async def delete(self, post: str) -> None:
        """Take a post away. One that is gone already is no error."""
        answer = await self._asked("DELETE", post)
        if answer.status != HTTPStatus.NOT_FOUND:
            _successful(answer)

    async def find(self, key: str) -> str | None:
        """The id of the first post under a key; None if there is none."""
        answer = _json_of(await self._asked("GET", query={"key": key}))
        match answer:
            case {"posts": []}:
                return None
            case {"posts": [first, *_]}:
                return _id_of(first)
        raise PlatformUnclear("the answer names no posts")

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a post each; of an empty one none."""
        return parts_of(text, self.limit)

    async def _added(
        self, key: str, text: str, *, reader: str | None = None, document: Mapping[str, str] | None = None
    ) -> str:
        body = {"key": key, "text": text, "reader": reader, "document": document}
        return _id_of(_json_of(await self._asked("POST", body=body)))

    async def _asked(
        self, method: str, post: str = "", *, body: Any = None, query: Mapping[str, str] | None = None
    ) -> "_Answer":
        path = "/".join(quote(name, safe="") for name in ("boards", self.board, "posts", post) if name)
        request = self.session.request(
            method,
            f"{self.base_url}/{path}",
            data=None if body is None else io.BytesIO(json.dumps(body).encode()),
            headers={"Content-Type": "application/json"},
            params=query,
            timeout=aiohttp.ClientTimeout(total=self.timeout),
            allow_redirects=False,
            middlewares=(_once,),
        )
        with _clear_or_not():
            async with request as response:
                return _Answer(response.status, response.headers.get("Retry-After"), await response.read())


def parts_of(text: str, limit: int) -> list[str]:
    """The text in parts of at most so many characters; when it grows, only the last of them changes."""
    parts, start = [], 0
    while start < len(text):
        window = text[start : start + limit]
        rest = start + len(window) < len(text)
        parts.append(window[: _end_of_first(window)] if rest else window)
        start += len(parts[-1])
    return parts


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back for a request."""

    status: int
    retry_after: str | None
    body: bytes


@contextmanager
def _clear_or_not() -> Iterator[None]:
    """Whatever breaks here, nobody knows whether the request was done."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PlatformUnclear(type(error).__name__) from error


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request once.

    Without this, the session itself repeats a GET or DELETE whose connection breaks, as RFC 9112, 9.3.1 allows.
    It does so after a ClientOSError or ServerDisconnectedError only, and there is no public setting for it.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectionError as error:
        raise aiohttp.ClientConnectionError(str(error)) from error


def _successful(answer: _Answer) -> bytes:
    """The body of an answer that says it was done."""
    if 200 <= answer.status < 300:
        return answer.body
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PlatformBusy(_seconds_of(answer.retry_after))
    if 400 <= answer.status < 500:
        raise PlatformRefused(f"{answer.status}: {answer.body.decode(errors='replace')}")
    raise PlatformUnclear(f"answered {answer.status}")


def _seconds_of(retry_after: str | None) -> float:
    try:
        return float(retry_after or _USUAL_WAIT)
    except ValueError:
        return _USUAL_WAIT


def _json_of(answer: _Answer) -> Any:
    try:
        return orjson.loads(_successful(answer))
    except orjson.JSONDecodeError as error:
        raise PlatformUnclear("the answer is no JSON") from error


def _id_of(post: Any) -> str:
    match post:
        case {"id": str(name)}:
            return name
    raise PlatformUnclear("the answer names no post")


def _end_of_first(window: str) -> int:
    """Where a part ends that may be as long as the window: after a line, else after a word, else at its end."""
    for border in ("\n", " "):
        end = window.rfind(border) + 1
        # A post of nothing but blanks would be refused.
        if window[:end].strip():
            return end
    return len(window)
