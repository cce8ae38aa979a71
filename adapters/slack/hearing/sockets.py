"""Socket Mode: several sockets of different age, each replaced before it is closed."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.web import platform_errors
from bot.errors import PlatformBusy, PlatformError, PlatformRefused
from bot.presence import Presence

log = structlog.get_logger()

SOCKETS = 2
"""Slack allows ten, and gives each payload to one of them."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How sockets take their time, in seconds."""

    stagger: float = 1.0
    """Between the first connections, so that Slack does not refresh all of them at the same time."""
    connect: float = 15.0
    """For one connection."""
    first_wait: float = 0.5
    longest_wait: float = 30.0
    """Before a connection that failed is tried again."""
    drain: float = 3.0
    """For which a replaced socket stays open, for acknowledgements of what had come through it."""
    ping: float = 5.0
    """Between looks whether the other end is still there."""


class Socket(SocketModeClient):
    """A socket that says when it is over. The SDK's own closes itself first, and is deaf until it is open again."""

    def __init__(self, app: AsyncApp, app_token: str, client: AsyncWebClient, ping: float) -> None:
        super().__init__(app_token, logging.getLogger(__name__), client, ping_interval=ping)
        self.over = asyncio.Event()
        self._app = app
        self.socket_mode_request_listeners.append(self._hear)

    @property
    def hears(self) -> bool:
        """Whether the connection stands, as far as is known."""
        session = self.current_session
        return not (self.closed or self.stale or session is None or session.closed)

    async def open(self) -> None:
        """Connect. Raises PlatformError."""
        # The SDK would ask for the address by itself, and sleep through a refusal for as long as we wait for it.
        with platform_errors():
            answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        self.wss_uri = str(answer["url"])
        await self.connect()

    async def connect(self) -> None:
        """Try the address once. The SDK tries the same one for ever, but Slack takes each only once."""
        with platform_errors():
            session = await self.aiohttp_client_session.ws_connect(
                self.wss_uri or "",
                autoping=False,
                heartbeat=self.ping_interval,
                proxy=self.proxy,
                ssl=self.web_client.ssl or True,
            )
            self.current_session = session
            await session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - the SDK's
        """Let somebody else open another one: this is what the SDK calls whenever a socket ends, or will soon."""
        del force
        self.over.set()

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, response, began)


class Sockets:
    """Keeps sockets open, for ever."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        client: AsyncWebClient,
        timing: Timing = Timing(),
        presence: Presence | None = None,
    ) -> None:
        self._parts: tuple[Any, ...] = (app, app_token, client, timing.ping)
        self._timing = timing
        self._presence = presence or Presence()

    async def run(self) -> None:
        """Hear what comes through them."""
        first = await self._opened(strict=True)
        log.info("slack_heard", through="sockets")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep(first))
            for number in range(1, SOCKETS):
                tasks.create_task(self._keep_later(number * self._timing.stagger))

    async def _keep_later(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._keep(await self._opened())

    async def _keep(self, socket: Socket) -> None:
        old: Socket | None = None
        try:
            while True:
                await socket.over.wait()
                self._presence.ended()
                old, socket = socket, await self._opened()
                await asyncio.sleep(self._timing.drain)
                await self._close(old)
        finally:
            # Also one that is closed already: that may have been interrupted.
            for each in (old, socket):
                if each:
                    await self._close(each)

    async def _close(self, socket: Socket) -> None:
        if socket in self._presence.ways:
            self._presence.ways.remove(socket)
        await socket.close()  # type: ignore[no-untyped-call]

    async def _opened(self, *, strict: bool = False) -> Socket:
        """A socket that is open. A strict one raises PlatformRefused where Slack wants no socket of ours."""
        wait = self._timing.first_wait
        while True:
            socket = Socket(*self._parts)
            try:
                async with asyncio.timeout(self._timing.connect):
                    await socket.open()
            except (PlatformError, TimeoutError) as error:
                log.warning("socket_not_open", reason=str(error) or "TimeoutError")
                await socket.close()  # type: ignore[no-untyped-call]
                if strict and isinstance(error, PlatformRefused):
                    raise
                await asyncio.sleep(max(wait, error.retry_after) if isinstance(error, PlatformBusy) else wait)
                wait = min(wait * 2, self._timing.longest_wait)
            except BaseException:
                await socket.close()  # type: ignore[no-untyped-call]
                raise
            else:
                self._presence.ways.append(socket)
                return socket
