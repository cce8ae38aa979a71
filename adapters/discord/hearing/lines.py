"""Lines: events of one channel are taken in one after the other, those of different channels at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.errors import StoreError

log = structlog.get_logger()

INTERACTION = "INTERACTION_CREATE"


@dataclass(frozen=True, slots=True)
class Event:
    """What Discord told of one thing that happened."""

    name: str
    """As in `MESSAGE_CREATE`."""
    data: Any = field(repr=False)
    shard: int = 0


TakeIn = Callable[[Event], Awaitable[None]]
"""Takes an event in. What raises StoreError is tried again until it is in; all else is not."""
Wants = Callable[[Event], bool]
"""Whether an event is to be taken in at all, which thousands in a second may not be."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much waits, and for how long in seconds."""

    most: int = 2_000
    """Events that wait. When there are so many, no more are read from the gateway."""
    at_once: int = 64
    """Channels whose events are taken in at the same time; interactions wait for none of them."""
    first_wait: float = 0.1
    longest_wait: float = 2.0
    """Before an event that could not be kept is tried again."""
    grace: float = 0.5
    """For those that are being taken in when nobody listens any more."""


class Progress:
    """How far the events of one session have been taken in."""

    def __init__(self, sequence: int = 0) -> None:
        self.last = sequence
        """The number of the last event that came."""
        self._waiting: OrderedDict[int, None] = OrderedDict()

    @property
    def sequence(self) -> int:
        """The number up to which every event is taken in, or was not wanted."""
        return next(iter(self._waiting)) - 1 if self._waiting else self.last

    def came(self, sequence: int) -> None:
        """An event came that nobody wants."""
        self.last = max(self.last, sequence)

    def began(self, sequence: int) -> None:
        """An event came that is to be taken in."""
        self.came(sequence)
        self._waiting[sequence] = None

    def ended(self, sequence: int) -> None:
        """That event is taken in."""
        self._waiting.pop(sequence, None)


@dataclass(slots=True, eq=False)
class Lines:
    """The events that wait, in a line for each channel."""

    take_in: TakeIn
    bounds: Bounds = Bounds()
    _lines: dict[str, deque[tuple[Event, Callable[[], None]]]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _room: asyncio.Semaphore = field(init=False)
    _turns: asyncio.Semaphore = field(init=False)
    _told: bool = False
    """Whether the log knows that events cannot be kept."""

    def __post_init__(self) -> None:
        self._room = asyncio.Semaphore(self.bounds.most)
        self._turns = asyncio.Semaphore(self.bounds.at_once)

    async def put(self, event: Event, done: Callable[[], None]) -> None:
        """Let an event wait for its turn, as soon as there is room; `done` is called when it is taken in."""
        await self._room.acquire()
        name = line_of(event)
        if name in self._lines:
            self._lines[name].append((event, done))
            return
        self._lines[name] = deque([(event, done)])
        task = asyncio.create_task(self._empty(name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give what is being taken in a moment to come to its end. What waits is left."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.bounds.grace)
        for task in (tasks := set(self._tasks)):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _empty(self, name: str) -> None:
        line = self._lines[name]
        while line:
            event, done = line[0]
            await self._insist(event)
            line.popleft()
            done()
            self._room.release()
        del self._lines[name]

    async def _insist(self, event: Event) -> None:
        wait = self.bounds.first_wait
        while not await self._taken(event):
            await asyncio.sleep(wait)
            wait = min(wait * 2, self.bounds.longest_wait)

    async def _taken(self, event: Event) -> bool:
        async with nullcontext() if event.name == INTERACTION else self._turns:
            try:
                await self.take_in(event)
            except StoreError as error:
                if not self._told:
                    log.warning("not_taken_in", event_name=event.name, error=type(error).__name__)
                self._told = True
                return False
            except Exception:
                # One event must not be the end of all others.
                log.exception("event_crashed", event_name=event.name)
            self._told = False
            return True


@asynccontextmanager
async def open_lines(take_in: TakeIn, bounds: Bounds = Bounds()) -> AsyncIterator[Lines]:
    """Lines in which nothing waits, and of which nothing is left behind."""
    lines = Lines(take_in, bounds)
    try:
        yield lines
    finally:
        await lines.close()


def line_of(event: Event) -> str:
    """The channel that an event is about; else the server, or nothing in particular.

    An interaction waits for nothing: Discord gives it three seconds, in which a message may have to be asked about.
    """
    data = event.data
    if not isinstance(data, dict):
        return ""
    if event.name.startswith(("CHANNEL_", "THREAD_")):
        return str(data.get("id") or "")
    if event.name == INTERACTION:
        return str(data["id"])
    return str(data.get("channel_id") or data.get("guild_id") or "")
