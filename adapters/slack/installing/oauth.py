"""Slack's OAuth: what leads a person to the installation, and what is given for a code or a refresh token."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from adapters.slack.web import client_of, platform_errors
from bot.errors import PlatformUnclear


@dataclass(frozen=True, slots=True)
class Grant:
    """What Slack gives: a bot token of a workspace, and with rotation one that renews it."""

    token: str = field(repr=False)
    scopes: frozenset[str]
    team: str
    """Empty where the app was installed for a whole organization."""
    name: str = ""
    """What the workspace is called."""
    refresh_token: str = field(default="", repr=False)
    """It works once; empty for a token that lasts."""
    expires_at: float = 0.0
    """When the token ends, in seconds since 1970; 0 for one that lasts."""


@dataclass(frozen=True, slots=True)
class OAuth:
    """The app, as Slack's OAuth knows it (docs.slack.dev, "Installing with OAuth")."""

    client: AsyncWebClient
    """One without a token."""
    client_id: str
    client_secret: str = field(repr=False)
    now: Callable[[], float] = time.time

    def authorize_url(self, state: str, scopes: Iterable[str], redirect_uri: str) -> str:
        """Where a person is asked whether the app may be installed."""
        page = URL(self.client.base_url).parent.parent / "oauth/v2/authorize"
        asked = {"client_id": self.client_id, "scope": ",".join(sorted(scopes)), "user_scope": ""}
        return str(page.with_query({**asked, "redirect_uri": redirect_uri, "state": state}))

    async def exchange(self, code: str, redirect_uri: str) -> Grant:
        """What a code stands for. Raises PlatformError."""
        return await self._access(code=code, redirect_uri=redirect_uri)

    async def refresh(self, refresh_token: str) -> Grant:
        """A token that lives for twelve hours, for a refresh token that is used up with it. Raises PlatformError."""
        return await self._access(grant_type="refresh_token", refresh_token=refresh_token)

    async def _access(self, **arguments: str) -> Grant:
        # The client's own method announces itself with a class that aiohttp is about to drop.
        known = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        began = self.now()
        with platform_errors():
            answer = await self.client.api_call(
                "oauth.v2.access", data=arguments, headers={"Authorization": f"Basic {known}"}
            )
        try:
            return _to_grant(answer.data if isinstance(answer.data, dict) else {}, began)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise PlatformUnclear("the answer gives no token") from error


def oauth_of(session: aiohttp.ClientSession, base_url: str, client_id: str, client_secret: str) -> OAuth:
    """The app that has this id and this secret."""
    return OAuth(client_of(session, base_url, None), client_id, client_secret)


def _to_grant(answer: Mapping[str, Any], now: float) -> Grant:
    """The grant in an answer of `oauth.v2.access` (docs.slack.dev) that was asked for at that time."""
    team = {} if answer.get("is_enterprise_install") else answer.get("team") or {}
    expires_in = answer.get("expires_in")
    return Grant(
        token=str(answer["access_token"]),
        scopes=frozenset(filter(None, str(answer.get("scope") or "").split(","))),
        team=str(team.get("id") or ""),
        name=str(team.get("name") or ""),
        refresh_token=str(answer.get("refresh_token") or ""),
        expires_at=now + float(expires_in) if expires_in else 0.0,
    )
