"""Sessions: what a gateway session goes on with, kept so that whichever process comes next can resume it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson

from adapters.discord.hearing.shards import Shards
from bot.keys import note_key

KEPT = 180
"""Seconds: Discord itself keeps a session for a minute or so after its connection is gone."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as the next process finds it."""

    id: str
    url: str
    """Where it is resumed."""
    sequence: int
    """Up to here every event is taken in."""
    shards: int
    """How many there were in all."""
    intents: int
    gap: bool = False
    """Whether it may not be noted yet that something was missed before it began."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of all shards. Raises StoreError."""

    shards: Shards

    async def find(self, shard: int) -> Session | None:
        """The session of a shard, unless nobody has had it for a while."""
        kept = await self.shards.store.do("GET", self._key(shard))
        return Session(**orjson.loads(kept)) if kept else None

    async def keep(self, shard: int, session: Session | None, *, last: bool = False) -> bool:
        """Keep it for the next process, and with `last` give up the shard; False if another process has it already."""
        note = orjson.dumps(asdict(session)) if session else b""
        return await self.shards.leave(shard, self._key(shard), note, KEPT, last=last)

    def _key(self, shard: int) -> str:
        return note_key(self.shards.platform, f"session {self.shards.application} {shard}")
