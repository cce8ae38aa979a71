"""The names of all keys in Redis, and which of them share a hash slot.

A conversation's keys, and those of its threads, carry the hash tag of one partition, so that one script may
write them together on Redis Cluster too. A tenant's own keys carry the tenant as their tag.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote
from zlib import crc32

from bot.messages import Conversation

DAY = 86_400
YEAR = 400 * DAY
"""Seconds that live long what outlasts its conversation: a year to look back on, and some days more."""
PARTITIONS = 16
"""A channel's partition never changes, so neither may this number."""
_PARTITION_TAGS = frozenset(map(str, range(PARTITIONS)))


def escaped(name: str) -> str:
    """A name in which no character separates keys or opens a hash tag."""
    return quote(name, safe="")


def owner_of(key: str) -> tuple[str, str]:
    """The tenant of a key, escaped, and the kind of the key; no tenant where it is of all, or none of ours."""
    parts = key.split(":")
    if len(parts) < 3 or parts[0] != "parley":  # noqa: PLR2004 - the parts that every key of ours has
        return "", ""
    tag = parts[1].strip("{}")
    if tag in _PARTITION_TAGS:
        return "".join(parts[3:4]), parts[2]
    return tag, parts[2]


def conversation_of(lane: str) -> Conversation:
    """The conversation of a lane."""
    tenant, channel, *thread = map(unquote, lane.split(":"))
    return Conversation(tenant, channel, thread[0] if thread else None)


@dataclass(frozen=True, slots=True)
class ConversationKeys:
    """The keys of one conversation."""

    conversation: Conversation

    @property
    def partition(self) -> int:
        """The partition of the channel and all its threads."""
        return crc32(f"{self.conversation.tenant}\0{self.conversation.channel}".encode()) % PARTITIONS

    @property
    def lane(self) -> str:
        """What the conversation is called within its partition: tenant, channel and thread."""
        parts = (self.conversation.tenant, self.conversation.channel, self.conversation.thread)
        return ":".join(escaped(part) for part in parts if part is not None)

    def _named(self, kind: str) -> str:
        return f"parley:{{{self.partition}}}:{kind}:{self.lane}"

    @property
    def history(self) -> str:
        """Stream of exchanges."""
        return self._named("history")

    @property
    def state(self) -> str:
        """Hash: persona, the window's start, whether there is a history of its own, how often it was reset."""
        return self._named("state")

    @property
    def usage(self) -> str:
        """Hash of the conversation's sums."""
        return self._named("usage")

    @property
    def receipts(self) -> str:
        """Stream of the receipts of its answers, the newest."""
        return self._named("receipts")

    @property
    def branches(self) -> str:
        """Set of the histories of threads that began with a part of this channel's."""
        return self._named("branches")

    @property
    def unanswered(self) -> str:
        """The last question, if it was not answered."""
        return self._named("unanswered")

    @property
    def joined(self) -> str:
        """When somebody first spoke to the bot in this thread (ms): from then on the others need not name it."""
        return self._named("joined")

    def mark(self, message: str) -> str:
        """What became of a message that was accepted in this conversation or in its thread."""
        channel = f"{escaped(self.conversation.tenant)}:{escaped(self.conversation.channel)}"
        return f"parley:{{{self.partition}}}:mark:{channel}:{escaped(message)}"

    def month(self, month: str) -> str:
        """Hash of the tenant's sums in a month (`2026-11`), for the conversations of this partition."""
        return month_key(self.conversation.tenant, month, self.partition)


def known_key(tenant: str, partition: int) -> str:
    """Sorted set: lanes of a tenant in one partition where people need not name the bot → when they last did."""
    return f"parley:{{{partition}}}:known:{escaped(tenant)}"


def attended_key(platform: str) -> str:
    """Sorted set: tenant → when it was last heard of; the empty one says when anybody last listened."""
    return f"parley:{{{platform}}}:attended"


def gap_key(platform: str) -> str:
    """Hash: the time in which nobody listened, until what was said in it is found."""
    return f"parley:{{{platform}}}:gap"


def filling_key(platform: str) -> str:
    """Who looks for what was said in the gap, and until when nobody else does."""
    return f"parley:{{{platform}}}:filling"


def sharers_key(platform: str, name: str) -> str:
    """Sorted set: process that shares numbered places with others → until when it is believed to live (ms)."""
    return f"parley:{{{platform}}}:sharers:{escaped(name)}"


def places_key(platform: str, name: str) -> str:
    """Hash: number of a place → process that has it; and `count`, how many places there are."""
    return f"parley:{{{platform}}}:places:{escaped(name)}"


def month_key(tenant: str, month: str, partition: int) -> str:
    """The part of a tenant's month that one partition keeps."""
    return f"parley:{{{partition}}}:month:{escaped(tenant)}:{month}"


def month_keys(tenant: str, month: str) -> tuple[str, ...]:
    """All parts of a tenant's month."""
    return tuple(month_key(tenant, month, partition) for partition in range(PARTITIONS))


def ready_key(partition: int) -> str:
    """Stream: the conversations of a partition that wait for a worker, or have one."""
    return f"parley:{{{partition}}}:ready"


def parked_key(partition: int) -> str:
    """Stream of the messages that were put aside."""
    return f"parley:{{{partition}}}:parked"


PURGES = "parley:purges"
"""Hash: tenant that is to be forgotten → how far that has come."""
LEASES = "parley:{workers}:leases"
"""Sorted set: worker → the end of its lease, in milliseconds of the server's time."""
BELL = "parley:bell"
"""The channel on which workers hear of messages to claim, and of turns to stop."""


def personas_key(tenant: str) -> str:
    """Hash: name of an own persona → its text."""
    return f"parley:{{{escaped(tenant)}}}:personas"


def allowance_key(tenant: str, name: str) -> str:
    """What a platform allows a tenant, and how much of it is taken."""
    return f"parley:{{{escaped(tenant)}}}:allowance:{name}"


def note_key(tenant: str, name: str) -> str:
    """What one process of a platform left for another."""
    return f"parley:{{{escaped(tenant)}}}:note:{escaped(name)}"


FEEDBACK_KEYS = "parley:{*}:feedback"
"""The pattern of all that `feedback_key` gives."""


def feedback_key(tenant: str) -> str:
    """Stream of what the tenant's people thought of answers."""
    return f"parley:{{{escaped(tenant)}}}:feedback"


def incidents_key(tenant: str) -> str:
    """Stream of incidents."""
    return f"parley:{{{escaped(tenant)}}}:incidents"


def incident_mark(tenant: str, message: str) -> str:
    """That a message's incident is recorded."""
    return f"parley:{{{escaped(tenant)}}}:incident:{escaped(message)}"
