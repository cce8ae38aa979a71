"""The listening half alone: everything that Slack brings, up to where it would be kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from slack_bolt.async_app import AsyncApp

from adapters.slack.hearing.app import Intake, build_app
from adapters.slack.hearing.requests import PATH, serve_events
from adapters.slack.hearing.sockets import SOCKETS, Sockets, Timing
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, Workspace, workspace_of
from bot.beside import beside
from bot.errors import ParleyError, StoreUnavailable
from bot.feedback import Rating
from bot.messages import IncomingMessage
from simulators.slack import SlackSimulator
from tests.conftest import free_port

AWAY = StoreUnavailable("Redis is away.")
FAST = Timing(stagger=0.02, connect=2.0, first_wait=0.02, longest_wait=0.1, drain=0.1, ping=0.1)


@dataclass(slots=True, eq=False)
class Ears:
    """What was heard, in its order; nothing is heard twice over here, so what comes twice stands there twice."""

    slack: SlackSimulator
    workspace: Workspace
    app: AsyncApp = field(init=False)
    messages: list[IncomingMessage] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)
    """The ids of the messages."""
    ratings: list[Rating] = field(default_factory=list)
    fails: list[ParleyError] = field(default_factory=list)
    """What goes wrong with the next messages, one each."""

    def __post_init__(self) -> None:
        self.app = build_app(Intake(self.receive, self.rate, OneWorkspace(self.workspace)))

    async def receive(self, message: IncomingMessage) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.messages.append(message)
        self.heard.add(message.id)

    async def rate(self, rating: Rating) -> None:
        self.ratings.append(rating)

    def sockets(self, timing: Timing = FAST) -> Sockets:
        """Sockets that bring what is heard."""
        return Sockets(self.app, self.slack.app.app_token, self.workspace.web.client, timing)

    async def until(self, count: int, within: float = 20.0) -> None:
        """Return once so many different messages were heard."""
        async with asyncio.timeout(within):
            await self.slack.until(lambda: len(self.heard) >= count)


@asynccontextmanager
async def open_ears() -> AsyncIterator[Ears]:
    """Ears that are connected to nothing yet."""
    async with SlackSimulator() as slack, open_session() as session:
        slack.app.echoes = False
        yield Ears(slack, await workspace_of(session, slack.api_url, slack.workspace.bot_token))


@asynccontextmanager
async def open_door(ears: Ears) -> AsyncIterator[str]:
    """The address at which Slack's requests are answered."""
    port = free_port()
    ears.slack.app.request_url = f"http://127.0.0.1:{port}{PATH}"
    async with beside(serve_events(ears.app, ears.slack.app.signing_secret, port)):
        async with asyncio.timeout(10):
            while True:
                if await ears.slack.verify_request_url():
                    break
                await asyncio.sleep(0.02)
        yield ears.slack.app.request_url


async def until_open(slack: SlackSimulator, count: int = SOCKETS) -> None:
    """Return once so many sockets are open."""
    async with asyncio.timeout(10):
        await slack.until(lambda: slack.sockets == count)


async def until_renewed(slack: SlackSimulator) -> None:
    """Return once all sockets are newer than the last announcement."""
    sockets = slack.platform.sockets
    async with asyncio.timeout(10):
        await slack.until(
            lambda: slack.sockets == SOCKETS and all(each.told is None for each in sockets.open)
        )
