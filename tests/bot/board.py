"""A notice board on which a reply is delivered, at a pace for tests, and what people read there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.delivery import Delivery, delivering
from bot.insistence import Pace
from bot.journal import Journal
from bot.reply import Ending
from simulators.noticeboard import NoticeBoard
from tests.fakes import ADA
from tests.noticeboard.posts import BoardPosts

COMPLETE = Ending("complete")
THINKING = "Thinking…"
PACE = Pace(write=0.001, look=(0.0, 0.05, 0.3), base=0.005, longest=10.0)
PATIENCE = 0.2
"""Seconds after which a client that is made impatient gives up."""
LATE = 0.32
"""Seconds of what comes too late for it, but before the last look."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board called general, and the posts of a reply to Ada on it."""

    noticeboard: NoticeBoard
    posts: BoardPosts

    def delivering(self, journal: Journal, pace: Pace = PACE) -> AbstractAsyncContextManager[Delivery]:
        """A delivery to this board."""
        return delivering(self.posts, journal, pace)

    def read(self) -> list[str]:
        """What Ada reads, post by post: the text, or the content of a document."""
        return [
            post.document.content if post.document else post.text
            for post in self.noticeboard.read_by(self.posts.board, self.posts.author)
        ]

    def ids(self) -> dict[str, str]:
        """Which post stands under which key."""
        return {post.key: post.id for post in self.noticeboard.find(self.posts.board)}

    async def until_read(self, text: str) -> None:
        """Return once a post says this."""
        await self.noticeboard.until(lambda: text in self.read())


@asynccontextmanager
async def hung(*, limit: int = 2_000, timeout: float = 10.0) -> AsyncIterator[Board]:  # noqa: ASYNC109 - of each request
    """A board of its own."""
    async with NoticeBoard() as noticeboard, aiohttp.ClientSession() as session:
        yield Board(noticeboard, BoardPosts(session, noticeboard.base_url, "general", ADA.id, timeout, limit))


Script = Callable[[Board, Delivery], Awaitable[None]]
"""What is said in a reply."""


async def plain(board: Board, reply: Delivery) -> None:
    """An answer that grows twice."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    reply.write("One ")
    await board.until_read("One")
    reply.write("two.")
    await board.until_read("One two.")
    await reply.finish(COMPLETE)


async def long(board: Board, reply: Delivery) -> None:
    """An answer that outgrows its posts."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    reply.write("The first part, ")
    await board.until_read("The first part,")
    reply.write("the second part, ")
    await board.until_read("the second part,")
    reply.write("and the third.")
    await reply.finish(Ending("length", "Cut off."))


async def flagged(board: Board, reply: Delivery) -> None:
    """A question that only its author may know the fate of."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    await reply.fail("I must not.", private=True)


async def failing(board: Board, reply: Delivery) -> None:
    """An answer that breaks off."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    reply.write("Half of ")
    await board.until_read("Half of")
    await reply.fail("It broke off.")


async def attaching(board: Board, reply: Delivery) -> None:
    """A document, and a word to it."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    await reply.attach("talk.md", "# Talk")
    await reply.notice("Here it is.")


async def cautious(board: Board, reply: Delivery) -> None:
    """An answer with a word of caution below it."""
    await reply.status(THINKING)
    await board.until_read(THINKING)
    reply.write("Yes.")
    await reply.finish(COMPLETE)
    await reply.notice("Nobody judged it.")


LIMIT = 18
"""Characters of a part, so few that a long answer needs no long text."""
SCRIPTS: dict[str, tuple[Script, list[str]]] = {
    "plain": (plain, ["One two."]),
    "long": (long, ["The first part, ", "the second part, ", "and the third.\n\n", "Cut off."]),
    "flagged": (flagged, ["I must not."]),
    "failing": (failing, ["Half of", "It broke off."]),
    "attaching": (attaching, ["# Talk", "Here it is."]),
    "cautious": (cautious, ["Yes.", "Nobody judged it."]),
}
"""What is said, and what Ada reads of it in the end."""
