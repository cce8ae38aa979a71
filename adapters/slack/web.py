"""The way to Slack's Web API: the client of one workspace, and its errors as ours."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.quiet import Quiet
from bot.errors import PlatformBusy, PlatformError, PlatformRefused, PlatformUnclear

TIMEOUT = 10.0
"""Seconds for a call as a whole."""
USUAL_WAIT = 1.0
"""Seconds, where a refusal for the rate does not say how long."""
TOKEN_REFUSED = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})
"""What Slack says of a token that is not valid, or no longer (docs.slack.dev, "Errors" of each method)."""
_COUNTED_BY_CHANNEL = frozenset({"chat_postMessage", "chat_postEphemeral"})
_BUSY = frozenset({"ratelimited", "rate_limited"})
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""What Slack says when it does not know itself (docs.slack.dev, "Errors" of each method)."""


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections for all calls. A client without a session of ours opens a new one for each call."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


def client_of(session: aiohttp.ClientSession, base_url: str, token: str | None) -> AsyncWebClient:
    """A client that asks once: whether to ask again is decided by who knows what may be done twice."""
    return AsyncWebClient(token=token, base_url=f"{base_url}/", session=session, retry_handlers=[])


class Access(Protocol):
    """Sees to it that a client has a token that Slack takes."""

    async def ready(self) -> None:
        """Return when the client's token can be used. Raises PlatformError."""

    async def renew(self, refusal: str) -> bool:
        """Whether the client has another token, now that Slack has refused the one that it had."""


class Lasting:
    """An Access for a token that never changes."""

    async def ready(self) -> None:
        """Return at once."""

    async def renew(self, refusal: str) -> bool:
        """There is no other."""
        del refusal
        return False


@dataclass(frozen=True, slots=True)
class Web:
    """The Web API of one workspace, for somebody who may have to wait for a turn."""

    client: AsyncWebClient
    quiet: Quiet = field(default_factory=Quiet)
    who: str = ""
    access: Access = field(default_factory=Lasting)

    def of(self, who: str) -> Web:
        """The same for somebody else."""
        return replace(self, who=who)

    async def ask(
        self, call: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
    ) -> dict[str, Any]:
        """What a method of the client answers. Raises PlatformError.

        While Slack wants to hear nothing of the method, PlatformBusy is raised without asking.
        """
        name = str(getattr(call, "__name__", ""))
        method = (name, str(arguments.get("channel", "")) if name in _COUNTED_BY_CHANNEL else "")
        self.quiet.check(method, self.who)
        await self.access.ready()
        try:
            response = await self._answered(call, arguments)
        except PlatformBusy as busy:
            self.quiet.told(method, busy.retry_after)
            self.quiet.check(method, self.who)
            raise
        if not isinstance(response.data, dict):
            raise PlatformUnclear("the answer is no JSON")
        return response.data

    async def _answered(
        self, call: Callable[..., Awaitable[AsyncSlackResponse]], arguments: Mapping[str, Any]
    ) -> AsyncSlackResponse:
        try:
            with platform_errors():
                return await call(**arguments)
        except PlatformRefused as refused:
            refusal = str(refused)
            if refusal not in TOKEN_REFUSED or not await self.access.renew(refusal):
                raise
        with platform_errors():  # nothing was done
            return await call(**arguments)


@contextmanager
def platform_errors() -> Iterator[None]:
    """Errors of the SDK and of its connections, as ours."""
    try:
        yield
    except SlackApiError as error:
        raise _to_platform_error(error) from error
    # The SDK looks for `ok` in any JSON, also in what is no object.
    except (SlackClientError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
        raise PlatformUnclear(type(error).__name__) from error


def _to_platform_error(error: SlackApiError) -> PlatformError:
    status, headers, data = _read(error.response)
    code = str(data.get("error", ""))
    if status == 429 or code in _BUSY:  # noqa: PLR2004 - the status of HTTP
        return PlatformBusy(seconds_of(headers.get("Retry-After")))
    if status >= 500 or code in _UNCLEAR or (status < 400 and not code):  # noqa: PLR2004 - as above
        return PlatformUnclear(code or f"answered {status}, but no JSON")
    return PlatformRefused(code or f"answered {status}")


def _read(response: object) -> tuple[int, Mapping[str, str], Mapping[str, Any]]:
    """The status, the headers and what was said; of an answer that is no JSON the SDK hands over a raw one."""
    if isinstance(response, AsyncSlackResponse):
        return (
            response.status_code,
            response.headers,
            response.data if isinstance(response.data, dict) else {},
        )
    if isinstance(response, aiohttp.ClientResponse):
        return response.status, response.headers, {}
    return 0, {}, {}


def seconds_of(retry_after: str | None) -> float:
    """What a Retry-After asks for."""
    try:
        seconds = float(retry_after or USUAL_WAIT)
    except ValueError:
        return USUAL_WAIT
    return seconds if math.isfinite(seconds) and seconds > 0 else USUAL_WAIT
