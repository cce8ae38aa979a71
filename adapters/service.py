"""Parley as a service: platforms that listen, and a worker that answers, in one process or in several."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass

import structlog

from adapters.composition import open_engine, open_memory
from adapters.platforms import Platform, Speakers
from adapters.settings import Settings
from bot.attempts import Attempts
from bot.bell import Bell
from bot.beside import beside
from bot.engine import Engine
from bot.mailbox import Mailbox
from bot.reception import Reception
from bot.store import Store
from bot.together import together
from bot.worker import CAPACITY, GRACE, Worker

log = structlog.get_logger()

START_WITHIN = 30.0
"""Seconds in which Redis must be there: it may start, or fail over, at the same time as we do."""
YOUNG = 10_000, 20, 100
"""How many new objects there are before the garbage collector looks through the youngest, and how many such looks
before it looks through the older and the oldest ones."""
MOMENT = 1.0
"""Seconds in which a second signal is taken for the first."""
Opening = Callable[[Store], AbstractAsyncContextManager[Mapping[str, Platform]]]
"""Opens the platforms, by name."""
OUTAGE = 600.0
"""Seconds for which a turn that has begun waits for Redis to come back."""


@dataclass(frozen=True, slots=True)
class Workload:
    """How much a worker does at once, and how many seconds running turns are given when it is told to end."""

    capacity: int = CAPACITY
    grace: float = GRACE


async def serve(
    settings: Settings,
    opening: Opening,
    *,
    listening: bool = True,
    working: Workload | None = Workload(),
) -> int:
    """Listen, work, or both, until a signal ends it; the exit status. Raises StoreError if Redis is not there at first.

    At SIGTERM or Ctrl-C nothing more is heard or claimed, and what is being answered is ended or handed over.
    """
    over = asyncio.Event()
    starting = asyncio.timeout(None)

    def end() -> None:
        over.set()
        if not started:
            starting.reschedule(asyncio.get_running_loop().time())

    started = False
    async with AsyncExitStack() as stack:
        stack.enter_context(ended_by_signals(end))
        try:
            async with starting:
                store = await stack.enter_async_context(open_memory(settings, START_WITHIN))
                engine = await stack.enter_async_context(open_engine(settings, store.patient(OUTAGE)))
                platforms = await stack.enter_async_context(opening(store))
                started = True
        except TimeoutError:
            return 0  # it was told to end before it began
        # To look through all that is there for garbage stops everything for 0.2 s. What is there by now stays, and of
        # what comes, nearly all is gone before it is old.
        gc.freeze()
        gc.set_threshold(*YOUNG)
        log.info("started", platforms=sorted(platforms), listening=listening, working=working is not None)
        speakers = Speakers(platforms)
        await together(
            _listen(
                platforms if listening else {},
                Reception(Mailbox(store, retention_days=settings.retention_days), speakers.replying),
                over,
            ),
            _work(_worker(working, settings, store, engine, speakers), over) if working else _wait(over),
        )
    log.info("ended")
    return 0


def _worker(load: Workload, settings: Settings, store: Store, engine: Engine, speakers: Speakers) -> Worker:
    mailbox = Mailbox(store, retention_days=settings.retention_days)
    return Worker(
        mailbox=mailbox,
        history=engine.history,
        bell=Bell(store),
        attempt=Attempts(mailbox, engine.answering, speakers.replying, speakers.read),
        stop=engine.running.stop,
        capacity=load.capacity,
        grace=load.grace,
    )


async def _listen(platforms: Mapping[str, Platform], reception: Reception, over: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        for platform in platforms.values():
            await stack.enter_async_context(beside(platform.listen(reception)))
        await over.wait()


async def _work(worker: Worker, over: asyncio.Event) -> None:
    async with beside(_leave_after(over, worker)):
        await worker.run()


async def _wait(over: asyncio.Event) -> None:
    await over.wait()


async def _leave_after(over: asyncio.Event, worker: Worker) -> None:
    await over.wait()
    worker.leave()


@contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` for SIGTERM and for Ctrl-C; one that follows later ends the process as if nobody listened.

    Within a moment the same signal may come twice: to the group of processes, and from the parent that had it too.
    """
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def listen_no_more() -> None:
        for each in signals:
            loop.remove_signal_handler(each)

    def ending() -> None:
        loop.call_later(MOMENT, listen_no_more)
        end()

    for each in signals:
        loop.add_signal_handler(each, ending)
    try:
        yield
    finally:
        for each in signals:
            loop.remove_signal_handler(each)
