"""The Slack platform: it listens, reads and speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.attachments.files import Files
from adapters.platforms import Receive
from adapters.slack.hearing.app import Feature, Intake, build_app
from adapters.slack.hearing.backfill import Backfill
from adapters.slack.installing.departures import has_left
from adapters.slack.keys import SlackKeys
from adapters.slack.places import PLATFORM, place_of, team_of, tenant_of
from adapters.slack.reading.fetching import SlackFiles
from adapters.slack.reading.transcripts import transcript_of
from adapters.slack.replies.pace import Growth
from adapters.slack.replies.posts import SlackPosts
from adapters.slack.replies.reply import PACE, Manner, replying_with
from adapters.slack.replies.sessions import Sessions
from adapters.slack.replies.titles import title_in, titled
from adapters.slack.surfaces.assistant import Assistant
from adapters.slack.surfaces.home import Home
from adapters.slack.surfaces.homes import Homes
from adapters.slack.surfaces.listeners import forms_opened
from adapters.slack.surfaces.office import PATIENCE, Office
from adapters.slack.surfaces.persona_form import PersonaForm
from adapters.slack.text import called_in, named
from adapters.slack.workspaces import Workspace, Workspaces
from bot.allowance import Allowance
from bot.attendance import Attendance
from bot.beside import beside
from bot.commands.parsing import summed_up_from
from bot.errors import PlatformRefused
from bot.feedback import Feedback
from bot.insistence import Pace
from bot.journal import Journal
from bot.messages import Conversation, IncomingMessage
from bot.notes import Notes
from bot.overview import Overview
from bot.presence import Presence, attend
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

    keys: SlackKeys
    hear: Hear
    workspaces: Workspaces
    store: Store
    purges: Purges
    pace: Pace = PACE
    sessions: Sessions = field(default_factory=Sessions)
    files: Files = field(default_factory=lambda: Files("Slack"))

    async def listen(self, receive: Receive) -> None:
        """Hand over every message, for ever; late those that were written while nobody listened."""
        presence = Presence()

        async def heard(message: IncomingMessage) -> object:
            presence.heard(message.conversation.tenant)
            return await receive(message)

        rate = Feedback(self.store, self.keys.retention_days).keep
        intake = Intake(heard, rate, self.workspaces, self.keys.prefix, self.keys.bots, self._left)
        attendance = Attendance(self.store, PLATFORM)
        async with (
            beside(self.purges.keep(PLATFORM, partial(has_left, self.workspaces))),
            beside(attend(attendance, presence, Backfill(intake, attendance))),
        ):
            await self.hear(build_app(intake, [forms_opened, *self._surfaces(heard)]), presence)

    async def _left(self, team: str) -> None:
        await self.purges.want(tenant_of(team))
        log.error("workspace_left", team=team, cure="install the app again, and set its new token")

    def _surfaces(self, receive: Receive) -> tuple[Feature, ...]:
        """What there is beside messages."""
        office = Office(receive, self.workspaces, Overview(self.store.patient(PATIENCE)), self.keys.prefix)
        homes = Homes(office)
        form = PersonaForm(office, homes.drawn_once)
        return form, Home(office, homes, form), Assistant(self.workspaces, self.store)

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        """The message with the names of its people, and with what is in its files."""
        if message.deleted:
            return message
        workspace = await self.workspaces.find(team_of(message.conversation))
        author = message.author
        people = set() if author.automatic else {author.id}
        names = await workspace.people.names(people | called_in(message.text))
        message = replace(
            await self.files.read(message, SlackFiles(workspace)),
            author=replace(author, name=names.get(author.id) or author.name),
            text=named(message.text, names),
        )
        since = summed_up_from(message.text)
        if since is None:
            return message
        return replace(message, transcript=await self._transcript(workspace, message.conversation, since))

    async def _transcript(self, workspace: Workspace, place: Conversation, since: str) -> tuple[str, ...]:
        """What was said there; nothing where the app may not read, so that at most what it remembers is summed up."""
        try:
            return await transcript_of(workspace.web, workspace.people, place, workspace.bot, since)
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
        title = title_in(message)
        manner = Manner(self.sessions, title if place.opens else "", self.keys.prefix)
        async with AsyncExitStack() as stack:
            stack.callback(self.files.let_go, message)
            if title and message.direct and message.conversation.thread and not place.ticket:
                notes = Notes(self.store, message.conversation.tenant)
                await stack.enter_async_context(beside(titled(workspace.web, notes, place, title)))
            reply = await stack.enter_async_context(replying_with(posts, journal, self.pace, manner))
            if not message.deleted and (message.files or summed_up_from(message.text) is not None):
                await reply.status(READING)
            yield reply
