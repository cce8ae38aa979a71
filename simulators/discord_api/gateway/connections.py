"""One websocket: what is sent through it, in order, and how it ends."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from simulators.clock import Clock
from simulators.discord_api.gateway.codes import CUT, Close, Op, Refused
from simulators.discord_api.gateway.commands import Command, command_of
from simulators.discord_api.gateway.streams import Plain, Stream

HEARTBEAT_EVERY = 41.25
"""Seconds; at least `shortest` real ones, however fast time goes."""
_COMMANDS, _WINDOW = 120, 60
"""How many payloads an app may send in how many seconds ("Gateway", Rate Limiting)."""
_NO_STATUS = 1005
_GRACE = 5
"""Seconds that an app has to go after it was told to."""


@dataclass(slots=True, eq=False)
class Connection:
    """One websocket of the app. `path` is where it was opened.

    Without `acknowledging` heartbeats are not answered; without `speaking` nothing is sent at all.
    """

    ws: web.WebSocketResponse
    request: web.Request
    clock: Clock
    stream: Stream = field(default_factory=Plain)
    limited: bool = True
    acknowledging: bool = True
    speaking: bool = True
    told: int | None = None
    """The code that Discord ended it with, if it did."""
    _out: "asyncio.Queue[bytes | int]" = field(default_factory=asyncio.Queue)
    _heard: deque[float] = field(default_factory=deque)
    _beat: asyncio.Event = field(default_factory=asyncio.Event)
    _sent_away: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def path(self) -> str:
        """Where it was opened: `/gateway`, or `/resume`."""
        return self.request.path

    def say(self, op: Op, data: Any) -> None:
        """Send what is no event."""
        self.send(orjson.dumps({"t": None, "s": None, "op": op, "d": data}))

    def send(self, payload: bytes) -> None:
        """Send a payload after those before it."""
        if self.speaking and self.told is None:
            self._out.put_nowait(payload)

    def close(self, code: int) -> None:
        """End it, after what has been said before."""
        if self.told is None:
            self.told = code
            self._out.put_nowait(code)

    def send_away(self) -> None:
        """Tell the app to reconnect and resume, and end this some time later."""
        self.say(Op.RECONNECT, None)
        self._sent_away.set()

    def drop(self) -> None:
        """Cut it without a word."""
        self.close(CUT)
        if self.request.transport is not None:
            self.request.transport.abort()

    async def hear(self) -> Command | None:
        """The next payload of the app; None once it has ended the connection. Raises Refused."""
        message = await self.ws.receive()
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return None
        if self.limited:
            self._count()
        return command_of(message.data)

    def beat(self) -> None:
        """The app has said that it is there."""
        self._beat.set()
        if self.acknowledging:
            self.say(Op.HEARTBEAT_ACK, None)

    async def run(self) -> None:
        """Send what is to be sent, and watch for heartbeats, until it ends."""
        interval = self.clock.patience(HEARTBEAT_EVERY)
        hello = {"heartbeat_interval": round(interval * 1000), "_trace": ['["gateway-simulated"]']}
        self.say(Op.HELLO, hello)
        async with asyncio.TaskGroup() as tasks:
            patience = interval + max(interval / 2, 4 * self.clock.shortest)
            others = tasks.create_task(self._watch(patience)), tasks.create_task(self._see_off())
            await self._write()
            for other in others:
                other.cancel()

    @property
    def ended_by_app(self) -> int:
        """The code that the app ended it with."""
        if self.ws.close_code is None:
            return CUT
        return self.ws.close_code or _NO_STATUS

    async def _write(self) -> None:
        # A client that is gone is noticed where it is listened to.
        with suppress(ConnectionError, RuntimeError):
            while not isinstance(payload := await self._out.get(), int):
                packed = self.stream.pack(payload)
                await (self.ws.send_str(packed) if isinstance(packed, str) else self.ws.send_bytes(packed))
            if payload != CUT:
                await self.ws.close(code=payload, message=_said(payload))

    async def _watch(self, seconds: float) -> None:
        """End it when no heartbeat came for so many real seconds ("Gateway", Sending Heartbeats)."""
        with suppress(TimeoutError):
            while True:
                await asyncio.wait_for(self._beat.wait(), seconds)
                self._beat.clear()
        self.close(Close.UNKNOWN_ERROR)

    async def _see_off(self) -> None:
        await self._sent_away.wait()
        await self.clock.sleep(_GRACE)
        self.close(Close.UNKNOWN_ERROR)

    def _count(self) -> None:
        now = self.clock.now()
        while self._heard and now - self._heard[0] >= _WINDOW:
            self._heard.popleft()
        self._heard.append(now)
        if len(self._heard) > _COMMANDS:
            raise Refused(Close.RATE_LIMITED)


def _said(code: int) -> bytes:
    """What Discord says when it ends a connection with a code of its own."""
    return Close(code).name.capitalize().replace("_", " ").encode() if code >= Close.UNKNOWN_ERROR else b""
