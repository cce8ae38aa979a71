"""The notice board as a platform: it listens to posted events, and speaks by posts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from adapters.platforms import Receive
from bot.delivery import delivering
from bot.errors import StoreError
from bot.insistence import Pace
from bot.journal import Journal
from bot.messages import IncomingMessage, unpack
from bot.posts import Posts
from bot.reply import ReplySink
from tests.noticeboard.posts import BoardPosts

PACE = Pace(write=0.05, look=(0.0, 0.1, 0.3), base=0.05)


@dataclass(frozen=True, slots=True)
class BoardPlatform:
    """Answers on the board that is called like the conversation's channel, or its thread if it has one."""

    session: aiohttp.ClientSession
    base_url: str
    port: int = 0
    """Where `listen` takes in packed messages, at POST /events; it acknowledges with 200 once they are kept."""
    pace: Pace = PACE
    limit: int = 2_000
    timeout: float = 10.0

    async def listen(self, receive: Receive) -> None:
        """Take in events, for ever."""

        async def event(request: web.Request) -> web.Response:
            try:
                await receive(unpack(await request.read()))
            except StoreError:
                return web.Response(status=503)
            return web.Response()

        app = web.Application()
        app.router.add_post("/events", event)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self.port, reuse_port=True).start()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """A board has nothing to add."""
        return message

    def posts(self, message: IncomingMessage) -> Posts:
        """The posts of the reply to a message."""
        place = message.answered_in
        board = place.thread or place.channel
        return BoardPosts(self.session, self.base_url, board, message.author.id, self.timeout, self.limit)

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        """The place where a message is answered."""
        async with delivering(self.posts(message), journal, self.pace) as reply:
            yield reply
