"""A gateway that says just what a test wants it to, word for word, and that keeps what it hears."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

from simulators.changes import Changes

HELLO = {"op": 10, "d": {"heartbeat_interval": 45_000}}
READY = {"op": 0, "t": "READY", "s": 1, "d": {"v": 10, "session_id": "S1", "guilds": []}}
RESUMED = {"op": 0, "t": "RESUMED", "s": 2, "d": {}}


@dataclass(slots=True, eq=False)
class Talk:
    """One connection."""

    ws: web.WebSocketResponse
    bare: BareGateway
    _packing: Any = field(default_factory=zlib.compressobj)

    async def says(self, payload: Any) -> None:
        text = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        await self.sends(self._packing.compress(text) + self._packing.flush(zlib.Z_SYNC_FLUSH))

    async def sends(self, raw: bytes) -> None:
        await self.ws.send_bytes(raw)

    async def hears(self, op: int) -> Any:
        """What the app says with that code; what it says before is passed over."""
        async for message in self.ws:
            payload = orjson.loads(message.data)
            self.bare.said.append(payload)
            self.bare.changes.tell()
            if payload["op"] == op:
                return payload["d"]
        raise ConnectionError


Script = Callable[[Talk], Awaitable[None]]


@dataclass(slots=True, eq=False)
class BareGateway:
    """What happens in each connection, one after the other; in all later ones nothing does."""

    scripts: list[Script]
    url: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    def of(self, op: int) -> list[Any]:
        """What was said with a code."""
        return [each["d"] for each in self.said if each["op"] == op]

    async def until(self, predicate: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            await self.changes.until(predicate)

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(timeout=0.1)
        await ws.prepare(request)
        self.queries.append(dict(request.query))
        talk = Talk(ws, self)
        await talk.says(HELLO)
        try:
            if self.scripts:
                await self.scripts.pop(0)(talk)
                await ws.close(code=4000)
            else:
                await talk.hears(-1)
        except ConnectionError:
            pass
        return ws


@asynccontextmanager
async def open_bare(*scripts: Script) -> AsyncIterator[BareGateway]:
    """A gateway on loopback."""
    bare = BareGateway(list(scripts))
    app = web.Application()
    app.router.add_get("/", bare.connect)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    bare.url = f"ws://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield bare
    finally:
        await runner.cleanup()
