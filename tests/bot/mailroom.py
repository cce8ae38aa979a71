"""A mailbox and its workers on a real Valkey, as tests drive them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.claim import Claim
from bot.conclusion import Conclusion
from bot.exchanges import Exchange
from bot.history import History, Turned
from bot.keys import ConversationKeys, ready_key
from bot.lanes import Claimed
from bot.mailbox import Acceptance, Kind, Mailbox
from bot.messages import Conversation, IncomingMessage
from bot.reply import Ending
from bot.store import Store
from tests.bot.stage import SUMS
from tests.fakes import CHANNEL, incoming


def partition_of(conversation: Conversation = CHANNEL) -> int:
    """The partition in which a conversation waits."""
    return ConversationKeys(conversation).partition


def neighbours(tenant: str = CHANNEL.tenant) -> Iterator[Conversation]:
    """Channels of a tenant that are in the channel's partition."""
    channels = (Conversation(tenant, f"c{number}") for number in count())
    return (each for each in channels if partition_of(each) == partition_of())


def to_incoming(turn: str, conversation: Conversation = CHANNEL, opens: str = "") -> IncomingMessage:
    """A message that says its id; the reply to it may open a thread."""
    thread = Conversation(conversation.tenant, conversation.channel, opens) if opens else None
    return incoming(turn, id=turn, conversation=conversation, opens=thread)


@dataclass(slots=True)
class Mailroom:
    """What a test of the mailbox needs. Where no conversation is named, it is the channel."""

    store: Store
    mailbox: Mailbox = field(init=False)
    history: History = field(init=False)

    def __post_init__(self) -> None:
        self.mailbox = Mailbox(self.store)
        self.history = History(self.store)

    async def accept(
        self,
        turn: str,
        conversation: Conversation = CHANNEL,
        kind: Kind = "turn",
        *,
        opens: str = "",
    ) -> Acceptance:
        """Bring a message to the mailbox."""
        return await self.mailbox.accept(to_incoming(turn, conversation, opens), kind)

    async def claim(
        self, worker: str = "w1", conversation: Conversation = CHANNEL, most: int = 1_000
    ) -> list[Claim]:
        """What a worker gets of what waits in the conversation's partition."""
        found = await self.mailbox.claim(partition_of(conversation), worker, most)
        return [self._held(each, worker) for each in found]

    async def take(
        self,
        worker: str = "w2",
        conversation: Conversation = CHANNEL,
        *,
        living: Collection[str] = (),
        known: Collection[Claim] = (),
        most: int = 1_000,
    ) -> list[Claim]:
        """What a worker gets of what others, and it itself, have left in the conversation's partition."""
        entries = [each.claimed.entry for each in known]
        found = await self.mailbox.take(partition_of(conversation), worker, living, entries, most)
        return [self._held(each, worker) for each in found]

    def _held(self, claimed: Claimed, worker: str) -> Claim:
        return Claim(claimed, worker, self.mailbox, self.history, stop=lambda: None)

    async def let_rest(self, *claims: Claim) -> None:
        """Let these claims look as if their workers had not touched them for a minute."""
        for each in claims:
            ready = ready_key(each.claimed.partition)
            await self.store.do(
                "XCLAIM", ready, "workers", each.worker, 0, each.claimed.entry, "IDLE", 60_000
            )

    async def taken_over(self, *claims: Claim, by: str = "w2") -> list[Claim]:
        """The claims of workers that have died since, as another one takes them over."""
        await self.let_rest(*claims)
        return await self.take(by, claims[0].message.conversation)

    async def answer(self, claim: Claim, *, opens: Conversation | None = None) -> None:
        """Conclude a turn with an exchange whose question is the message's id, and end it."""
        await claim.conclude(self.conclusion(claim, opens=opens))
        await claim.end()

    def conclusion(self, claim: Claim, *, opens: Conversation | None = None) -> Conclusion:
        """The conclusion of a turn whose exchange has the message's id as its question."""
        exchange = Exchange(claim.message.id, "An answer.", 10)
        end = Turned(claim.message.id, claim.message.conversation, SUMS, exchange, opens=opens)
        return Conclusion("An answer.", Ending("complete"), writing=self.history.writing(end))

    async def answered(self, conversation: Conversation = CHANNEL) -> list[str]:
        """The ids of what was answered and is remembered, oldest first."""
        return [each.question for each in await self.history.everything(conversation)]

    async def kinds_kept(self) -> set[str]:
        """What kinds of keys there are: `mark`, `inbox`, `load`."""
        return {key.decode().split(":")[2] for key in await self.store.do("KEYS", "*")}

    async def waiting(self, conversation: Conversation = CHANNEL) -> dict[str, int]:
        """How many messages count as waiting: of each tenant, and (under no name) of all."""
        found = await self.store.do("HGETALL", f"parley:{{{partition_of(conversation)}}}:load")
        return {tenant.decode(): int(count) for tenant, count in found.items()}
