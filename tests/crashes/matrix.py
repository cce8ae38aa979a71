"""The matrix: turns of every kind, played with a death at any of their points."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.keys import ConversationKeys
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.store import Store, open_store
from simulators.noticeboard import NoticeBoard
from simulators.openai import OpenAISimulator
from tests.crashes.job import Job, Point
from tests.crashes.kinds import Answers, Kind, tag_of
from tests.crashes.lives import Forks, Life
from tests.crashes.standing import Standing, doubles, read_standing

WIDTH = 8
"""Turns that are played at the same time, each in a database of its own."""
CONCLUDED = "redis:journal(conclusion)"
ASKED = "model:chat/completions"
_WORDS_BEFORE_STOP = 5


@dataclass(frozen=True, slots=True)
class Played:
    """A turn that was played to its end: the lives of its workers, and what they left behind."""

    kind: Kind
    lives: tuple[Life, ...]
    standing: Standing
    asked: int
    """Requests that the model had."""
    doubles: tuple[str, ...]

    @property
    def deaths(self) -> int:
        """How many of the workers were killed."""
        return sum(bool(life.killed) for life in self.lives)

    @property
    def asked_in_vain(self) -> bool:
        """Whether the model was asked although an earlier life had noted its whole answer."""
        known = False
        for life in self.lives:
            if known and ASKED in life.operations:
                return True
            known |= CONCLUDED in life.ended
        return False


@dataclass(slots=True)
class Matrix:
    """The servers and databases on which turns of one kind are played."""

    kind: Kind
    forks: Forks
    board: NoticeBoard
    model: OpenAISimulator
    _databases: asyncio.Queue[tuple[str, Store]]
    _tags: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    async def play(self, *targets: Point) -> Played:
        """A turn whose workers die one after the other, each at its point, until one comes to the end."""
        tag = f"{self.kind.name}-{next(self._tags)}"
        message = self.kind.message(tag)
        async with self.database() as (url, store):
            await Mailbox(store).accept(message)
            lives = await self._lives(self.job(url, message), store, targets)
            standing = await read_standing(store, self.board, self.kind, tag)
        place = message.answered_in.thread or tag
        found = doubles(self.board.writes, place)
        return Played(self.kind, tuple(lives), standing, self.asked(tag), tuple(found))

    @asynccontextmanager
    async def database(self) -> AsyncIterator[tuple[str, Store]]:
        """An empty database that nobody else uses."""
        url, store = await self._databases.get()
        try:
            await store.do("FLUSHDB")
            yield url, store
        finally:
            self._databases.put_nowait((url, store))

    async def play_all(self, plays: Sequence[tuple[Point, ...]]) -> list[Played]:
        """Many turns, some at the same time."""
        return await asyncio.gather(*(self.play(*targets) for targets in plays))

    def job(self, url: str, *messages: IncomingMessage) -> Job:
        """The job of a worker that is to answer messages; its points are those of the first."""
        marks = tuple(ConversationKeys(each.conversation).mark(each.id) for each in messages)
        turn = messages[0].id
        return Job(url, self.model.base_url, self.board.base_url, self.kind.limit, turn, marks)

    def asked(self, tag: str) -> int:
        """How often the model was asked in a conversation."""
        requests = self.model.requests_to("chat")
        return sum(tag_of(str(each.body["messages"][-1]["content"])) == tag for each in requests)

    async def _lives(self, job: Job, store: Store, targets: Sequence[Point]) -> list[Life]:
        first, *others = [replace(job, target=target) for target in (*targets, None)]
        lives = [await (self._stopped(first, store) if self.kind.stops else self.forks.live(first))]
        for each in others:
            if not lives[-1].killed:
                break
            lives.append(await self.forks.live(each))
        return lives

    async def _stopped(self, job: Job, store: Store) -> Life:
        """A life in which somebody stops the answer, or after which, if it did not come so far."""
        message = self.kind.message(job.turn)
        living = asyncio.create_task(self.forks.live(job))
        growing = asyncio.create_task(self.board.until(lambda: self._has_begun(job.turn)))
        await asyncio.wait((living, growing), return_when=asyncio.FIRST_COMPLETED)
        growing.cancel()
        stop = replace(message, id=f"{message.id}-stop", text="/stop")
        receipt = await Mailbox(store).accept(stop, "stop")
        assert receipt.outcome == "stopped"
        return await living

    def _has_begun(self, place: str) -> bool:
        return any(len(post.text.split()) >= _WORDS_BEFORE_STOP for post in self.board.posts(place))


@asynccontextmanager
async def open_matrix(kind: Kind, forks: Forks, valkey: str) -> AsyncIterator[Matrix]:
    """The servers for one kind of turn."""
    async with AsyncExitStack() as stack:
        board = await stack.enter_async_context(NoticeBoard())
        model = await stack.enter_async_context(
            OpenAISimulator(models=("*",), responder=Answers(kind.words), behaviour=kind.pace)
        )
        databases: asyncio.Queue[tuple[str, Store]] = asyncio.Queue()
        for number in range(1, WIDTH + 1):
            url = f"{valkey.rpartition('/')[0]}/{number}"
            databases.put_nowait((url, await stack.enter_async_context(open_store(url))))
        yield Matrix(kind, forks, board, model, databases)


def points_of(operations: Sequence[str]) -> list[Point]:
    """Both moments of each operation. Just before a claim is found there is none yet."""
    counts: Counter[str] = Counter()
    points = []
    for name in operations:
        counts[name] += 1
        before = [] if name == "redis:claim" else [Point(name, counts[name], "before")]
        points += [*before, Point(name, counts[name], "after")]
    return points
