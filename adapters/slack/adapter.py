"""The Slack platform: connected, listening, and speaking."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.platforms import Receive
from adapters.settings import SettingsError
from adapters.slack.app import Intake, build_app
from adapters.slack.backfill import Backfill
from adapters.slack.files import Files
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.pace import Growth
from adapters.slack.places import PLATFORM, place_of, team_of
from adapters.slack.posts import SlackPosts
from adapters.slack.reply import PACE, replying_with
from adapters.slack.requests import serve_events
from adapters.slack.sockets import Sockets
from adapters.slack.text import called_in, named
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, Workspace, Workspaces, workspace_of
from bot.allowance import Allowance
from bot.attendance import Attendance
from bot.beside import beside
from bot.delivery import Pace
from bot.errors import PlatformRefused
from bot.journal import Journal
from bot.messages import Author, IncomingMessage
from bot.presence import Always, Presence, attend
from bot.reply import ReplySink
from bot.store import Store

log = structlog.get_logger()

READING = "Reading…"


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """What Slack gave the operator. An app token means Socket Mode; without one, events come over HTTP."""

    bot_token: str
    app_token: str | None = None
    signing_secret: str | None = None
    api_url: str = "https://slack.com/api"
    port: int = 8_000
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class SlackPlatform:
    """A Platform."""

    keys: SlackKeys
    workspace: Workspace
    workspaces: Workspaces
    store: Store
    pace: Pace = PACE
    files: Files = field(default_factory=Files)

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever; late those that were written while nobody listened."""
        presence = Presence()

        async def hear(message: IncomingMessage) -> object:
            presence.heard(message.conversation.tenant)
            return await receive(message)

        intake = Intake(hear, self.workspaces, self.keys.prefix)
        attendance = Attendance(self.store, PLATFORM)
        async with beside(attend(attendance, presence, Backfill(intake, attendance))):
            await self._hear(build_app(intake), presence)

    async def _hear(self, app: AsyncApp, presence: Presence) -> None:
        if self.keys.app_token:
            client = self.workspace.web.client
            try:
                await Sockets(app, self.keys.app_token, client, presence=presence).run()
            except PlatformRefused as error:
                raise SettingsError(
                    f"Slack refuses SLACK_APP_TOKEN ({error}): generate an app-level token with the scope "
                    "connections:write on your app's page Basic Information; it begins with xapp-."
                ) from error
        elif self.keys.signing_secret:
            presence.ways.append(Always())
            await serve_events(app, self.keys.signing_secret, self.keys.port)

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with the names of its people, and with what is in its files."""
        workspace = await self.workspaces.find(team_of(message.conversation))
        author = message.author
        names = await workspace.people.names({author.id, *called_in(message.text)})
        return replace(
            await self.files.read(message, workspace),
            author=Author(author.id, names.get(author.id) or author.name),
            text=named(message.text, names),
        )

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        """The place where a message is answered."""
        place = place_of(message)
        workspace = await self.workspaces.find(place.team)
        growth = Growth(Allowance(self.store, message.conversation.tenant), journal.name)
        posts = SlackPosts(workspace.web.of(journal.name), workspace.bot, place, journal, growth)
        try:
            async with replying_with(posts, journal, self.pace) as reply:
                if message.files:
                    await reply.status(READING)
                yield reply
        finally:
            self.files.let_go(message)


@asynccontextmanager
async def open_slack(keys: SlackKeys, store: Store) -> AsyncIterator[SlackPlatform]:
    """Slack, as the bot token's workspace knows it. Raises PlatformError."""
    async with open_session() as session:
        workspace = await workspace_of(session, keys.api_url, keys.bot_token)
        if missing := sorted(BOT_SCOPES - workspace.scopes):
            log.warning("scopes_missing", scopes=missing)
        yield SlackPlatform(keys, workspace, OneWorkspace(workspace), store)
