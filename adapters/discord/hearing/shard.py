"""One shard, heard for as long as this process has it, and handed on without a gap."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog

from adapters.discord.hearing.closes import refusal_of
from adapters.discord.hearing.identifying import Starts
from adapters.discord.hearing.lines import Bounds, Event, Lines, Progress, TakeIn, Wants, open_lines
from adapters.discord.hearing.sessions import Session, Sessions
from adapters.discord.hearing.socket import (
    RESUMABLE,
    Account,
    Dispatch,
    Ended,
    Resumption,
    Socket,
    open_socket,
)
from bot.beside import beside
from bot.errors import StoreError
from bot.presence import Presence

log = structlog.get_logger()

T = TypeVar("T")

WAIT = 0.5
"""Seconds before a session is looked for again."""
Attended = Callable[[int, Presence], Coroutine[Any, Any, None]]
"""Runs for as long as this process hears a shard, and notes that it does."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a connection takes its time, in seconds."""

    save: float = 0.5
    """Between two times that it is kept how far everything is taken in."""
    refresh: float = 30.0
    """For which that is not kept again if it has not changed."""
    steady: float = 10.0
    """A connection that has heard for so long is replaced at once."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    """Before another connection, after several that did not last."""


@dataclass(frozen=True, slots=True)
class Presences:
    """How this process hears each shard."""

    _of: dict[int, Presence] = field(default_factory=dict)

    def of(self, shard: int) -> Presence:
        """The presence of a shard: what a session brings when it is resumed, nobody has missed."""
        return self._of.setdefault(shard, Presence(covered=True))


@dataclass(frozen=True, slots=True)
class Ears:
    """What is done with what is heard."""

    take_in: TakeIn
    wants: Wants
    attended: Attended
    presences: Presences = field(default_factory=Presences)
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Line:
    """What every connection of a process shares."""

    http: aiohttp.ClientSession
    account: Account
    sessions: Sessions
    starts: Starts


class Shard:
    """Hears one shard: a Way."""

    def __init__(self, number: int, line: Line, ears: Ears, timing: Timing) -> None:
        self.hears = False
        self._number = number
        self._line = line
        self._ears = ears
        self._timing = timing
        self._presence = ears.presences.of(number)
        self._session: Session | None = None
        self._progress = Progress()

    async def run(self) -> None:
        """Hear until cancelled, and then leave the session to whoever comes next. Raises SettingsError."""
        self._presence.ways.append(self)
        try:
            async with beside(self._ears.attended(self._number, self._presence)):
                await self._find()
                try:
                    async with (
                        open_lines(self._ears.take_in, self._ears.bounds) as lines,
                        beside(self._keep()),
                    ):
                        await self._reconnect(lines)
                finally:
                    await self._save(last=True)
        finally:
            self._presence.ways.remove(self)

    async def _find(self) -> None:
        """Begin with the session that another process left, if it brings what is wanted now."""
        found = await _patiently(lambda: self._line.sessions.find(self._number))
        if found and found.fits(self._line.account, self._line.sessions.shards.count):
            self._session, self._progress = found, Progress(found.sequence)
            self._presence.lost = self._presence.lost or found.gap

    async def _reconnect(self, lines: Lines) -> None:
        """Connect whenever there is no connection any more, at growing intervals if none lasts."""
        clock, brief = asyncio.get_running_loop().time, 0
        while True:
            began = clock()
            try:
                await self._connect(lines)
            except Ended as end:
                self._judge(end)
            brief = 0 if clock() - began > self._timing.steady else brief + 1
            if brief > 1:
                wait = min(self._timing.first_wait * 2 ** min(brief - 2, 10), self._timing.longest_wait)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing

    async def _connect(self, lines: Lines) -> None:
        """Hear as long as a connection lasts. Raises Ended."""
        account, session = self._line.account, self._session
        shard = (self._number, self._line.sessions.shards.count)
        resumption = Resumption(session.id, session.url, self._progress.last) if session else None
        async with nullcontext() if session else self._line.starts.turn(self._number):
            socket = await open_socket(self._line.http, account, shard, resumption)
        try:
            while True:
                await self._heed(lines, socket, await socket.next())
        finally:
            self.hears = False
            await socket.close(RESUMABLE)

    def _judge(self, end: Ended) -> None:
        """What follows from the end of a connection. Raises SettingsError."""
        if refusal := refusal_of(end.code, self._line.account):
            raise refusal from end
        cause = type(end.__cause__).__name__
        log.info("discord_ended", shard=self._number, code=end.code, resumable=end.resumable, cause=cause)
        if not end.resumable:
            self._session = None
        elif self._session and not end.reached:
            # The address of a READY may be gone; at the other one a session can be resumed, too.
            self._session = replace(self._session, url=self._line.account.gateway_url)

    async def _heed(self, lines: Lines, socket: Socket, dispatch: Dispatch) -> None:
        """Let an event wait for its turn, unless nobody wants it."""
        if dispatch.name in {"READY", "RESUMED"}:
            await self._begin(socket, new=dispatch.name == "READY")
        event, progress = Event(dispatch.name, dispatch.data, self._number), self._progress
        if not _wanted(self._ears.wants, event):
            progress.came(dispatch.sequence)
            return
        progress.began(dispatch.sequence)
        await lines.put(event, partial(progress.ended, dispatch.sequence))

    async def _begin(self, socket: Socket, *, new: bool) -> None:
        log.info("discord_heard", through="gateway", shard=self._number, resumed=not new)
        if new:
            address, count = str(socket.gateway), self._line.sessions.shards.count
            intents = self._line.account.intents
            self._session = Session(socket.session_id or "", address, 0, count, intents, gap=True)
            self._progress = Progress()
            self._presence.lost = True
            await self._save()
        self.hears = True

    async def _keep(self) -> None:
        """Save how far everything is taken in, as often as that changes, but not more often than it needs to be."""
        kept, since = self._record(), 0.0
        while True:
            await asyncio.sleep(self._timing.save)
            since += self._timing.save
            if (record := self._record()) != kept or since > self._timing.refresh:
                kept, since = record, 0.0
                await self._save()

    async def _save(self, *, last: bool = False) -> None:
        try:
            held = await self._line.sessions.keep(self._number, self._record(), last=last)
        except StoreError as error:
            log.info("session_not_kept", shard=self._number, error=type(error).__name__)
            return
        if not held and not last:
            log.warning("shard_of_another", shard=self._number)

    def _record(self) -> Session | None:
        """The session as the next process should find it."""
        if session := self._session:
            gap = session.gap and self._presence.lost
            return replace(session, sequence=self._progress.sequence, gap=gap)
        return None


def _wanted(wants: Wants, event: Event) -> bool:
    try:
        return wants(event)
    except Exception as error:  # noqa: BLE001 - one event must not be the end of all others
        log.warning("payload_unreadable", event_name=event.name, error=type(error).__name__)
        return False


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await ask()
        except StoreError as error:
            log.info("session_not_found", error=type(error).__name__)
            await asyncio.sleep(WAIT)
