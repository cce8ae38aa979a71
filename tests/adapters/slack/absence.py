"""A workspace that Parley is away from: what tests of its return have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.keys import attended_key
from bot.store import Store
from simulators.slack import Channel
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office, open_service

LATE = "while I was away"
READS = ("conversations.replies", "conversations.history")


@asynccontextmanager
async def at_work(
    office: Office, url: str, services: int = 1, *, over_http: bool = False
) -> AsyncIterator[None]:
    """Parley listens and answers, in one process or several."""
    async with AsyncExitStack() as stack:
        for _ in range(services):
            door = await stack.enter_async_context(open_service(office, url, over_http=over_http))
            office.slack.app.request_url = door
        yield


async def later(store: Store, seconds: float) -> None:
    """Let it be so much later than it was, as far as Parley knows."""
    await store.do("ZINCRBY", attended_key("slack"), int(-seconds * 1000), "")


async def known_thread(office: Office, question: str = "First?", channel: Channel | None = None) -> str:
    """A thread in which Parley takes part."""
    channel = channel or office.general
    thread = await office.ada.mentions(question, channel)
    await office.until_answered(thread, answer_to(question), channel)
    return thread


def texts(office: Office, thread: str, channel: Channel | None = None) -> list[str]:
    """What Parley says in a thread."""
    return [each.text for each in office.replies(thread, channel)]


def reads(office: Office) -> int:
    """How often conversations were read."""
    return sum(len(office.slack.calls_to(method)) for method in READS)


async def until_read(office: Office, store: Store) -> None:
    """Return once the gap is filled."""
    async with asyncio.timeout(20):
        while not reads(office) or await store.do("EXISTS", "parley:{slack}:gap"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
