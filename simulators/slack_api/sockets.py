"""Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from aiohttp import WSMsgType, web

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.slack_api.apps import App
from simulators.slack_api.deliveries import Acknowledged, Payload, Unanswered
from simulators.slack_api.ids import new_secret

Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
MOST_SOCKETS = 10
WARNED_BEFORE = 10
"""Seconds between a warning and the end of the socket."""
_CLOSED_AFTER = 1
_PINGS_EVERY = 30
_HOST = "applink-simulated"
_APPROXIMATE_LIFE = 18_060


@dataclass(slots=True, eq=False)
class Socket:
    """One open connection of the app, and what it has been given but not acknowledged."""

    ws: web.WebSocketResponse
    request: web.Request
    waiting: "dict[str, asyncio.Future[Acknowledged]]" = field(default_factory=dict)
    told: Reason | None = None
    """Why it was told to go, if it was."""

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message. Raises Unanswered if the connection is gone."""
        try:
            await self.ws.send_str(orjson.dumps(message).decode())
        except (ConnectionError, RuntimeError) as error:
            raise Unanswered("timeout") from error

    def hear(self, raw: str) -> None:
        """Take an acknowledgement; anything else, or one that comes too late, is nothing."""
        message = _object(raw)
        waiting = self.waiting.get(str(message.get("envelope_id", "")))
        if waiting is not None and not waiting.done():
            waiting.set_result(Acknowledged(message.get("payload") or None))

    def end(self) -> None:
        """Nothing will be acknowledged any more."""
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(Unanswered("timeout"))

    def drop(self) -> None:
        """Cut the connection without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass(slots=True)
class Sockets:
    """The connections of the app; each payload goes to one of them, the one that had none for the longest time."""

    app: App
    clock: Clock
    changes: Changes
    open: list[Socket] = field(default_factory=list)
    refusing: int = 0
    """How many of the next connections are refused although their tickets are good; these are used up then."""
    _tickets: set[str] = field(default_factory=set)

    def ticket(self) -> str:
        """What opens one connection, once."""
        ticket = new_secret()
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Be one connection, from its ticket to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=503, text="try again")
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = Socket(ws, request)
        if len(self.open) >= MOST_SOCKETS:
            await socket.say(disconnect("too_many_websockets"))
            await ws.close()
            return ws
        await self._be(socket)
        return ws

    async def carry(self, payload: Payload) -> Acknowledged:
        """Give it to a connection and wait. Raises Unanswered if there is none, or it ends before."""
        if not self.open:
            raise Unanswered("timeout")
        socket = self.open.pop(0)
        self.open.append(socket)
        envelope = str(uuid.uuid4())
        waiting = asyncio.get_running_loop().create_future()
        socket.waiting[envelope] = waiting
        try:
            await socket.say(_enveloped(payload, envelope))
            acknowledged: Acknowledged = await waiting
            return acknowledged
        finally:
            del socket.waiting[envelope]

    async def announce(self, reason: Reason) -> list[Socket]:
        """Tell all connections that they will be closed; those that were told."""
        sockets = list(self.open)
        for socket in sockets:
            socket.told = reason
            with suppress(Unanswered):
                await socket.say(disconnect(reason))
        return sockets

    async def close(self, sockets: list[Socket]) -> None:
        """Close connections some time after they were told."""
        warned = any(socket.told == "warning" for socket in sockets)
        await self.clock.sleep(WARNED_BEFORE if warned else _CLOSED_AFTER)
        await asyncio.gather(*(socket.ws.close() for socket in sockets))

    def drop(self) -> None:
        """Cut all connections without a word."""
        for socket in list(self.open):
            socket.drop()

    async def _be(self, socket: Socket) -> None:
        self.open.append(socket)
        pinging = asyncio.create_task(self._ping(socket))
        try:
            await socket.say(self._hello())
            self.changes.tell()
            async for message in socket.ws:
                if message.type is WSMsgType.TEXT:
                    socket.hear(message.data)
        except Unanswered:
            return
        finally:
            pinging.cancel()
            self.open.remove(socket)
            socket.end()
            self.changes.tell()

    async def _ping(self, socket: Socket) -> None:
        while not socket.ws.closed:
            await asyncio.sleep(self.clock.patience(_PINGS_EVERY))
            await socket.ws.ping(f"Ping from {_HOST}".encode())

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {
                "host": _HOST,
                "build_number": 1,
                "approximate_connection_time": _APPROXIMATE_LIFE,
            },
            "connection_info": {"app_id": self.app.id},
        }


def disconnect(reason: Reason) -> dict[str, Any]:
    """The message that says that a connection will end."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}}


def _enveloped(payload: Payload, envelope: str) -> dict[str, Any]:
    message = {
        "envelope_id": envelope,
        "type": payload.kind,
        "payload": payload.body,
        "accepts_response_payload": payload.kind != "events_api",
    }
    if payload.kind == "events_api":
        message |= {"retry_attempt": payload.attempt, "retry_reason": payload.reason}
    return message


def _object(raw: str) -> dict[str, Any]:
    try:
        message = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}
