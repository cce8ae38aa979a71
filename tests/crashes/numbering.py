"""An I/O layer that numbers what a turn does outside its process, and ends the process where it is told to."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.discord.rest.rest import Rest
from adapters.slack.web import Web
from bot.pipelines import Word
from bot.posts import Posts, State
from bot.store import ScriptName, Store
from tests.crashes.job import Point, Side

T = TypeVar("T")

_FIELDS = {"text", "post", "conclusion"}
"""Of the journal."""

Tell = Callable[[str, str], None]
"""Reports a kind of news and the news, before anything else happens."""


@dataclass(slots=True, eq=False)
class Numbering:
    """Counts the operations of one turn by their names, and kills this process at the target."""

    turn: str
    target: Point | None
    tell: Tell
    _counts: Counter[str] = field(default_factory=Counter)

    async def around(self, name: str, operation: Callable[[], Awaitable[T]]) -> T:
        """An operation with its two moments: nothing of it was done, and nobody has seen what it came to."""
        number = self.begin(name)
        try:
            answer = await operation()
        except Exception:
            self.end(name, number)
            raise
        self.end(name, number)
        return answer

    def begin(self, name: str) -> int:
        """The number of an operation that is about to begin; 0 if it is no part of the turn."""
        if structlog.contextvars.get_contextvars().get("turn") != self.turn:
            return 0
        return self._counted(name)

    def end(self, name: str, number: int) -> None:
        """An operation is done."""
        self.tell("ended", name)
        self._die_at(name, number, "after")

    def claimed(self) -> None:
        """A claim was found: nobody could know before it that it would be."""
        self.end("redis:claim", self._counted("redis:claim"))

    def _counted(self, name: str) -> int:
        self._counts[name] += 1
        self.tell("operation", name)
        self._die_at(name, self._counts[name], "before")
        return self._counts[name]

    def _die_at(self, name: str, number: int, side: Side) -> None:
        if self.target == Point(name, number, side):
            self.tell("killed", str(self.target))
            os.kill(os.getpid(), signal.SIGKILL)


# Without slots: they would make another class of it, which `super` does not know.
@dataclass(frozen=True)
class NumberedStore(Store):
    """A store whose commands are numbered; what is sent together is one operation."""

    numbering: Numbering = field(kw_only=True)

    async def run(self, name: ScriptName, keys: Sequence[str], args: Sequence[Word]) -> Any:
        """The answer of a script."""
        script = super().run
        if name in {"claim", "take"}:
            found = await script(name, keys, args)
            if found:
                self.numbering.claimed()
            return found
        return await self.numbering.around(_name_of(name, args), lambda: script(name, keys, args))

    async def do(self, *command: Word) -> Any:
        """The answer of one command."""
        plain = super().do
        return await self.numbering.around(f"redis:{_word(command)}", lambda: plain(*command))

    async def do_all(self, *commands: tuple[Word, ...], atomic: bool = False) -> list[Any]:
        """The answers of several commands."""
        plain = super().do_all
        names = "+".join(dict.fromkeys(map(_word, commands)))
        return await self.numbering.around(f"redis:{names}", lambda: plain(*commands, atomic=atomic))


def _word(command: Sequence[Word]) -> str:
    return str(command[0])


def _name_of(script: ScriptName, args: Sequence[Word]) -> str:
    """The script, and what is noted: the text, a post that is meant or stands, the conclusion."""
    heads = [str(each).partition(":")[0] for each in args]
    noted = [head for head in heads if head in _FIELDS]
    return f"redis:journal({'+'.join(noted)})" if script == "journal" else f"redis:{script}"


@dataclass(frozen=True, slots=True)
class NumberedPosts:
    """Posts whose operations are numbered."""

    posts: Posts
    numbering: Numbering

    async def ready(self) -> None:
        """Wait as long as the platform wants."""
        await self.posts.ready()

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a post."""
        return await self.numbering.around(
            "platform:post", lambda: self.posts.post(key, text, private=private, state=state)
        )

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a document."""
        return await self.numbering.around("platform:attach", lambda: self.posts.attach(key, name, content))

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Change a post."""
        await self.numbering.around("platform:edit", lambda: self.posts.edit(post, text, state=state))

    async def delete(self, post: str) -> None:
        """Take a post away."""
        await self.numbering.around("platform:delete", lambda: self.posts.delete(post))

    async def find(self, key: str) -> str | None:
        """Look for a post."""
        return await self.numbering.around("platform:find", lambda: self.posts.find(key))

    def split(self, text: str) -> list[str]:
        """The text in parts."""
        return self.posts.split(text)


# Without slots: see NumberedStore.
@dataclass(frozen=True)
class NumberedWeb(Web):
    """Slack's Web API, of which each call is numbered."""

    numbering: Numbering = field(kw_only=True)

    async def ask(
        self, call: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> dict[str, Any]:
        """What a method of the client answers."""
        plain, name = super().ask, str(getattr(call, "__name__", ""))
        return await self.numbering.around(f"platform:{name}", lambda: plain(call, **arguments))


# Without slots: see NumberedStore.
@dataclass
class NumberedRest(Rest):
    """Discord's REST API, of which each request is numbered."""

    numbering: Numbering = field(kw_only=True)

    async def ask(self, route: str, *ids: str, **asked: Any) -> Any:
        """What Discord answers."""
        plain = super().ask
        return await self.numbering.around(f"platform:{route}", lambda: plain(route, *ids, **asked))


@dataclass(frozen=True, slots=True)
class NumberedRequests:
    """Hooks of an HTTP client: a request and its headers are an operation, and so is each part of its body."""

    numbering: Numbering

    async def asked(self, request: httpx2.Request) -> None:
        """A request is about to be sent."""
        request.extensions["number"] = self.numbering.begin(_endpoint(request))

    async def answered(self, response: httpx2.Response) -> None:
        """The headers of its answer are there."""
        name = _endpoint(response.request)
        self.numbering.end(name, response.request.extensions["number"])
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _NumberedBody(response.stream, f"{name}-part", self.numbering)


def _endpoint(request: httpx2.Request) -> str:
    return f"model:{request.url.path.removeprefix('/v1/')}"


class _NumberedBody(httpx2.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, body: httpx2.AsyncByteStream, name: str, numbering: Numbering) -> None:
        self._body = body
        self._name = name
        self._numbering = numbering

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = aiter(self._body)
        while (part := await self._numbering.around(self._name, lambda: anext(parts, None))) is not None:
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()
