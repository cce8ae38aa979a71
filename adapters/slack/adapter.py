"""The Slack platform: connected, listening, and speaking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import aiohttp
import click
import structlog
from slack_bolt.async_app import AsyncApp

from adapters.platforms import Receive
from adapters.settings import SettingsError
from adapters.slack.app import Feature, Intake, build_app
from adapters.slack.assistant import Assistant
from adapters.slack.backfill import Backfill
from adapters.slack.departures import UNINSTALLED, has_left
from adapters.slack.files import Files
from adapters.slack.home import Home
from adapters.slack.homes import Homes
from adapters.slack.install import Installer, InstallPages
from adapters.slack.installations import Installations
from adapters.slack.installed import InstalledWorkspaces
from adapters.slack.keys import InstallKeys, SlackKeys
from adapters.slack.listeners import forms_opened
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.oauth import oauth_of
from adapters.slack.pace import Growth
from adapters.slack.persona_form import PersonaForm
from adapters.slack.places import PLATFORM, place_of, team_of, tenant_of
from adapters.slack.posts import SlackPosts
from adapters.slack.reply import PACE, Manner, replying_with
from adapters.slack.requests import serve_events
from adapters.slack.rotation import Rotation
from adapters.slack.scopes import missing_in_words
from adapters.slack.sealing import Seal
from adapters.slack.sessions import Sessions
from adapters.slack.sockets import Sockets
from adapters.slack.states import States
from adapters.slack.surfaces import PATIENCE, Office
from adapters.slack.text import called_in, named
from adapters.slack.titles import title_of, titled
from adapters.slack.transcripts import transcript_of
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, Workspace, Workspaces, workspace_of
from bot.allowance import Allowance
from bot.attendance import Attendance
from bot.beside import beside
from bot.commands.parsing import name_of
from bot.delivery import Pace
from bot.errors import PlatformBusy, PlatformRefused
from bot.feedback import Feedback
from bot.journal import Journal
from bot.messages import Conversation, IncomingMessage
from bot.notes import Notes
from bot.overview import Overview
from bot.presence import Always, Presence, attend
from bot.purge import Purges
from bot.reply import ReplySink
from bot.store import Store

log = structlog.get_logger()

READING = "Reading…"


Hear = Callable[[AsyncApp, Presence], Awaitable[None]]
"""Brings what Slack says to the app, for ever, and tells whether it can be heard. Raises SettingsError."""


@dataclass(frozen=True, slots=True)
class SlackPlatform:
    """A Platform."""

    prefix: str
    hear: Hear
    workspaces: Workspaces
    store: Store
    purges: Purges
    bots: frozenset[str] = frozenset()
    """Ids of bots and apps whose mentions are answered."""
    pace: Pace = PACE
    sessions: Sessions = field(default_factory=Sessions)
    files: Files = field(default_factory=Files)

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever; late those that were written while nobody listened."""
        presence = Presence()

        async def heard(message: IncomingMessage) -> object:
            presence.heard(message.conversation.tenant)
            return await receive(message)

        rate = Feedback(self.store).keep
        intake = Intake(heard, rate, self.workspaces, self.prefix, self.bots, self._left)
        attendance = Attendance(self.store, PLATFORM)
        async with (
            beside(self.purges.keep(PLATFORM, partial(has_left, self.workspaces))),
            beside(attend(attendance, presence, Backfill(intake, attendance))),
        ):
            await self.hear(build_app(intake, [forms_opened, *self._surfaces(heard)]), presence)

    async def _left(self, team: str) -> None:
        await self.purges.want(tenant_of(team))

    def _surfaces(self, receive: Receive) -> tuple[Feature, ...]:
        """What there is beside messages."""
        office = Office(receive, self.workspaces, Overview(self.store.patient(PATIENCE)), self.prefix)
        homes = Homes(office)
        form = PersonaForm(office, homes.drawn_once)
        return form, Home(office, homes, form), Assistant(self.workspaces, self.store)

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with the names of its people, and with what is in its files."""
        workspace = await self.workspaces.find(team_of(message.conversation))
        author = message.author
        people = set() if author.automatic else {author.id}
        names = await workspace.people.names(people | called_in(message.text))
        message = replace(
            await self.files.read(message, workspace),
            author=replace(author, name=names.get(author.id) or author.name),
            text=named(message.text, names),
        )
        if name_of(message.text) != "summarize":
            return message
        return replace(message, transcript=await self._transcript(workspace, message.conversation))

    async def _transcript(self, workspace: Workspace, place: Conversation) -> tuple[str, ...]:
        """What was said there; nothing where the app may not read, so that at most what it remembers is summed up."""
        while True:
            try:
                return await transcript_of(workspace.web, workspace.people, place, workspace.bot)
            except PlatformBusy as busy:
                await asyncio.sleep(busy.retry_after)
            except PlatformRefused as error:
                log.warning("no_transcript", reason=str(error))
                return ()

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        """The place where a message is answered."""
        place = place_of(message)
        workspace = await self.workspaces.find(place.team)
        growth = Growth(Allowance(self.store, message.conversation.tenant), journal.name)
        posts = SlackPosts(workspace.web.of(journal.name), workspace.bot, place, journal, growth)
        title = title_of(message)
        manner = Manner(self.sessions, title if place.opens else "", self.prefix)
        async with AsyncExitStack() as stack:
            stack.callback(self.files.let_go, message)
            if title and message.direct and message.conversation.thread and not place.ticket:
                notes = Notes(self.store, message.conversation.tenant)
                await stack.enter_async_context(beside(titled(workspace.web, notes, place, title)))
            reply = await stack.enter_async_context(replying_with(posts, journal, self.pace, manner))
            if message.files:
                await reply.status(READING)
            yield reply


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
            await purges.carry_out(PLATFORM, _is_uninstalled)
        raise
    if missing := sorted(BOT_SCOPES - workspace.scopes):
        log.warning("scopes_missing", scopes=missing)
        cure = "install the app again from a fresh manifest, which `parley manifest slack` prints"
        click.echo(
            f"parley: Slack has not granted all that Parley asks for: {'; '.join(missing_in_words(missing))}. "
            f"To have it all, {cure}.",
            err=True,
        )
    return SlackPlatform(
        keys.prefix, partial(_hear_one, keys, workspace), OneWorkspace(workspace), store, purges, keys.bots
    )


async def _is_uninstalled(tenant: str) -> bool:
    del tenant
    return True


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
    installations, purges = Installations(store, Seal(install.secret)), Purges(store)
    rotation = Rotation(installations, oauth)
    workspaces = InstalledWorkspaces(rotation, session, keys.api_url)
    installer = Installer(oauth, session, installations, workspaces, purges)
    routes = InstallPages(installer, States(store), install.public_url).routes()

    async def hear(app: AsyncApp, presence: Presence) -> None:
        presence.ways.append(Always())
        await serve_events(app, keys.signing_secret or "", keys.port, routes)

    try:
        yield SlackPlatform(keys.prefix, hear, workspaces, store, purges, keys.bots)
    finally:
        await rotation.close()
