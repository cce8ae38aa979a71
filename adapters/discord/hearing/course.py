"""The course of a shard: how far it has been heard, kept for whichever process hears it next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import structlog

from adapters.discord.hearing.lines import Progress
from adapters.discord.hearing.sessions import Session, Sessions
from adapters.discord.hearing.socket import Account, Ended, Resumption
from bot.errors import StoreError
from bot.presence import Presence

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Saving:
    """How often a course is kept, in seconds."""

    every: float = 0.5
    """Between two times, if anything has changed."""
    refresh: float = 30.0
    """Between two times at most."""
    again: float = 0.5
    """Before a session is looked for again when Redis was away."""


@dataclass(slots=True, eq=False)
class Course:
    """The session of a shard, and what of it is taken in."""

    number: int
    sessions: Sessions
    account: Account
    presence: Presence
    saving: Saving
    session: Session | None = None
    progress: Progress = field(default_factory=Progress)

    @property
    def shard(self) -> tuple[int, int]:
        """Which one it is, and of how many."""
        return self.number, self.sessions.shards.count

    @property
    def resumption(self) -> Resumption | None:
        """What another connection of this process goes on with: what came already is not needed again."""
        session = self.session
        return Resumption(session.id, session.url, self.progress.last) if session else None

    async def find(self) -> None:
        """Begin with the session that another process left, if it brings what is wanted now."""
        while True:
            try:
                found = await self.sessions.find(self.number)
                break
            except StoreError as error:
                log.info("session_not_found", shard=self.number, error=type(error).__name__)
                await asyncio.sleep(self.saving.again)
        if found and (found.shards, found.intents) == (self.shard[1], self.account.intents):
            self.session, self.progress = found, Progress(found.sequence)
            self.presence.lost = self.presence.lost or found.gap

    async def begin(self, session: str, url: str) -> None:
        """Go on with a new session: what was said between the last one and this one is missed."""
        self.session = Session(session, url, 0, self.shard[1], self.account.intents, gap=True)
        self.progress = Progress()
        self.presence.lost = True
        await self.save()

    def end(self, end: Ended) -> None:
        """A connection has ended, and perhaps the session with it."""
        if not end.resumable:
            self.session = None
        elif self.session and not end.reached:
            # The address of a READY may be gone; at the other one a session can be resumed, too.
            self.session = replace(self.session, url=self.account.gateway_url)

    async def keep(self) -> None:
        """Save it for ever, as often as it changes, but not more often than it needs to be."""
        kept, since = self._record(), 0.0
        while True:
            await asyncio.sleep(self.saving.every)
            since += self.saving.every
            if (record := self._record()) != kept or since > self.saving.refresh:
                kept, since = record, 0.0
                await self.save()

    async def save(self, *, last: bool = False) -> None:
        """Leave it to whoever comes next, and with `last` let them come."""
        try:
            held = await self.sessions.keep(self.number, self._record(), last=last)
        except StoreError as error:
            log.info("session_not_kept", shard=self.number, error=type(error).__name__)
            return
        if not held:
            log.info("shard_of_another", shard=self.number)

    def _record(self) -> Session | None:
        """The session as the next process should find it."""
        if session := self.session:
            gap = session.gap and self.presence.lost
            return replace(session, sequence=self.progress.sequence, gap=gap)
        return None
