"""Slack, connected: to one workspace by its bot token, or to all that install the app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import aiohttp
import click
import structlog
from slack_bolt.async_app import AsyncApp

from adapters.settings import SettingsError
from adapters.slack.hearing.requests import serve_events
from adapters.slack.hearing.sockets import Sockets
from adapters.slack.installing.departures import UNINSTALLED, is_of_token, note_team, wanted_gone
from adapters.slack.installing.install import Installer, InstallPages
from adapters.slack.installing.installations import Installations
from adapters.slack.installing.installed import InstalledWorkspaces
from adapters.slack.installing.oauth import oauth_of
from adapters.slack.installing.rotation import Rotation
from adapters.slack.installing.sealing import Seal
from adapters.slack.installing.states import States
from adapters.slack.keys import InstallKeys, SlackKeys
from adapters.slack.places import PLATFORM
from adapters.slack.platform import SlackPlatform
from adapters.slack.scopes import BOT_SCOPES, missing_in_words
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, Workspace, workspace_of
from bot.errors import PlatformRefused
from bot.presence import Always, Presence
from bot.purge import Purges
from bot.store import Store

log = structlog.get_logger()


@asynccontextmanager
async def open_slack(keys: SlackKeys, store: Store) -> AsyncIterator[SlackPlatform]:
    """Slack, as one bot token or each workspace's own installation knows it. Raises PlatformError."""
    async with open_session() as session:
        if keys.install:
            async with _many(keys, keys.install, session, store) as platform:
                yield platform
        else:
            yield await _one(keys, session, store)


async def _one(keys: SlackKeys, session: aiohttp.ClientSession, store: Store) -> SlackPlatform:
    purges = Purges(store)
    try:
        workspace = await workspace_of(session, keys.api_url, keys.bot_token)
    except PlatformRefused as refused:
        if str(refused) in UNINSTALLED:
            # Nobody with this token will be here for as long as it takes.
            await purges.carry_out(PLATFORM, partial(is_of_token, store, keys.bot_token))
        raise
    if missing := sorted(BOT_SCOPES - workspace.scopes):
        log.warning("scopes_missing", scopes=missing)
        cure = "install the app again from a fresh manifest, which `parley manifest slack` prints"
        click.echo(
            f"parley: Slack has not granted all that Parley asks for: {'; '.join(missing_in_words(missing))}. "
            f"To have it all, {cure}.",
            err=True,
        )
    await note_team(store, keys.bot_token, workspace.team)
    return SlackPlatform(keys, partial(_hear_one, keys, workspace), OneWorkspace(workspace), store, purges)


async def _hear_one(keys: SlackKeys, workspace: Workspace, app: AsyncApp, presence: Presence) -> None:
    if keys.app_token:
        try:
            await Sockets(app, keys.app_token, workspace.web.client, presence=presence).run()
        except PlatformRefused as error:
            raise SettingsError(
                f"Slack refuses SLACK_APP_TOKEN ({error}): generate an app-level token with the scope "
                "connections:write on your app's page Basic Information; it begins with xapp-."
            ) from error
    elif keys.signing_secret:
        presence.ways.append(Always())
        await serve_events(app, keys.signing_secret, keys.port)


@asynccontextmanager
async def _many(
    keys: SlackKeys, install: InstallKeys, session: aiohttp.ClientSession, store: Store
) -> AsyncIterator[SlackPlatform]:
    oauth = oauth_of(session, keys.api_url, install.client_id, install.client_secret)
    seal, purges = Seal(install.secret), Purges(store)
    installations = Installations(store, seal)
    rotation = Rotation(installations, oauth, lost=partial(wanted_gone, purges))
    workspaces = InstalledWorkspaces(rotation, session, keys.api_url)
    installer = Installer(oauth, session, installations, workspaces, purges)
    routes = InstallPages(installer, States(store, seal), install.public_url).routes()

    async def hear(app: AsyncApp, presence: Presence) -> None:
        presence.ways.append(Always())
        await serve_events(app, keys.signing_secret or "", keys.port, routes)

    try:
        yield SlackPlatform(keys, hear, workspaces, store, purges)
    finally:
        await rotation.close()
