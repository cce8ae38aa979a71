"""Tokens and money: what one answer took, and the sums of conversations and months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.keys import ConversationKeys, month_keys
from bot.messages import Conversation
from bot.prices import cost_of
from bot.store import Store

MONTH_LIFE = 400 * 86_400
"""Seconds that a month's sums are kept: a year to look back on, and some days more."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request. `cached` is the part of `prompt` that the provider had in its cache."""

    prompt: int
    completion: int
    cached: int = 0
    estimated: bool = False
    """The provider did not report them, so they were counted here."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a number of answers took together; `micros` are millionths of a US dollar."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0
    answers: int = 0
    micros: int = 0
    unpriced: int = 0
    """How many of the answers came from models whose price is not known."""
    estimated: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in FIELDS})


FIELDS = ("prompt", "cached", "completion", "answers", "micros", "unpriced", "estimated")


def to_sums(model: str, usage: Usage) -> Sums:
    """One answer as sums, priced at today's price."""
    micros = cost_of(model, usage.prompt, usage.cached, usage.completion)
    return Sums(
        prompt=usage.prompt,
        cached=usage.cached,
        completion=usage.completion,
        answers=1,
        micros=micros or 0,
        unpriced=int(micros is None),
        estimated=int(usage.estimated),
    )


def _read(fields: Mapping[bytes, bytes], prefix: str = "") -> Sums:
    return Sums(**{name: int(fields.get(f"{prefix}{name}".encode(), 0)) for name in FIELDS})


@dataclass(frozen=True, slots=True)
class Ledger:
    """Reads the sums that the end of every turn adds to."""

    store: Store

    async def of_conversation(self, conversation: Conversation) -> tuple[Sums, Sums]:
        """The last answer, and all answers since the conversation began."""
        fields = await self.store.do("HGETALL", ConversationKeys(conversation).usage)
        return _read(fields, "last_"), _read(fields)

    async def of_month(self, tenant: str, month: str) -> Sums:
        """All answers of a tenant in a month such as `2026-11`."""
        parts = await self.store.do_all(*(("HGETALL", key) for key in month_keys(tenant, month)))
        return sum((_read(part) for part in parts), Sums())
