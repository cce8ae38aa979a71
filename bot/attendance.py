"""Attendance: when somebody listened to a platform, and where to look for what was said while nobody did."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.keys import DAY, PARTITIONS, attended_key, conversation_of, filling_key, gap_key, known_key
from bot.messages import Conversation
from bot.store import Store

KEPT = 30 * DAY
"""Seconds for which a tenant is known of which nothing was heard."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How attendance takes its time, in seconds."""

    tick: float = 1.0
    """Between two signs that somebody listens."""
    look: float = 0.1
    """Between looks whether this process hears, as long as it does not."""
    shortest: float = 3.0
    """Without a sign for longer than this, nobody listened."""
    margin: float = 30.0
    """Before the last sign what was said may be lost as well: a connection that has broken is believed for a while."""
    longest: float = 1_800.0
    """What was said before that is not looked for: nobody waits for the answer any more."""
    lease: float = 30.0
    """For which who looks is believed to live after the last sign."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody listened, in seconds since 1970."""

    since: float
    until: float
    number: int
    """Which one it is; one that goes on, or comes again, is another one."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """The attendance of all processes at one platform. Raises StoreError."""

    store: Store
    platform: str
    rhythm: Rhythm = Rhythm()
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Who looks, where only one process does."""

    async def note(
        self, tenants: Collection[str] = (), *, lost: bool = False, covered: bool = False
    ) -> Gap | None:
        """Note that somebody listens, and heard of these tenants; the gap that is to be filled, if there is one.

        `lost` says that nobody listened a moment ago, however short that was; `covered` that unless this is so nothing
        was missed, however long nobody listened.
        """
        waits = (self.rhythm.shortest, self.rhythm.longest, self.rhythm.margin)
        keys = [attended_key(self.platform), gap_key(self.platform)]
        found = await self.store.run(
            "attend",
            keys,
            [*(int(each * 1000) for each in waits), int(lost), int(covered), KEPT, *tenants],
        )
        return Gap(int(found[0]) / 1000, int(found[1]) / 1000, int(found[2])) if found else None

    async def filled(self, gap: Gap) -> None:
        """What was said in a gap is found."""
        await self.store.run("filled", [gap_key(self.platform)], [gap.number])

    async def tenants(self) -> list[str]:
        """The tenants that were heard of."""
        names = await self.store.do("ZRANGE", attended_key(self.platform), 0, -1)
        return [name.decode() for name in names if name]

    async def known(self, tenant: str) -> list[Conversation]:
        """Where a tenant's people may speak to the bot without naming it, the last one in which they did first.

        Of a channel that nobody else reads it stands there itself, and each of its threads.
        """
        commands = (("ZRANGE", known_key(tenant, each), 0, -1, "WITHSCORES") for each in range(PARTITIONS))
        scored = [pair for answer in await self.store.do_all(*commands) for pair in _scored(answer)]
        return [conversation_of(lane) for _, lane in sorted(scored, reverse=True)]

    async def hold(self) -> bool:
        """Whether this process is the one that looks, for the time of a lease from now on."""
        milliseconds = int(self.rhythm.lease * 1000)
        return bool(await self.store.run("hold", [filling_key(self.platform)], [self.name, milliseconds, 1]))

    async def let_go(self) -> None:
        """Let another process look."""
        await self.store.do("ZREM", filling_key(self.platform), self.name)


def _scored(answer: Sequence[Any]) -> list[tuple[float, str]]:
    """Members with their scores, in pairs or one after the other, as the protocol has it."""
    pairs = answer if answer and isinstance(answer[0], list) else zip(*[iter(answer)] * 2, strict=True)
    return [(float(score), member.decode()) for member, score in pairs]
