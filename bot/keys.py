"""The names of all keys in Redis, and which of them share a hash slot.

A conversation's keys, and those of its threads, carry the hash tag of one partition, so that one script may
write them together on Redis Cluster too. A tenant's own keys carry the tenant as their tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from zlib import crc32

from bot.messages import Conversation

DAY = 86_400
YEAR = 400 * DAY
"""Seconds that live long what outlasts its conversation: a year to look back on, and some days more."""
PARTITIONS = 16
"""A channel's partition never changes, so neither may this number."""


def escaped(name: str) -> str:
    """A name in which no character separates keys or opens a hash tag."""
    return quote(name, safe="")


@dataclass(frozen=True, slots=True)
class ConversationKeys:
    """The keys of one conversation."""

    conversation: Conversation

    @property
    def partition(self) -> int:
        """The partition of the channel and all its threads."""
        return crc32(f"{self.conversation.tenant}\0{self.conversation.channel}".encode()) % PARTITIONS

    def _named(self, kind: str) -> str:
        parts = (self.conversation.tenant, self.conversation.channel, self.conversation.thread)
        return ":".join(
            (f"parley:{{{self.partition}}}:{kind}", *(escaped(part) for part in parts if part is not None))
        )

    @property
    def history(self) -> str:
        """Stream of exchanges."""
        return self._named("history")

    @property
    def state(self) -> str:
        """Hash: persona, the window's start, the last turn."""
        return self._named("state")

    @property
    def usage(self) -> str:
        """Hash of the conversation's sums."""
        return self._named("usage")

    def month(self, month: str) -> str:
        """Hash of the tenant's sums in a month (`2026-11`), for the conversations of this partition."""
        return month_key(self.conversation.tenant, month, self.partition)


def month_key(tenant: str, month: str, partition: int) -> str:
    """The part of a tenant's month that one partition keeps."""
    return f"parley:{{{partition}}}:month:{escaped(tenant)}:{month}"


def month_keys(tenant: str, month: str) -> tuple[str, ...]:
    """All parts of a tenant's month."""
    return tuple(month_key(tenant, month, partition) for partition in range(PARTITIONS))


def personas_key(tenant: str) -> str:
    """Hash: name of an own persona → its text."""
    return f"parley:{{{escaped(tenant)}}}:personas"


def incidents_key(tenant: str) -> str:
    """Stream of incidents."""
    return f"parley:{{{escaped(tenant)}}}:incidents"
