"""Discord's REST API, for one bot: each thing is asked once, when it is its turn."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from adapters.discord.rest.closed import Closed
from adapters.discord.rest.limits import Limits, limits_of
from adapters.discord.rest.refusals import Answer, content_of, platform_errors
from adapters.discord.rest.routes import Target, target_of

TIMEOUT = 10.0
"""Seconds for a request as a whole, once it is its turn."""
HOME = "https://parley.example"
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a message; its place among them is its id there."""

    name: str
    content: bytes = field(repr=False)
    type: str = "application/octet-stream"


@dataclass(slots=True)
class Rest:
    """The REST API for one bot, shared by all turns of a process."""

    session: aiohttp.ClientSession
    api_url: str
    token: str = field(repr=False)
    limits: Limits = field(default_factory=limits_of)
    closed: Closed = field(default_factory=Closed)

    async def ask(
        self,
        route: str,
        *ids: str,
        json: Any = None,
        query: Mapping[str, str | int] | None = None,
        files: Sequence[Upload] = (),
        reason: str = "",
    ) -> Any:
        """What Discord answers; None where it answers nothing.

        The route is such as `POST /channels/{}/messages`, with ids for its braces. Raises PlatformBusy, where nothing
        was done, PlatformUnclear, where it may have been, and Refused, without asking where it just was refused.
        """
        target = target_of(route, ids)
        body: dict[str, Any] = {"params": query, "headers": self._headers(target, reason)}
        with self.closed.asking(target, files=bool(files)):
            async with self.limits.turn(target) as turn:
                if files:
                    body["data"] = _form(json, files)
                elif json is not None:
                    body["data"], body["headers"]["Content-Type"] = orjson.dumps(json), _JSON
                answer = await self._answer(target, body)
                self.limits.heed(target, turn, answer)
            return content_of(answer)

    async def room(self, route: str, *ids: str, spare: int = 1) -> None:
        """Return when a request that is optional would take nothing from those that are not.

        That is when the bucket has more than `spare` requests left, and nobody waits. It may never be.
        """
        await self.limits.room(target_of(route, ids), spare)

    def _headers(self, target: Target, reason: str) -> dict[str, str]:
        headers = {} if target.open else {"Authorization": f"Bot {self.token}"}
        if reason:
            headers["X-Audit-Log-Reason"] = quote(reason, safe=" /")
        return headers

    async def _answer(self, target: Target, body: Mapping[str, Any]) -> Answer:
        address = URL(self.api_url + target.path, encoded=True)
        with platform_errors():
            # The token goes where the operator says, and nowhere else.
            async with self.session.request(
                target.method, address, allow_redirects=False, **body
            ) as response:
                return Answer(response.status, response.headers, await response.read())


@asynccontextmanager
async def open_rest(api_url: str, token: str) -> AsyncIterator[Rest]:
    """The REST API at an address such as `https://discord.com/api/v10`, with the token of a bot."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT),
        connector=aiohttp.TCPConnector(limit=0),
        headers={"User-Agent": _user_agent()},
    ) as session:
        yield Rest(session, api_url.rstrip("/"), token)


def _user_agent() -> str:
    """Who asks, in the one form that Discord takes (discord.com/developers, "API Reference", "User Agent")."""
    try:
        return f"DiscordBot ({HOME}, {version('parley')})"
    except PackageNotFoundError:
        return f"DiscordBot ({HOME}, 0)"


def _form(json: Any, files: Sequence[Upload]) -> aiohttp.FormData:
    """A message with files (discord.com/developers, "API Reference", "Uploading Files")."""
    form = aiohttp.FormData(quote_fields=False)  # Discord does not read brackets that are quoted
    form.add_field(
        "payload_json", orjson.dumps(json if json is not None else {}).decode(), content_type=_JSON
    )
    for number, file in enumerate(files):
        name = "".join(each for each in file.name if each.isprintable()) or "file"
        # As a file: aiohttp warns of bytes that are many.
        form.add_field(f"files[{number}]", io.BytesIO(file.content), filename=name, content_type=file.type)
    return form
