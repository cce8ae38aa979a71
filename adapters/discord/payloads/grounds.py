"""Grounds: what a channel is for what is said there, and for where it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.discord.places import tenant_of
from bot.messages import Conversation

Data = Mapping[str, Any]
"""The `d` of an event, or a part of one."""
THREADS = frozenset({10, 11, 12})
"""The types of channels that are threads (discord.com/developers, "Channel Types")."""
THREADLESS = frozenset({1, 2, 3, 13})
"""Those in which none can be opened: direct messages, and what is written beside what is spoken."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A channel in which something was said."""

    channel: str
    parent: str = ""
    """The channel to which it belongs, if it is a thread."""
    opens: bool = True
    """Whether a thread can be opened from a message there."""

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread whose channel is known."""
        return bool(self.parent)


def ground_of(channel: Data) -> Ground:
    """The ground that a channel is."""
    kind, parent = channel.get("type"), channel.get("parent_id")
    if kind in THREADS and parent:
        return Ground(str(channel["id"]), str(parent), opens=False)
    return Ground(str(channel["id"]), opens=kind not in THREADS | THREADLESS)


def conversation_on(ground: Ground, guild: str | None) -> Conversation:
    """The conversation that is led there."""
    tenant = tenant_of(guild, ground.channel)
    if ground.is_thread:
        return Conversation(tenant, ground.parent, ground.channel)
    return Conversation(tenant, ground.channel)


def opened_on(ground: Ground, guild: str | None, message: str) -> Conversation | None:
    """The thread that the answer to a message opens, which has the message's id; None where there can be none."""
    if ground.is_thread or not ground.opens or not guild:
        return None
    return Conversation(tenant_of(guild, ground.channel), ground.channel, message)
