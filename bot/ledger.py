"""The sums of conversations and months, as Redis keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.keys import ConversationKeys, month_keys
from bot.messages import Conversation
from bot.store import Store
from bot.usage import Sums


def _read(fields: Mapping[bytes, bytes], prefix: str = "") -> Sums:
    return Sums(**{name: int(fields.get(f"{prefix}{name}".encode(), 0)) for name in asdict(Sums())})


@dataclass(frozen=True, slots=True)
class Ledger:
    """Reads the sums that the end of every turn adds to."""

    store: Store

    async def account(self, conversation: Conversation, now: datetime) -> tuple[tuple[str, Sums], ...]:
        """What people are told of the usage: the last reply, the conversation, and this month's of all the tenant."""
        last, whole = await self.of_conversation(conversation)
        month = await self.of_month(conversation.tenant, f"{now:%Y-%m}")
        return ("Last reply", last), ("This conversation", whole), (f"{now:%B %Y}", month)

    async def of_conversation(self, conversation: Conversation) -> tuple[Sums, Sums]:
        """The last answer, and all answers since the conversation began."""
        fields = await self.store.do("HGETALL", ConversationKeys(conversation).usage)
        return _read(fields, "last_"), _read(fields)

    async def of_month(self, tenant: str, month: str) -> Sums:
        """All answers of a tenant in a month such as `2026-11`."""
        parts = await self.store.do_all(*(("HGETALL", key) for key in month_keys(tenant, month)))
        return sum((_read(part) for part in parts), Sums())
