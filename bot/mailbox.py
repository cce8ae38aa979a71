"""The mailbox: messages wait in the lane of their conversation until a worker claims them. All of it is in Redis."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from weakref import WeakValueDictionary

import structlog

from bot.keys import (
    DAY,
    LEASES,
    PARTITIONS,
    ConversationKeys,
    parked_key,
    ready_key,
)
from bot.lanes import Claimed, Parked, to_claims, to_item, to_parked
from bot.messages import Conversation, IncomingMessage
from bot.pipelines import Word
from bot.store import Store

LEASE = 3.0
"""So a dead worker is missed within five seconds."""

log = structlog.get_logger()

DELETED = 9e15
"""Later than any change of a message, in seconds since 1970."""
IN_A_ROW = 5
"""Messages of bots that are answered in a channel until a person writes there: two bots could go on for ever."""
EARLY = 60.0
"""Seconds by which a platform's clock may go before that of Redis."""

Kind = Literal["turn", "reset", "stop", "bare"]
"""How a message stands in line. A `turn` waits behind the others. A `reset` goes first, and ends the reply that is
being written. A `stop` ends that reply, or goes first if there is none. A `bare` one ends it, or is a question."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most messages that wait for their answer, those that are being answered included.

    Those of a tenant and of all are kept by each of the partitions for its share, so that no process needs to ask
    another. A channel with its threads is in one partition: there a tenant has 1,250, and 20,000 over all its channels.
    """

    conversation: int = 20
    tenant: int = 20_000
    all: int = 40_000

    @property
    def of_a_partition(self) -> tuple[int, int, int]:
        """The limits as one partition keeps them."""
        return self.conversation, -(-self.tenant // PARTITIONS), -(-self.all // PARTITIONS)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What became of a message that was brought to the mailbox."""

    outcome: Literal["accepted", "seen", "stopped", "full", "looping", "replaced", "late", "unknown"]
    full: Literal["", "conversation", "tenant", "all"] = ""
    """What has too many messages waiting."""
    before: int = 0
    """How many messages are answered before it in its conversation, as far as is known; of one that is part of a loop,
    how many of bots stood in a row."""

    def __bool__(self) -> bool:
        """Whether the message is kept."""
        return self.outcome != "full"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Accepts, claims and parks messages. Raises StoreError."""

    store: Store
    limits: Limits = Limits()
    retention_days: int = 30
    lease: float = LEASE
    """Seconds for which a worker is believed to live after its last sign."""
    _accepting: WeakValueDictionary[Conversation, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, repr=False, compare=False
    )

    async def accept(
        self, message: IncomingMessage, kind: Kind = "turn", *, again: bool = False
    ) -> Acceptance:
        """Take in a message, unless it was taken in before. Raises StoreFull, and then it was not.

        A message that is brought `again` may have been answered in part: its worker looks before it writes.
        """
        keys = ConversationKeys(message.answered_in)
        arguments: list[Word] = [keys.lane, to_item(message, again=again), kind, *self.limits.of_a_partition]
        arguments += [self.retention_days * DAY, IN_A_ROW if message.author.automatic else ""]
        # What somebody asks for themselves makes nobody take part in a thread.
        aside = message.ticket and not message.public
        arguments += ["" if aside else int(message.at * 1000), int(message.direct)]
        # While Redis is away, what was asked for later would come through earlier.
        async with self._accepting.setdefault(message.answered_in, asyncio.Lock()):
            answer = await self.store.run(
                "accept", [ready_key(keys.partition), keys.mark(message.id)], arguments
            )
        return _to_acceptance(answer)

    async def change(self, message: IncomingMessage, *, late: bool) -> Acceptance:
        """Take in that an earlier message was changed or taken back: once, and before all that waits.

        What waits for its answer is `replaced`, and needs nobody else; what is being answered is stopped. Where it is
        `late`, nothing is answered anew that was answered. Of a message that is `unknown`, nobody was asked anything.
        """
        keys = ConversationKeys(message.answered_in)
        names = [ready_key(keys.partition), keys.mark(message.id), keys.mark(message.changes)]
        histories = {ConversationKeys(each).history for each in (message.conversation, message.answered_in)}
        arguments: list[Word] = [
            keys.lane,
            to_item(message, again=True),
            to_item(replace(message, id=message.changes, changes=""), again=False),
            "1" if late else "",
            # A mark lives for a day, and a history for longer.
            f"{max(0, int((message.at - EARLY) * 1000))}-0" if message.deleted else "",
            self.limits.conversation,
            "1" if message.deleted else "",
            # Events may come late, and then an older wording after a newer one.
            DELETED if message.deleted else message.changed_at,
        ]
        async with self._accepting.setdefault(message.answered_in, asyncio.Lock()):
            answer = await self.store.run(
                "change", [*names, parked_key(keys.partition), *sorted(histories)], arguments
            )
        return _to_acceptance(answer)

    async def takes_part(self, conversation: Conversation, at: float = math.inf) -> bool:
        """Whether somebody had spoken to the bot in this thread at that time, in seconds since 1970."""
        if conversation.thread is None:
            return False
        joined = await self.store.do("GET", ConversationKeys(conversation).joined)
        return joined is not None and int(joined) <= at * 1000

    async def claim(self, partition: int, worker: str, most: int) -> list[Claimed]:
        """Claim up to so many lanes of a partition; fewer mean that no other waits."""
        return to_claims(await self.store.run("claim", [ready_key(partition)], [worker, most]))

    async def take(
        self, partition: int, worker: str, living: Collection[str], known: Collection[str], most: int
    ) -> list[Claimed]:
        """Claim up to so many lanes whose worker does not live, and own ones that are not known to be."""
        arguments: list[Word] = [worker, most, self._lease, len(living), *living, *known]
        return to_claims(await self.store.run("take", [ready_key(partition)], arguments))

    async def beat(self, worker: str) -> frozenset[str]:
        """Renew the lease of a worker; the workers that live."""
        return await self._beat(worker, self._lease)

    async def leave(self, worker: str) -> None:
        """End the lease of a worker."""
        await self._beat(worker, 0)

    async def _beat(self, worker: str, lease: int) -> frozenset[str]:
        living = await self.store.run("beat", [LEASES], [worker, lease])
        return frozenset(name.decode() for name in living)

    async def parked(self) -> list[Parked]:
        """The messages that were put aside, by partition, oldest first."""
        streams = await self.store.do_all(
            *(("XRANGE", parked_key(each), "-", "+") for each in range(PARTITIONS))
        )
        return [to_parked(number, *entry) for number, entries in enumerate(streams) for entry in entries]

    async def unpark(self, parked: Parked) -> bool:
        """Let a parked message be answered after all; False if somebody else was faster."""
        partition, _, position = parked.id.partition("-")
        keys = [ready_key(int(partition)), parked_key(int(partition))]
        return bool(await self.store.run("unpark", keys, [position]))

    async def drop(self, parked: Parked) -> bool:
        """Forget a parked message; False if it is not there any more."""
        partition, _, position = parked.id.partition("-")
        return bool(await self.store.do("XDEL", parked_key(int(partition)), position))

    @property
    def _lease(self) -> int:
        """The lease in milliseconds; what has none has left."""
        return max(1, int(self.lease * 1000))

    @property
    def parked_life(self) -> int:
        """Seconds that a parked message is kept."""
        return self.retention_days * DAY


def _to_acceptance(answer: Sequence[Any]) -> Acceptance:
    outcome = answer[0].decode()
    if outcome == "full":
        return Acceptance("full", answer[1].decode(), int(answer[2]))
    return Acceptance(outcome, before=int(answer[1]) if outcome in {"accepted", "looping"} else 0)
