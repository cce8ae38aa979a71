"""Parley for many workspaces: the whole service over HTTP, and people who install the app with their browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pydantic import SecretStr

from adapters.connections import opening
from adapters.service import Workload, serve
from adapters.settings import Settings
from adapters.slack.installing.installations import Installation, Installations
from adapters.slack.installing.sealing import Seal
from bot.beside import beside
from bot.store import Store
from simulators.openai import OpenAISimulator
from simulators.slack import Consent, SlackSimulator, Workspace
from tests.adapters.answering import answer_to, respond
from tests.adapters.slack.office import Office, accepts
from tests.conftest import free_port

SECRET = "a secret of sixteen letters"


@dataclass(frozen=True, slots=True)
class Shown:
    """The page at which a browser has arrived."""

    status: int
    text: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody's browser, which keeps its cookies."""

    many: Many
    session: aiohttp.ClientSession

    async def opens(self, path: str, **query: str) -> Shown:
        """Open an address of Parley's, and go wherever it leads."""
        async with self.session.get(f"{self.many.url}{path}", params=query) as response:
            return Shown(response.status, await response.text(), dict(response.headers))

    async def begins(self) -> aiohttp.ClientResponse:
        """Begin an installation, and do not follow to Slack."""
        async with self.session.get(f"{self.many.url}/slack/install", allow_redirects=False) as response:
            return response

    async def is_led_back(self) -> str:
        """Begin an installation and allow it; the address at which Slack hands over, not opened yet."""
        begun = await self.begins()
        async with self.session.get(begun.headers["Location"], allow_redirects=False) as response:
            return response.headers["Location"]


@dataclass(slots=True, eq=False)
class Many:
    """What a test of many workspaces holds in its hands."""

    office: Office
    url: str
    redis_url: str
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def slack(self) -> SlackSimulator:
        """Slack."""
        return self.office.slack

    def workspace(self, name: str) -> Workspace:
        """A workspace that does not have the app."""
        return self.slack.add_workspace(name, installed=False)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser in which nobody was before."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Browser(self, session)

    async def installs(self, workspace: Workspace, **consent: Any) -> Shown:
        """Somebody installs the app in a workspace; the page on which that ends."""
        self.slack.consent = Consent(workspace, **consent)
        async with self.browser() as browser:
            return await browser.opens("/slack/install")

    async def installed(self, name: str) -> Workspace:
        """A workspace that has the app."""
        workspace = self.workspace(name)
        assert (await self.installs(workspace)).status == 200
        return workspace

    async def asks(self, workspace: Workspace, text: str) -> str:
        """Ada asks something in a workspace, and is answered; where."""
        channel = workspace.channel("general")
        asked = await workspace.person("Ada").mentions(text, channel)
        await self.office.until_answered(asked, answer_to(text), channel)
        return asked

    @asynccontextmanager
    async def serving(self, *, listening: bool = True, working: bool = True) -> AsyncIterator[None]:
        """A process of Parley's, for as long as the block lasts."""
        settings = Settings(
            openai_api_key=SecretStr("key"),
            openai_base_url=self.office.model.base_url,
            redis_url=self.redis_url,
            slack_client_id=self.slack.app.client_id,
            slack_client_secret=SecretStr(self.slack.app.client_secret),
            slack_signing_secret=SecretStr(self.slack.app.signing_secret),
            secret_key=SecretStr(SECRET),
            slack_api_url=self.slack.api_url,
            public_url=self.url,
            port=int(self.url.rpartition(":")[2]),
            **self.settings,
        )
        load = Workload(grace=0.1) if working else None
        async with beside(_served(settings, load, listening=listening)):
            if listening:
                await accepts(self.url)
            yield


@asynccontextmanager
async def open_many(redis_url: str, *, serving: bool = True, **settings: Any) -> AsyncIterator[Many]:
    """Parley for workspaces that install it. Nobody serves them if a test does so itself."""
    async with SlackSimulator() as slack, OpenAISimulator(responder=respond) as model:
        url = f"http://127.0.0.1:{free_port()}"
        slack.app.request_url = f"{url}/slack/events"
        slack.app.redirect_urls = {f"{url}/slack/oauth_redirect"}
        many = Many(Office(slack, model), url, redis_url, settings)
        if not serving:
            yield many
            return
        async with many.serving():
            yield many


async def _served(settings: Settings, load: Workload | None, *, listening: bool) -> None:
    await serve(settings, opening(settings), listening=listening, working=load)


async def installation_in(store: Store, workspace: Workspace) -> Installation | None:
    """What is kept of an installation."""
    kept = await Installations(store, Seal(SECRET)).read(workspace.id)
    return kept.installation if kept else None


async def kept_of(store: Store, workspace: Workspace) -> set[str]:
    """The keys that have a workspace's id in their name, or in what they hold, without the marks of its messages."""
    keys = {key async for key in store.keys("*") if ":mark:" not in key}
    named = {key for key in keys if workspace.id in key}
    held = {key: await store.do("DUMP", key) or b"" for key in keys - named}
    return named | {key for key, content in held.items() if workspace.id.encode() in content}


async def until_remembered(store: Store, workspace: Workspace) -> None:
    """Return once all that was answered in a workspace is remembered: its reply is read a moment before."""
    async with asyncio.timeout(10):
        while True:
            if not any(":journal:" in key for key in await kept_of(store, workspace)):
                return
            await asyncio.sleep(0.01)
