"""The matrix: turns of every kind, played with a death at any of their points."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from bot.keys import ConversationKeys
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.store import Store, open_store
from simulators.openai import OpenAISimulator
from tests.crashes.job import Job, Point
from tests.crashes.kinds import Answers, Kind, tag_of
from tests.crashes.lives import Forks, Life
from tests.crashes.standing import Standing, read_standing, remember_before
from tests.crashes.venues import BoardVenue, Venue, open_board

V = TypeVar("V", bound=Venue)

WIDTH = 10
"""Turns that are played at the same time, each in a database of its own."""
CONCLUDED = "redis:journal(conclusion)"
ASKED = "model:chat/completions"


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
class Matrix(Generic[V]):
    """The servers and databases on which turns of one kind are played."""

    venue: V
    forks: Forks
    model: OpenAISimulator
    _databases: asyncio.Queue[tuple[str, Store]]
    _tags: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @property
    def kind(self) -> Kind:
        """The kind of turns."""
        return self.venue.kind

    async def play(self, *targets: Point) -> Played:
        """A turn whose workers die one after the other, each at its point, until one comes to the end."""
        tag = f"{self.kind.name}-{next(self._tags)}"
        async with self.database() as (url, store):
            message = await self.venue.asked(tag)
            await self._taken_in(message, store)
            lives = await self._lives(message, self.job(url, message), store, targets)
            standing = await read_standing(store, message, self.venue.shown(message), tag)
        found = self.venue.doubles(message)
        return Played(self.kind, tuple(lives), standing, self.asked(tag), tuple(found))

    async def _taken_in(self, message: IncomingMessage, store: Store) -> None:
        mailbox = Mailbox(store)
        if not message.changes:
            await mailbox.accept(message)
            return
        await remember_before(store, message)
        assert (await mailbox.change(message, late=False)).outcome == "accepted"

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
        platform = self.venue.platform(messages[0])
        return Job(url, self.model.base_url, platform, messages[0].id, marks)

    def asked(self, tag: str) -> int:
        """How often the model was asked in a conversation."""
        requests = self.model.requests_to("chat")
        return sum(tag_of(str(each.body["messages"][-1]["content"])) == tag for each in requests)

    async def _lives(
        self, message: IncomingMessage, job: Job, store: Store, targets: Sequence[Point]
    ) -> list[Life]:
        first, *others = [replace(job, target=target) for target in (*targets, None)]
        begins = self._stopped(message, first, store) if self.kind.stops else self.forks.live(first)
        lives = [await begins]
        for each in others:
            if not lives[-1].killed:
                break
            lives.append(await self.forks.live(each))
        return lives

    async def _stopped(self, message: IncomingMessage, job: Job, store: Store) -> Life:
        """A life in which somebody stops the answer, or after which, if it did not come so far."""
        living = asyncio.create_task(self.forks.live(job))
        growing = asyncio.create_task(self.venue.until_begun(message))
        await asyncio.wait((living, growing), return_when=asyncio.FIRST_COMPLETED)
        growing.cancel()
        receipt = await Mailbox(store).accept(await self.venue.stopped(message), "stop")
        assert receipt.outcome == "stopped"
        return await living


@asynccontextmanager
async def open_matrix(kind: Kind, forks: Forks, valkey: str) -> AsyncIterator[Matrix[BoardVenue]]:
    """The servers for one kind of turn on the notice board."""
    async with open_board(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        yield matrix


@asynccontextmanager
async def matrix_at(venue: V, forks: Forks, valkey: str) -> AsyncIterator[Matrix[V]]:
    """The model and the databases for turns at a venue."""
    kind = venue.kind
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(
            OpenAISimulator(models=("*",), responder=Answers(kind.words), behaviour=kind.pace)
        )
        databases: asyncio.Queue[tuple[str, Store]] = asyncio.Queue()
        for number in range(1, WIDTH + 1):
            url = f"{valkey.rpartition('/')[0]}/{number}"
            databases.put_nowait((url, await stack.enter_async_context(open_store(url))))
        yield Matrix(venue, forks, model, databases)


def points_of(operations: Sequence[str]) -> list[Point]:
    """Both moments of each operation. Just before a claim is found there is none yet."""
    counts: Counter[str] = Counter()
    points = []
    for name in operations:
        counts[name] += 1
        before = [] if name == "redis:claim" else [Point(name, counts[name], "before")]
        points += [*before, Point(name, counts[name], "after")]
    return points


def middle_points(points: list[Point]) -> list[Point]:
    """Of each operation and side the one in the middle."""
    groups: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        groups.setdefault((point.name, point.side), []).append(point)
    return [group[len(group) // 2] for group in groups.values()]


def platform_points(points: list[Point]) -> list[Point]:
    """All but those at the parts of the model's answer, of which the one in the middle stands for the others."""
    parts = [point for point in points if point.name.endswith("-part")]
    kept = frozenset(middle_points(parts))
    return [point for point in points if point in kept or not point.name.endswith("-part")]
