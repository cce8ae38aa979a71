"""Installations without a service around them: several processes that know the same workspaces, as far as they need."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from adapters.slack.installing.installations import Installation, Installations
from adapters.slack.installing.installed import InstalledWorkspaces
from adapters.slack.installing.oauth import oauth_of
from adapters.slack.installing.rotation import Rotation
from adapters.slack.installing.sealing import Seal
from adapters.slack.web import open_session
from bot.store import Store
from simulators.slack import SlackSimulator, Workspace
from tests.adapters.slack.many import SECRET

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Process:
    """What one process knows of workspaces."""

    installations: Installations
    rotation: Rotation
    workspaces: InstalledWorkspaces


@dataclass(frozen=True, slots=True)
class Register:
    """Where installations are kept, and Slack, which gave them."""

    slack: SlackSimulator
    session: aiohttp.ClientSession
    store: Store

    def process(
        self, *, secret: str = SECRET, late: float = 0.0, patience: float = 10.0, **most: Any
    ) -> Process:
        """A process that knows nothing yet, and whose clock may be late. `fresh` and `most` are as it takes them."""

        def now() -> float:
            return time.time() - late

        app = self.slack.app
        oauth = oauth_of(self.session, self.slack.api_url, app.client_id, app.client_secret)
        installations = Installations(self.store, Seal(secret))
        rotation = Rotation(installations, replace(oauth, now=now), now, patience=patience)
        workspaces = InstalledWorkspaces(rotation, self.session, self.slack.api_url, **most)
        return Process(installations, rotation, workspaces)

    async def installed(self, workspace: Workspace | None = None, **changes: Any) -> Installation:
        """An installation in a workspace, as Slack gives it, or with these changes."""
        process, there = self.process(), workspace or self.slack.workspace
        grant = await process.rotation.oauth.exchange(there.authorize("https://a.b"), "https://a.b")
        installation = Installation(
            team=there.id,
            name=there.name,
            bot=there.bot_user_id,
            bot_id=there.bot_id,
            scopes=grant.scopes,
            token=grant.token,
            refresh_token=grant.refresh_token,
            expires_at=grant.expires_at,
        )
        await process.installations.keep(replace(installation, **changes))
        return replace(installation, **changes)

    async def rotating(self, lifetime: int = 12 * HOUR) -> Installation:
        """An installation whose token lives so many seconds."""
        self.slack.app.rotates_tokens, self.slack.app.token_lifetime = True, lifetime
        return await self.installed()

    @property
    def refreshed(self) -> int:
        """How often a token was asked for with a refresh token."""
        calls = self.slack.calls_to("oauth.v2.access")
        return sum("refresh_token" in call.arguments for call in calls)


@asynccontextmanager
async def open_register(store: Store) -> AsyncIterator[Register]:
    """A register in which nothing is kept."""
    async with SlackSimulator() as slack, open_session() as session:
        slack.app.subscriptions.clear()
        yield Register(slack, session, store)
