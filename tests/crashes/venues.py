"""Where turns are played: what a platform is to the matrix. And the notice board as one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.messages import IncomingMessage
from simulators.noticeboard import NoticeBoard, Write
from tests.crashes.job import Board, Discord, Slack
from tests.crashes.kinds import Kind
from tests.crashes.standing import Shown

WORDS_BEFORE_STOP = 5
"""How much of an answer must stand before somebody wants it stopped."""


class Venue(Protocol):
    """A platform on which turns of one kind are played, each in a place of its own."""

    @property
    def kind(self) -> Kind:
        """The kind of turns."""

    async def asked(self, tag: str) -> IncomingMessage:
        """A new message, as it is taken in."""

    def platform(self, message: IncomingMessage) -> Board | Slack | Discord:
        """What a worker is told of where the message came from."""

    async def until_begun(self, message: IncomingMessage) -> None:
        """Return once so much of the answer stands that somebody may want it stopped."""

    async def stopped(self, message: IncomingMessage) -> IncomingMessage:
        """What is taken in when the author of a message wants its answer stopped."""

    def shown(self, message: IncomingMessage) -> list[Shown]:
        """What the author sees of the reply."""

    def doubles(self, message: IncomingMessage) -> list[str]:
        """What stood there twice at the same time."""


@dataclass(frozen=True, slots=True)
class BoardVenue:
    """A notice board."""

    kind: Kind
    board: NoticeBoard

    async def asked(self, tag: str) -> IncomingMessage:
        """A new message, as it is taken in."""
        return self.kind.message(tag)

    def platform(self, message: IncomingMessage) -> Board:
        """The address of all boards."""
        del message
        return Board(self.board.base_url, self.kind.limit)

    async def until_begun(self, message: IncomingMessage) -> None:
        """Return once so much of the answer stands that somebody may want it stopped."""

        def has_begun() -> bool:
            posts = self.board.posts(_place(message))
            return any(len(post.text.split()) >= WORDS_BEFORE_STOP for post in posts)

        await self.board.until(has_begun)

    async def stopped(self, message: IncomingMessage) -> IncomingMessage:
        """What is taken in when the author of a message wants its answer stopped."""
        return replace(message, id=f"{message.id}-stop", text="/stop")

    def shown(self, message: IncomingMessage) -> list[Shown]:
        """What the author sees of the reply."""
        return [Shown(post.text, post.reader is not None) for post in self.board.find(_place(message))]

    def doubles(self, message: IncomingMessage) -> list[str]:
        """What stood there twice at the same time."""
        return doubles(self.board.writes, _place(message))


@asynccontextmanager
async def open_board(kind: Kind) -> AsyncIterator[BoardVenue]:
    """Notice boards for one kind of turn."""
    async with NoticeBoard() as board:
        yield BoardVenue(kind, board)


def doubles(writes: Iterable[Write], place: str) -> list[str]:
    """The keys under which two posts stood on a board at the same time."""
    standing: dict[str, str] = {}
    found = []
    for write in writes:
        if write.board != place:
            continue
        if write.kind == "post":
            if write.key in standing.values():
                found.append(write.key)
            standing[write.id] = write.key
        elif write.kind == "delete":
            del standing[write.id]
    return found


def _place(message: IncomingMessage) -> str:
    place = message.answered_in
    return place.thread or place.channel
