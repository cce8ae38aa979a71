"""A server that Parley is away from: what tests of its return have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from adapters.discord.routes import MESSAGES, SEARCH
from bot.keys import allowance_key, attended_key, gap_key, note_key
from bot.store import Store
from simulators.discord import Call, Channel
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_service

LATE = "while I was away"


@asynccontextmanager
async def at_work(club: Club, url: str, services: int = 1, **settings: Any) -> AsyncIterator[None]:
    """Parley listens and answers, in one process or several."""
    async with AsyncExitStack() as stack:
        for number in range(services):
            await stack.enter_async_context(open_service(club, url, hears=number == 0, **settings))
        yield


async def away(club: Club, store: Store, seconds: float = 600) -> None:
    """Let it be so much later than it was, so that Discord knows nothing of the session any more."""
    club.discord.end_sessions()
    await store.do("DEL", _session(club))
    await store.do("ZINCRBY", attended_key("discord-0"), int(-seconds * 1000), "")
    await soon(club, store)


async def soon(club: Club, store: Store) -> None:
    """Let it be long ago that a session began, so that another one may."""
    club.discord.limits = False
    await store.do("DEL", allowance_key("discord", f"identify {club.discord.app.id} 0"))


async def until_filled(club: Club, store: Store) -> None:
    """Return once a session has begun, and what was written before it is found."""
    async with asyncio.timeout(20):
        while not await _is_filled(club, store):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)


async def _is_filled(club: Club, store: Store) -> bool:
    session = await store.do("GET", _session(club)) or b""
    return b'"gap":false' in session and not await store.do("EXISTS", gap_key("discord-0"))


async def known_thread(club: Club, question: str = "First?", channel: Channel | None = None) -> Channel:
    """A thread in which Parley takes part."""
    channel = channel or club.general
    asked = await club.ada.mentions(question, channel)
    await club.until(lambda: channel.thread_of(asked) is not None)
    thread = channel.thread_of(asked)
    assert thread
    await club.until_said(thread, answer_to(question))
    return thread


def texts(club: Club, channel: Channel | None) -> list[str]:
    """What Parley says in a channel or a thread."""
    return [each.text for each in club.replies(channel) if "Stop" not in each.buttons]


def looks(club: Club) -> list[Call]:
    """What was searched and read."""
    return [*club.discord.calls_to(SEARCH), *club.discord.calls_to(MESSAGES)]


def _session(club: Club) -> str:
    return note_key("discord", f"session {club.discord.app.id} 0")
