"""Connections to Discord's gateway that a test holds in its hands."""

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from simulators.discord import DiscordSimulator

PLAIN = "v=10&encoding=json"
EVERYTHING = 53_608_189
"""Every intent but those of members and presences."""
WITHOUT_CONTENT = 53_575_421
"""The same without the content of messages."""
_PROPERTIES = {"os": "linux", "browser": "test", "device": "test"}


class Socket:
    """One connection."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.seq: int | None = None
        self._inflating = zlib.decompressobj()
        self.streamed = False

    async def read(self) -> dict[str, Any]:
        """The next payload; none if the connection has ended."""
        message = await self.ws.receive(timeout=5)
        if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return {}
        payload: dict[str, Any] = orjson.loads(self._unpacked(message.data))
        self.seq = payload["s"] or self.seq
        return payload

    async def event(self, name: str) -> dict[str, Any]:
        """What the next event of that name says; others are skipped."""
        while (payload := await self.read()).get("t") != name:
            assert payload, f"{name} has not come before {self.ws.close_code}"
        data: dict[str, Any] = payload["d"]
        return data

    async def op(self, op: int) -> dict[str, Any]:
        """The next payload for that, others are skipped."""
        while (payload := await self.read()).get("op") != op:
            assert payload, f"{op} has not come before {self.ws.close_code}"
        return payload

    async def closed(self) -> int:
        """The code that it ends with; what is said before is skipped."""
        while await self.read():
            pass
        return self.ws.close_code or 0

    async def send(self, op: int, data: Any = None) -> None:
        await self.ws.send_str(orjson.dumps({"op": op, "d": data}).decode())

    async def identify(self, token: str, intents: int = EVERYTHING, **said: Any) -> None:
        await self.send(2, {"token": token, "intents": intents, "properties": _PROPERTIES, **said})

    async def resume(self, token: str, session_id: str | None, seq: int | None) -> None:
        await self.send(6, {"token": token, "session_id": session_id, "seq": seq})

    def _unpacked(self, data: str | bytes) -> str | bytes:
        if isinstance(data, str):
            return data
        return self._inflating.decompress(data) if self.streamed else zlib.decompress(data)


@asynccontextmanager
async def opened(discord: DiscordSimulator, query: str = PLAIN, url: str = "") -> AsyncIterator[Socket]:
    """A connection that has said nothing yet."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{url or discord.gateway_url}?{query}") as ws,
    ):
        socket = Socket(ws)
        socket.streamed = "compress" in query
        yield socket


@asynccontextmanager
async def identified(
    discord: DiscordSimulator, intents: int = EVERYTHING, **said: Any
) -> AsyncIterator[tuple[Socket, dict[str, Any]]]:
    """A connection with a session, and what READY said."""
    async with opened(discord) as socket:
        await socket.identify(discord.app.token, intents, **said)
        yield socket, await socket.event("READY")
