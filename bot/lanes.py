"""Lanes: how messages stand in them, and what the mailbox's scripts give back of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import structlog

from bot.keys import ConversationKeys, conversation_of, escaped
from bot.messages import Author, IncomingMessage, unpack

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker is to answer, and what is known of earlier attempts."""

    entry: str
    """The position in the partition's stream; with the partition it names the claim."""
    lane: str
    message: IncomingMessage
    readable: bool
    """Whether the message is what was accepted; of one that cannot be read only its place and its id are known."""
    journal: dict[bytes, bytes]

    @property
    def partition(self) -> int:
        """The partition of the message's conversation."""
        return ConversationKeys(self.message.conversation).partition


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that was put aside, and why."""

    id: str
    """The partition, and the position in its stream: `7-1732180000000-0`."""
    why: str
    message: IncomingMessage


def to_item(message: IncomingMessage, *, again: bool) -> bytes:
    """A message as it stands in its lane: escaped id, its conversation's lane, whether it was begun before, and it."""
    begun = escaped(message.changes) or ("1" if again else "")
    head = (escaped(message.id), ConversationKeys(message.conversation).lane, begun)
    return "\n".join((*head, "")).encode() + message.pack()


def to_claims(found: Iterable[Any]) -> list[Claimed]:
    """The claims that a script has found."""
    return [
        Claimed(
            entry.decode(), lane.decode(), *_message_of(lane, item), dict(zip(*[iter(held)] * 2, strict=True))
        )
        for entry, lane, item, held in found
    ]


def _message_of(lane: bytes, item: bytes) -> tuple[IncomingMessage, bool]:
    """The message that stands in a lane, and whether it can be read; if not, only its place and its id are true."""
    name, *_, packed = item.split(b"\n", 3)
    try:
        return unpack(packed), True
    except (ValueError, KeyError, TypeError):
        log.exception("message_unreadable", lane=lane.decode())
        place = conversation_of(lane.decode())
        return IncomingMessage(unquote(name.decode()), place, Author("", ""), ""), False


def to_parked(partition: int, position: bytes, held: dict[bytes, bytes]) -> Parked:
    """A message that was put aside in a partition."""
    message, _ = _message_of(held[b"lane"], held[b"message"])
    return Parked(f"{partition}-{position.decode()}", held[b"why"].decode(), message)
