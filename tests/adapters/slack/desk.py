"""The speaking half alone: a reply to Ada in a thread of hers, with nobody who listens and no engine behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from adapters.slack.places import Place
from adapters.slack.replies.pace import Growth
from adapters.slack.replies.posts import SlackPosts
from adapters.slack.replies.reply import replying_with
from adapters.slack.web import open_session
from adapters.slack.workspaces import Workspace, workspace_of
from bot.allowance import Allowance
from bot.insistence import Pace
from bot.reply import ReplySink
from bot.store import Store
from simulators.slack import Channel, Person, Seen, SlackSimulator
from tests.fakes import RecordingJournal

PACE = Pace(write=0.001, look=(0.0, 0.02, 0.05), base=0.01, longest=10.0)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a test writes as Parley does, and reads as Ada does."""

    slack: SlackSimulator
    session: aiohttp.ClientSession
    workspace: Workspace
    store: Store
    thread: str
    journal: RecordingJournal = field(default_factory=RecordingJournal)

    @property
    def general(self) -> Channel:
        """The channel of the thread."""
        return self.slack.workspace.channel("general")

    @property
    def ada(self) -> Person:
        """Who asked."""
        return self.slack.workspace.person("Ada")

    @property
    def place(self) -> Place:
        """The thread."""
        return Place(self.workspace.team, self.general.id, self.thread, self.thread, self.ada.id, "")

    def posts(self) -> SlackPosts:
        """The posts of the reply."""
        growth = Growth(Allowance(self.store, f"slack:{self.workspace.team}"), self.journal.name)
        web = self.workspace.web.of(self.journal.name)
        return SlackPosts(web, self.workspace.bot, self.place, self.journal, growth)

    @asynccontextmanager
    async def replying(self) -> AsyncIterator[ReplySink]:
        """The reply."""
        async with replying_with(self.posts(), self.journal, PACE) as reply:
            yield reply

    def seen(self) -> list[Seen]:
        """What Parley said, as Ada sees it."""
        everything = self.general.screen(viewer=self.ada) + self.general.screen(self.thread, self.ada)
        return [each for each in everything if each.ts != self.thread]

    def read(self) -> str:
        """All that Ada reads under her question: posts, files, and the status line."""
        files = self.slack.workspace.files
        texts = []
        for each in self.seen():
            texts += [
                each.text,
                *(files[one["id"]].content.decode() for one in each.message.get("files", ())),
            ]
        return "\n".join([*texts, self.general.status(self.thread)])


@asynccontextmanager
async def open_desk(store: Store) -> AsyncIterator[Desk]:
    """A desk at a thread in which only the question stands."""
    async with SlackSimulator() as slack, open_session() as session:
        slack.app.subscriptions.clear()
        thread = await slack.workspace.person("Ada").says("Well?", slack.workspace.channel("general"))
        workspace = await workspace_of(session, slack.api_url, slack.workspace.bot_token)
        yield Desk(slack, session, workspace, store, thread)
