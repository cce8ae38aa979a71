"""The place in Slack where a message is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.slack.commands import spelled
from adapters.slack.places import Place
from adapters.slack.replies.posts import SlackPosts
from adapters.slack.replies.sessions import Loader, Sessions
from adapters.slack.replies.status import StatusLine, status_line
from bot.delivery import Delivery, delivering
from bot.insistence import Pace
from bot.journal import Journal
from bot.reply import Ending, ReplySink

PACE = Pace(write=0.1)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reply presents itself beside what it says."""

    sessions: Sessions = field(default_factory=Sessions)
    title: str = ""
    """What its thread is called if it begins with this reply."""
    prefix: str = ""
    """What stands before the names of slash commands."""


@dataclass(frozen=True, slots=True)
class SlackReply:
    """A ReplySink whose status stands in Slack's own line, and all else in posts.

    What is not the model's own answer names commands as they are written where it stands.
    """

    delivery: Delivery
    line: StatusLine
    place: Place
    prefix: str

    async def status(self, text: str) -> None:
        """Show what is being done."""
        self.line.show(text)

    def expect(self) -> None:
        """Set nothing up: Slack opens threads by itself."""

    def write(self, text: str) -> None:
        """Append to the answer."""
        self.delivery.write(text)

    async def finish(self, ending: Ending) -> None:
        """End the answer."""
        await self.delivery.finish(ending)

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Say something that is not the answer."""
        await self.delivery.notice(self._spelled(text), private=private)

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Say why there is no answer, or only a part of one."""
        await self.delivery.fail(self._spelled(text), private=private)

    async def attach(self, name: str, content: str) -> None:
        """Hand over a document."""
        await self.delivery.attach(name, content)

    async def take_back(self, name: str) -> None:
        """Take away the reply to another message."""
        await self.delivery.take_back(name)

    async def find(self, key: str) -> str | None:
        """The post under a key, read back."""
        return await self.delivery.find(key)

    def _spelled(self, text: str) -> str:
        return spelled(text, self.prefix, threaded=self.place.thread is not None)


@asynccontextmanager
async def replying_with(
    posts: SlackPosts, journal: Journal, pace: Pace = PACE, manner: Manner | None = None
) -> AsyncIterator[ReplySink]:
    """The place in which these posts stand."""
    manner = manner or Manner()
    loader = Loader(posts.web, posts.place, manner.sessions, manner.title, journal.resumed)
    try:
        async with status_line(loader) as line, delivering(posts, journal, pace) as delivery:
            posts.watched_by(line)
            yield SlackReply(delivery, line, posts.place, manner.prefix)
    finally:
        await posts.growth.over(grown=posts.grown)
