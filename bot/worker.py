"""The worker: claims messages, and looks after the claims of those who died."""

from __future__ import annotations

import asyncio
import math
import os
import socket
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from bot.appetite import Appetite
from bot.bell import Bell
from bot.beside import beside
from bot.claim import Claim, ClaimGone
from bot.errors import ClaimLost, StoreError
from bot.history import History
from bot.keys import PARTITIONS
from bot.lanes import Claimed
from bot.mailbox import Mailbox
from bot.messages import Conversation

log = structlog.get_logger()

BEAT = 0.5
"""Seconds from one sign of life to the next."""
CAPACITY = 1_000
"""Messages that are answered at once."""
LUMP = 32
"""Claims that are asked for at least, where there is room: to ask each partition for one costs Redis more."""
HAND_OVER = 2.0
"""Seconds in which the rest is handed over; what is not is taken over when the lease has ended."""
_PARTITIONS = frozenset(map(str, range(PARTITIONS)))
GRACE = 20.0
"""Seconds for which running turns may go on after SIGTERM: Heroku kills after 30."""


def worker_name() -> str:
    """A name that no other worker has, and that tells an operator where this one runs."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"


@dataclass(slots=True, eq=False)
class Worker:
    """Answers what is in the mailbox, up to `capacity` messages at once."""

    mailbox: Mailbox
    history: History
    bell: Bell
    attempt: Callable[[Claim], Coroutine[Any, Any, None]]
    """Answers a message under a claim, whatever happens; see Attempts."""
    stop: Callable[[Conversation], bool]
    name: str = field(default_factory=worker_name)
    capacity: int = CAPACITY
    grace: float = GRACE
    beat: float = BEAT
    _leaving: bool = False
    _asking: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """The partitions that were asked for claims, and have not answered."""
    _reserved: int = 0
    """The most that they may give."""
    _told: set[Claim] = field(default_factory=set)
    _told_some: asyncio.Event = field(default_factory=asyncio.Event)
    _claims: dict[tuple[int, str], Claim] = field(default_factory=dict)
    _tasks: dict[tuple[int, str], asyncio.Task[None]] = field(default_factory=dict)
    _rung: dict[int, None] = field(default_factory=dict)
    """Partitions where somebody may wait, the one that was served longest ago first."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _appetite: Appetite = field(default_factory=Appetite)
    _living: frozenset[str] = frozenset()
    _trusted_from: float = math.inf
    """When the leases of others can be believed: not before all of them had time to be renewed, as ours was."""

    async def run(self) -> None:
        """Work until `leave` is called; then let running turns end for `grace` seconds, and hand the rest over."""
        try:
            async with (
                beside(self.bell.listen(self._heard, self._ring_all)),
                beside(self._keep_alive()),
                beside(self._keep_looking()),
                beside(self._keep_stopping()),
                beside(self._appetite.keep(self._hunger)),
            ):
                while not self._leaving:
                    await self._wake.wait()
                    self._wake.clear()
                    self._claim()
                await self._drain()
        finally:
            await asyncio.shield(self._hand_over())

    def leave(self) -> None:
        """Claim nothing any more, and end `run` when what is being answered has ended."""
        self._leaving = True
        self._wake.set()

    async def _drain(self) -> None:
        log.info("draining", turns=len(self._tasks))
        try:
            async with asyncio.timeout(self.grace):
                while running := [*self._asking.values(), *self._tasks.values()]:
                    await asyncio.wait(running)
        except TimeoutError:
            log.info("grace_over", turns=len(self._tasks))

    async def _hand_over(self) -> None:
        rest = [(task, self._claims[key]) for key, task in self._tasks.items()]
        for task in (*self._asking.values(), *self._tasks.values()):
            task.cancel()
        await asyncio.gather(*(task for task, _ in rest), return_exceptions=True)
        try:
            async with asyncio.timeout(HAND_OVER):
                await asyncio.gather(*(claim.release(counted=False) for _, claim in rest if not claim.ended))
                await self.mailbox.leave(self.name)
        except (StoreError, TimeoutError) as error:
            log.warning("left_silently", error=type(error).__name__)  # the lease will end by itself
        log.info("drained", handed_over=len(rest))

    def _heard(self, word: str, what: str) -> None:
        # Another version may say what this one does not know, and another database of the same server rings too.
        if word == "ready" and what in _PARTITIONS:
            self._rung[int(what)] = None
            self._wake.set()
        elif word == "stop":
            self._told |= {claim for claim in self._claims.values() if claim.claimed.lane == what}
            self._told_some.set()

    def _hunger(self) -> None:
        if self._rung:
            self._wake.set()

    def _ring_all(self) -> None:
        self._rung |= dict.fromkeys(range(PARTITIONS))
        self._wake.set()

    async def _keep_alive(self) -> None:
        """Renew the lease, for ever."""
        while True:
            try:
                await self._show_life()
            except StoreError as error:
                log.warning("no_heartbeat", error=type(error).__name__)
                self._trusted_from = math.inf
            for claim in [each for each in self._claims.values() if each.stopping]:
                claim.stop()  # it may not have come far enough to be stopped when that was wanted
            await asyncio.sleep(self.beat)

    async def _keep_looking(self) -> None:
        """Miss nothing that the bell did not tell, nor what the dead have left, for ever."""
        while True:
            self._ring_all()
            for _ in range(2):
                await asyncio.sleep(self.beat)
                if not self._leaving and asyncio.get_running_loop().time() >= self._trusted_from:
                    await asyncio.gather(*map(self._take_over, range(PARTITIONS)))

    async def _keep_stopping(self) -> None:
        """Stop what the bell says is to be stopped, if its journal says so too, for ever."""
        while await self._told_some.wait():
            self._told_some.clear()
            told, self._told = self._told, set()
            for claim in told:
                try:
                    await claim.hold()
                except (ClaimGone, StoreError):
                    continue  # of one that is gone, the turn itself brings the message back
                except ClaimLost:
                    if task := self._tasks.get((claim.claimed.partition, claim.claimed.entry)):
                        task.cancel()

    async def _show_life(self) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        self._living = await self.mailbox.beat(self.name)
        heard = loop.time()
        # Whatever kept our sign of life back may have kept back those of others.
        if self._trusted_from == math.inf or heard - asked > self.mailbox.lease / 2:
            self._trusted_from = heard + self.mailbox.lease

    @property
    def _room(self) -> int:
        return self.capacity - len(self._tasks) - self._reserved

    async def _take_over(self, partition: int) -> None:
        """What the dead have left in a partition, and what was given to us without our hearing of it."""
        room = self._room // PARTITIONS or min(self._room, 1)
        if room <= 0:
            return
        try:
            taken = await self.mailbox.take(partition, self.name, self._living, self._known(partition), room)
        except StoreError as error:
            log.warning("nothing_taken_over", error=type(error).__name__)
        else:
            self._begin(taken)

    def _known(self, partition: int) -> list[str]:
        return [entry for number, entry in self._claims if number == partition]

    def _claim(self) -> None:
        """Ask those partitions where somebody may wait, each by itself: one that does not answer holds up no other."""
        waiting = [number for number in self._rung if number not in self._asking]
        if self._leaving or not waiting:
            return
        room = min(self._room, self._appetite.left)
        share = max(1, min(room, LUMP), room // len(waiting))
        for number in waiting:
            if self._room < share or self._appetite.left < share:
                return  # the end of a turn makes room, time makes appetite, and both wake us
            del self._rung[number]
            self._reserved += share
            self._appetite.left -= share
            self._asking[number] = asyncio.create_task(self._claim_from(number, share))

    async def _claim_from(self, partition: int, most: int) -> None:
        claimed: list[Claimed] = []
        try:
            claimed = await self.mailbox.claim(partition, self.name, most)
        except StoreError as error:
            log.warning("no_claims", error=type(error).__name__)  # the next look rings again
        finally:
            self._reserved -= most
            self._appetite.got(len(claimed), most)
            del self._asking[partition]
        self._begin(claimed)
        if len(claimed) == most:
            self._rung[partition] = None
        if self._rung:
            self._wake.set()  # while there is room, look into the others too

    def _begin(self, claimed: Iterable[Claimed]) -> None:
        for each in claimed:
            key = (each.partition, each.entry)
            if key in self._claims:
                continue
            stop = partial(self.stop, each.message.answered_in)
            claim = self._claims[key] = Claim(each, self.name, self.mailbox, self.history, stop)
            task = self._tasks[key] = asyncio.create_task(self.attempt(claim))
            task.add_done_callback(partial(self._ended, key))

    def _ended(self, key: tuple[int, str], _: asyncio.Task[None]) -> None:
        del self._tasks[key], self._claims[key]
        if self._rung:
            self._wake.set()
