"""One shard, heard for as long as this process has it, and handed on without a gap."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp
import structlog

from adapters.discord.hearing.closes import refusal_of
from adapters.discord.hearing.course import Course, Saving
from adapters.discord.hearing.identifying import Starts
from adapters.discord.hearing.lines import Bounds, Event, Lines, TakeIn, Wants, open_lines
from adapters.discord.hearing.sessions import Sessions
from adapters.discord.hearing.socket import (
    RESUMABLE,
    Account,
    Dispatch,
    Ended,
    Socket,
    open_socket,
)
from bot.beside import beside
from bot.presence import Presence

log = structlog.get_logger()

Attended = Callable[[int, Presence], Coroutine[Any, Any, None]]
"""Runs for as long as this process hears a shard, and notes that it does."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How a connection takes its time, in seconds."""

    steady: float = 10.0
    """A connection that has heard for so long is replaced at once."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    """Before another connection, after several that did not last."""
    saving: Saving = field(default_factory=Saving)


BELIEVED = 90.0
"""Seconds until the second of two heartbeats is missed: what was said before a session was lost may be lost as well."""


@dataclass(frozen=True, slots=True)
class Presences:
    """How this process hears each shard. A connection that is dead may be believed for `BELIEVED` seconds."""

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
        self._line = line
        self._ears = ears
        self._timing = timing
        self._presence = ears.presences.of(number)
        self._course = Course(number, line.sessions, line.account, self._presence, timing.saving)

    async def run(self) -> None:
        """Hear until cancelled, and then leave the session to whoever comes next. Raises SettingsError."""
        self._presence.ways.append(self)
        try:
            async with beside(self._ears.attended(self._course.number, self._presence)):
                await self._course.find()
                try:
                    await self._hear()
                finally:
                    await self._course.save(last=True)
        finally:
            self._presence.ways.remove(self)

    async def _hear(self) -> None:
        """Connect whenever there is no connection any more, at growing intervals if none lasts."""
        clock, brief = asyncio.get_running_loop().time, 0
        async with open_lines(self._ears.take_in, self._ears.bounds) as lines, beside(self._course.keep()):
            while True:
                began = clock()
                try:
                    await self._connect(lines)
                except Ended as end:
                    self._judge(end)
                brief = 0 if clock() - began > self._timing.steady else brief + 1
                await asyncio.sleep(self._wait(brief))

    async def _connect(self, lines: Lines) -> None:
        """Hear as long as a connection lasts. Raises Ended."""
        course, socket = self._course, None
        try:
            async with nullcontext() if course.session else self._line.starts.turn(course.number):
                socket = await open_socket(self._line.http, course.account, course.shard, course.resumption)
            while True:
                await self._heed(lines, socket, await socket.next())
        finally:
            self.hears = False
            if socket:
                await socket.close(RESUMABLE)

    async def _heed(self, lines: Lines, socket: Socket, dispatch: Dispatch) -> None:
        """Let an event wait for its turn, unless nobody wants it."""
        name, data, sequence = dispatch
        if name == "READY":
            await self._course.begin(socket.session_id or "", str(socket.gateway))
        if name in {"READY", "RESUMED"}:
            log.info("discord_heard", through="gateway", shard=self._course.number, resumed=name == "RESUMED")
            self.hears = True
        event, progress = Event(name, data, self._course.number), self._course.progress
        if not _wanted(self._ears.wants, event):
            progress.came(sequence)
            return
        progress.began(sequence)
        await lines.put(event, partial(progress.ended, sequence))

    def _judge(self, end: Ended) -> None:
        """What follows from the end of a connection. Raises SettingsError."""
        if refusal := refusal_of(end.code, self._line.account):
            raise refusal from end
        self._course.end(end)
        cause, number = type(end.__cause__).__name__, self._course.number
        log.info("discord_ended", shard=number, code=end.code, resumable=end.resumable, cause=cause)

    def _wait(self, brief: int) -> float:
        """Seconds before the next connection, after so many that did not last; after one there is no need to wait."""
        if brief <= 1:
            return 0.0
        wait = min(self._timing.first_wait * 2.0 ** min(brief - 2, 10), self._timing.longest_wait)
        return wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def _wanted(wants: Wants, event: Event) -> bool:
    try:
        return wants(event)
    except Exception as error:  # noqa: BLE001 - one event must not be the end of all others
        log.warning("payload_unreadable", event_name=event.name, error=type(error).__name__)
        return False
