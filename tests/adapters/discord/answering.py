"""A server over real connections that answers what a test puts down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web

Put = tuple[int, Any, Mapping[str, str]]
"""A status, what the JSON says or all the bytes, and headers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Server:
    """Answers with one after the other of what was put down, and then always with the last."""

    answers: list[Put]
    address: str = ""
    seen: list[Seen] = field(default_factory=list)
    first: Callable[[web.Request], Awaitable[None]] | None = None
    """What happens before it answers."""

    async def answer(self, request: web.Request) -> web.Response:
        """Answer anything."""
        self.seen.append(Seen(request.method, request.raw_path, request.headers, await request.read()))
        if self.first:
            await self.first(request)
        status, said, headers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        packed = said if isinstance(said, bytes) else orjson.dumps(said)
        return web.Response(status=status, body=packed, headers=headers, content_type="application/json")


@asynccontextmanager
async def serving(*answers: Put) -> AsyncIterator[Server]:
    """A server on loopback; without answers it says yes to everything."""
    server = Server([*answers] or [(200, {}, {})])
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
