"""Installation over the web: a person is led to Slack, comes back, and reads what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from adapters.slack.installing import pages
from adapters.slack.installing.departures import has_left
from adapters.slack.installing.installations import Installation, Installations
from adapters.slack.installing.oauth import Grant, OAuth
from adapters.slack.installing.states import LIFE, States
from adapters.slack.places import tenant_of
from adapters.slack.scopes import BOT_SCOPES, missing_in_words
from adapters.slack.web import client_of, platform_errors
from adapters.slack.workspaces import Workspaces, workspace_of
from bot.errors import PlatformError, PlatformRefused, StoreError
from bot.purge import Purges

log = structlog.get_logger()

PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where Slack leads people back to who install the app, as Bolt names it."""
COOKIE = "parley-install"
_BEGIN_AGAIN = frozenset({"code_already_used", "invalid_code"})
"""What Slack says of a code that was used before, or is too old (docs.slack.dev, "oauth.v2.access")."""


@dataclass(frozen=True, slots=True)
class Installer:
    """Lets a workspace that allowed it have the app."""

    oauth: OAuth
    session: aiohttp.ClientSession
    installations: Installations
    workspaces: Workspaces
    purges: Purges

    async def install(self, grant: Grant) -> Installation:
        """Keep what was granted. Raises PlatformError and StoreError.

        What is left of an earlier installation that is over goes first.
        """
        found = await workspace_of(self.session, self.oauth.client.base_url.rstrip("/"), grant.token)
        installation = Installation(
            team=found.team,
            name=grant.name,
            bot=found.bot,
            bot_id=found.bot_id,
            scopes=grant.scopes or found.scopes,
            token=grant.token,
            refresh_token=grant.refresh_token,
            expires_at=grant.expires_at,
        )
        tenant = tenant_of(found.team)
        async with self.purges.holding(tenant) as hold:
            await self.purges.settle(tenant, partial(has_left, self.workspaces), hold)
            await self.installations.keep(installation)
        self.workspaces.forget(found.team)
        log.info("installed", team=found.team, missing=sorted(BOT_SCOPES - installation.scopes))
        return installation

    async def decline(self, grant: Grant) -> None:
        """Give back what was granted, as well as possible."""
        client = client_of(self.session, self.oauth.client.base_url.rstrip("/"), grant.token)
        try:
            with platform_errors():
                await client.auth_revoke()
        except PlatformError as error:
            log.warning("grant_not_given_back", reason=str(error))


@dataclass(frozen=True, slots=True)
class InstallPages:
    """What stands at the two addresses of an installation."""

    installer: Installer
    states: States
    public_url: str

    @property
    def redirect_uri(self) -> str:
        """Where Slack leads people back to."""
        return f"{self.public_url}{REDIRECT_PATH}"

    def routes(self) -> list[web.RouteDef]:
        """The two addresses. Who only wants to know what is there must not use up what was begun."""
        return [
            web.get(PATH, self.begin, allow_head=False),
            web.get(REDIRECT_PATH, self.finish, allow_head=False),
        ]

    async def begin(self, request: web.Request) -> web.Response:
        """Lead a person to Slack."""
        del request
        state, browser = self.states.begin()
        url = self.installer.oauth.authorize_url(state, BOT_SCOPES, self.redirect_uri)
        response = web.Response(status=302, headers={**pages.HEADERS, "Location": url})
        response.set_cookie(
            COOKIE,
            browser,
            max_age=LIFE,
            httponly=True,
            samesite="Lax",  # it comes along when Slack leads back here, and with no request of another site's page
            secure=self.public_url.startswith("https:"),
        )
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """Tell a person who comes back from Slack what has become of it."""
        try:
            page = await self._finished(request)
        except (PlatformError, StoreError) as error:
            log.warning("installation_failed", error=type(error).__name__, reason=str(error))
            page = pages.AWAY
        response = page.response()
        response.del_cookie(COOKIE)
        return response

    async def _finished(self, request: web.Request) -> pages.Page:
        said = {name: request.query.get(name, "") for name in ("state", "error", "code")}
        if not await self.states.redeem(said["state"], request.cookies.get(COOKIE, "")):
            return pages.EXPIRED
        if said["error"] == "access_denied":
            return pages.CANCELLED
        if said["error"] or not said["code"]:
            log.warning("installation_refused", reason=said["error"][:100])
            return pages.REFUSED
        try:
            grant = await self.installer.oauth.exchange(said["code"], self.redirect_uri)
        except PlatformRefused as refused:
            log.error("installation_refused", reason=str(refused))  # noqa: TRY400 - all is said
            return pages.EXPIRED if str(refused) in _BEGIN_AGAIN else pages.MISCONFIGURED
        if not grant.team:
            await self.installer.decline(grant)
            return pages.FOR_AN_ORGANIZATION
        installation = await self.installer.install(grant)
        return pages.installed(installation.name, missing_in_words(BOT_SCOPES - installation.scopes))
