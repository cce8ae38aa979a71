"""The workspaces that have installed the app, as any process finds them in Redis."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installing.installations import Installation
from adapters.slack.installing.rotation import EARLY, Rotation
from adapters.slack.people import People
from adapters.slack.web import Web, client_of
from adapters.slack.workspaces import NotInstalled, Workspace
from bot.errors import PlatformBusy, PlatformError, PlatformUnknown, StoreError

log = structlog.get_logger()

FRESH = 60.0
"""Seconds for which an installation is believed that was read."""
MOST = 1_000
"""Workspaces that are kept in memory."""
AGAIN = 60.0
"""Seconds before a token that still works, and could not be renewed, is tried again."""


@dataclass(slots=True, eq=False)
class Rotating:
    """The Access of one installation: its client always has the newest token that is known here."""

    client: AsyncWebClient
    installation: Installation
    rotation: Rotation
    forget: Callable[[str], None]
    """Called with the workspace when it turns out that the app is not installed there any more."""
    _not_before: float = 0.0

    def adopt(self, installation: Installation) -> None:
        """Go on with this."""
        self.installation, self.client.token = installation, installation.token

    async def ready(self) -> None:
        """Return when the token can be used. Raises PlatformError."""
        left = self.rotation.seconds_left(self.installation)
        if left > EARLY or (left > 0 and time.monotonic() < self._not_before):
            return
        try:
            self.adopt(await self.rotation.renewed(self.installation))
        except (PlatformError, StoreError) as error:
            if left <= 0:
                raise _as_platform_error(error) from error
            self._not_before = time.monotonic() + AGAIN
            log.warning("token_not_renewed", team=self.installation.team, error=type(error).__name__)

    async def renew(self, refusal: str) -> bool:
        """Whether there is another token, now that Slack has refused this one."""
        team = self.installation.team
        try:
            kept = await self.rotation.installations.read(team)
            if kept is None:
                self.forget(team)
                return False
            if kept.installation.token != self.installation.token:
                self.adopt(kept.installation)
                return True
            if refusal == "token_expired" and self.installation.refresh_token:
                before = self.installation.token
                self.adopt(await self.rotation.renewed(self.installation))
                return self.installation.token != before
        except (PlatformError, StoreError) as error:
            log.warning("token_not_renewed", team=team, error=type(error).__name__)
        self.forget(team)
        await self.rotation.lost(team, refusal)
        return False


def _as_platform_error(error: PlatformError | StoreError) -> PlatformError:
    return error if isinstance(error, PlatformError) else PlatformBusy(1.0)


@dataclass(slots=True)
class _Held:
    workspace: Workspace
    access: Rotating
    read: float


class InstalledWorkspaces:
    """Workspaces that have installed the app. Each is read from Redis once a minute, if it is asked for."""

    def __init__(
        self,
        rotation: Rotation,
        session: aiohttp.ClientSession,
        base_url: str,
        fresh: float = FRESH,
        most: int = MOST,
    ) -> None:
        self._rotation = rotation
        self._session = session
        self._base_url = base_url
        self._fresh = fresh
        self._most = most
        self._held: OrderedDict[str, _Held] = OrderedDict()

    async def find(self, team: str) -> Workspace:
        """The workspace of a team. Raises PlatformUnknown if the app is not installed there, and StoreError."""
        held = self._held.get(team)
        if held and time.monotonic() - held.read < self._fresh:
            self._held.move_to_end(team)
            return held.workspace
        try:
            kept = await self._rotation.installations.read(team)
        except StoreError:
            if held:
                return held.workspace  # there people are told that Redis is away
            raise
        if kept is None:
            self.forget(team)
            if await self._rotation.installations.has(team):
                raise PlatformUnknown(f"the installation in the workspace {team} cannot be read")
            raise NotInstalled(f"the app is not installed in the workspace {team}")
        return self._hold(kept.installation)

    def forget(self, team: str) -> None:
        """Look again when the workspace is asked for the next time."""
        self._held.pop(team, None)

    def _hold(self, installation: Installation) -> Workspace:
        held = self._held.get(installation.team)
        if held and (held.workspace.bot, held.workspace.bot_id) == (installation.bot, installation.bot_id):
            held.access.adopt(installation)
            held.read = time.monotonic()
            return held.workspace
        client = client_of(self._session, self._base_url, installation.token)
        access = Rotating(client, installation, self._rotation, self.forget)
        web = Web(client, access=access)
        workspace = Workspace(
            installation.team, installation.bot, installation.bot_id, web, People(web), installation.scopes
        )
        self._held[installation.team] = _Held(workspace, access, time.monotonic())
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return workspace
