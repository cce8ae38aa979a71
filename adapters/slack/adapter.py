"""The Slack platform: connected, listening, and speaking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import structlog

from adapters.platforms import Receive
from adapters.settings import SettingsError
from adapters.slack.app import Feature, Intake, build_app
from adapters.slack.assistant import Assistant
from adapters.slack.home import Home
from adapters.slack.homes import Homes
from adapters.slack.listeners import forms_opened
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.pace import Growth
from adapters.slack.persona_form import PersonaForm
from adapters.slack.places import place_of, team_of
from adapters.slack.posts import SlackPosts
from adapters.slack.reply import PACE, Manner, replying_with
from adapters.slack.requests import serve_events
from adapters.slack.sessions import Sessions
from adapters.slack.sockets import Sockets
from adapters.slack.surfaces import PATIENCE, Office
from adapters.slack.text import called_in, named
from adapters.slack.titles import title_of, titled
from adapters.slack.transcripts import transcript_of
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, Workspace, Workspaces, workspace_of
from bot.allowance import Allowance
from bot.beside import beside
from bot.commands.parsing import name_of
from bot.delivery import Pace
from bot.errors import PlatformBusy, PlatformRefused
from bot.feedback import Feedback
from bot.journal import Journal
from bot.messages import Conversation, IncomingMessage
from bot.notes import Notes
from bot.overview import Overview
from bot.reply import ReplySink
from bot.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """What Slack gave the operator. An app token means Socket Mode; without one, events come over HTTP."""

    bot_token: str
    app_token: str | None = None
    signing_secret: str | None = None
    api_url: str = "https://slack.com/api"
    port: int = 8_000
    prefix: str = ""
    bots: frozenset[str] = frozenset()
    """Ids of bots and apps whose mentions are answered."""


@dataclass(frozen=True, slots=True)
class SlackPlatform:
    """A Platform."""

    keys: SlackKeys
    workspace: Workspace
    workspaces: Workspaces
    store: Store
    pace: Pace = PACE
    sessions: Sessions = field(default_factory=Sessions)

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever."""
        feedback = Feedback(self.store)
        intake = Intake(receive, feedback.keep, self.workspaces, self.keys.prefix, self.keys.bots)
        app = build_app(intake, [forms_opened, *self._surfaces(receive)])
        if self.keys.app_token:
            try:
                await Sockets(app, self.keys.app_token, self.workspace.web.client).run()
            except PlatformRefused as error:
                raise SettingsError(
                    f"Slack refuses SLACK_APP_TOKEN ({error}): generate an app-level token with the scope "
                    "connections:write on your app's page Basic Information; it begins with xapp-."
                ) from error
        elif self.keys.signing_secret:
            await serve_events(app, self.keys.signing_secret, self.keys.port)

    def _surfaces(self, receive: Receive) -> tuple[Feature, ...]:
        """What there is beside messages."""
        office = Office(receive, self.workspaces, Overview(self.store.patient(PATIENCE)), self.keys.prefix)
        homes = Homes(office)
        form = PersonaForm(office, homes.drawn_once)
        return form, Home(office, homes, form), Assistant(self.workspaces, self.store)

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with the names of its people."""
        workspace = await self.workspaces.find(team_of(message.conversation))
        author = message.author
        people = set() if author.automatic else {author.id}
        names = await workspace.people.names(people | called_in(message.text))
        message = replace(
            message,
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
        manner = Manner(self.sessions, title if place.opens else "", self.keys.prefix)
        async with AsyncExitStack() as stack:
            if title and message.direct and message.conversation.thread and not place.ticket:
                notes = Notes(self.store, message.conversation.tenant)
                await stack.enter_async_context(beside(titled(workspace.web, notes, place, title)))
            yield await stack.enter_async_context(replying_with(posts, journal, self.pace, manner))


@asynccontextmanager
async def open_slack(keys: SlackKeys, store: Store) -> AsyncIterator[SlackPlatform]:
    """Slack, as the bot token's workspace knows it. Raises PlatformError."""
    async with open_session() as session:
        workspace = await workspace_of(session, keys.api_url, keys.bot_token)
        if missing := sorted(BOT_SCOPES - workspace.scopes):
            log.warning("scopes_missing", scopes=missing)
        yield SlackPlatform(keys, workspace, OneWorkspace(workspace), store)
