"""A workspace with Parley in it: the whole service in the test's own process, on simulators of all others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import SecretStr

from adapters.connections import opening
from adapters.service import Workload, serve
from adapters.settings import Settings
from bot.beside import beside
from simulators.openai import Behaviour, OpenAISimulator
from simulators.openai_api.chat.messages import Message
from simulators.slack import Channel, Person, Seen, SlackSimulator, Workspace
from tests.adapters.answering import respond
from tests.conftest import free_port


@dataclass(slots=True, eq=False)
class Office:
    """What a test of Slack holds in its hands."""

    slack: SlackSimulator
    model: OpenAISimulator

    @property
    def workspace(self) -> Workspace:
        """The workspace in which Parley is installed."""
        return self.slack.workspace

    @property
    def ada(self) -> Person:
        """Somebody who asks."""
        return self.workspace.person("Ada")

    @property
    def general(self) -> Channel:
        """A channel with Parley in it."""
        return self.workspace.channel("general")

    def behave(self, **changes: Any) -> None:
        """Let the model answer like this from now on."""
        self.model.behaviour = Behaviour(**changes)

    async def until(self, predicate: Callable[[], bool], within: float = 20.0) -> None:
        """Return once `predicate` holds; it is asked whenever something happens in Slack."""
        async with asyncio.timeout(within):
            await self.slack.until(predicate)

    def replies(
        self, thread: str, channel: Channel | None = None, viewer: Person | None = None
    ) -> list[Seen]:
        """What Parley has said in a thread."""
        seen = (channel or self.general).screen(thread, viewer)
        return [each for each in seen if each.author == self.slack.app.name]

    def answered(self, thread: str, text: str, channel: Channel | None = None) -> bool:
        """Whether a reply that says this is complete."""
        return any(text in each.text and not each.streaming for each in self.replies(thread, channel))

    async def until_answered(self, thread: str, text: str, channel: Channel | None = None) -> None:
        """Return once a reply that says this is complete."""
        await self.until(lambda: self.answered(thread, text, channel))


@asynccontextmanager
async def open_office(
    redis_url: str,
    *,
    over_http: bool = False,
    responder: Callable[[Sequence[Message], str], str] = respond,
    **settings: Any,
) -> AsyncIterator[Office]:
    """Parley at work in a workspace, over Socket Mode or over HTTP."""
    async with (
        open_workspace(responder) as office,
        open_service(office, redis_url, over_http=over_http, **settings) as door,
    ):
        office.slack.app.request_url = door
        yield office


@asynccontextmanager
async def open_workspace(
    responder: Callable[[Sequence[Message], str], str] = respond,
) -> AsyncIterator[Office]:
    """A workspace in which nobody works yet."""
    async with SlackSimulator() as slack, OpenAISimulator(responder=responder) as model:
        yield Office(slack, model)


@asynccontextmanager
async def open_service(
    office: Office, redis_url: str, *, over_http: bool = False, **settings: Any
) -> AsyncIterator[str]:
    """Parley's service, and the address at which it hears; none if it hears through sockets."""
    slack, port = office.slack, free_port()
    door = f"http://127.0.0.1:{port}/slack/events" if over_http else ""
    if over_http:
        settings |= {"slack_signing_secret": SecretStr(slack.app.signing_secret), "port": port}
    else:
        settings |= {"slack_app_token": SecretStr(slack.app.app_token)}
    given = Settings(
        openai_api_key=SecretStr("key"),
        openai_base_url=office.model.base_url,
        redis_url=redis_url,
        slack_bot_token=SecretStr(slack.workspace.bot_token),
        slack_api_url=slack.api_url,
        **settings,
    )
    async with beside(_served(given)):
        if over_http:
            await accepts(door)
        else:
            await office.until(lambda: slack.sockets >= 1)
        yield door


async def _served(settings: Settings) -> None:
    await serve(settings, opening(settings), working=Workload(grace=0.1))


async def accepts(url: str) -> None:
    """Return once somebody listens at an address."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(10):
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
