"""Receipts: what each answer saw and cost, kept beside the history."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

import orjson

from bot.keys import ConversationKeys, escaped
from bot.messages import Conversation
from bot.reply import Finish
from bot.store import Store

MOST = 1_000
"""Receipts of a conversation that are kept, the newest; `memory.lua` trims them."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one answer saw, in tokens as the provider counted them, and what it cost."""

    model: str
    persona: str
    prompt: int
    cached: int
    completion: int
    limit: int
    """The most tokens that the answer could have had."""
    micros: int
    """Millionths of a US dollar."""
    priced: bool
    """Whether the model's price is known."""
    estimated: bool
    """The provider did not report the tokens, so they were counted here."""
    window: int
    """Earlier exchanges that the model saw."""
    left_out: int
    """Earlier exchanges of the conversation that it did not see."""
    images: int = 0
    finish: Finish = "complete"

    def pack(self) -> bytes:
        """The stored form."""
        return orjson.dumps(asdict(self))


def unpack(packed: bytes) -> Receipt:
    """The receipt that `pack` wrote, perhaps in a later version of this code."""
    held = orjson.loads(packed)
    return Receipt(**{each.name: held[each.name] for each in fields(Receipt) if each.name in held})


@dataclass(frozen=True, slots=True)
class Receipts:
    """Finds receipts. The end of a turn keeps them."""

    store: Store

    async def find(self, conversation: Conversation, reply: str = "") -> Receipt | None:
        """The receipt of the reply to a message, or of the newest reply; None if there is none (any more)."""
        key = ConversationKeys(conversation).receipts
        entries = await self.store.do("XREVRANGE", key, "+", "-", "COUNT", MOST if reply else 1)
        wanted = escaped(reply).encode()
        found = (held[b"r"] for _, held in entries if not reply or held[b"n"] == wanted)
        packed = next(found, None)
        return unpack(packed) if packed else None
