"""The workspaces in which the app is installed, and what is needed to speak there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import aiohttp
import structlog

from adapters.slack.people import People
from adapters.slack.web import Web, client_of, platform_errors
from bot.errors import PlatformRefused, PlatformUnknown

log = structlog.get_logger()

SCOPES_HEADER = "x-oauth-scopes"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace, and the bot's names there."""

    team: str
    bot: str
    """The bot's user id."""
    bot_id: str
    web: Web
    people: People
    scopes: frozenset[str]
    """What the app may do there, as Slack says."""


class NotInstalled(PlatformUnknown):
    """The app is not installed in a workspace; elsewhere, PlatformUnknown says no more than that nobody here knows."""


class Workspaces(Protocol):
    """Finds workspaces."""

    async def find(self, team: str) -> Workspace:
        """The workspace of a team. Raises PlatformUnknown if the app is not installed there, and StoreError."""

    def forget(self, team: str) -> None:
        """Look again whether the app is installed there, when the workspace is asked for the next time."""


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """The workspace to which a bot token belongs."""

    workspace: Workspace

    async def find(self, team: str) -> Workspace:
        """The workspace."""
        if team != self.workspace.team:
            raise PlatformUnknown(f"the bot token is not of the workspace {team}")
        return self.workspace

    def forget(self, team: str) -> None:
        """There is nothing to look at."""


async def workspace_of(session: aiohttp.ClientSession, base_url: str, token: str) -> Workspace:
    """The workspace to which a token belongs. Raises PlatformError."""
    client = client_of(session, base_url, token)
    web = Web(client)
    with platform_errors():
        answer = await client.auth_test()
    if not (answer.get("team_id") and answer.get("bot_id")):
        raise PlatformRefused("this is no bot token")  # Slack answers for other kinds of tokens as well
    log.info("workspace", team=answer["team_id"], name=answer.get("team"), bot=answer.get("user"))
    scopes = str(answer.headers.get(SCOPES_HEADER, "")).split(",")
    return Workspace(
        team=str(answer["team_id"]),
        bot=str(answer["user_id"]),
        bot_id=str(answer["bot_id"]),
        web=web,
        people=People(web),
        scopes=frozenset(filter(None, (scope.strip() for scope in scopes))),
    )
