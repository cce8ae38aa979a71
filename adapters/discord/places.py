"""Where a reply stands in Discord, and how ids of Discord's stand in ours."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.discord.tickets import Ticket, ticket_of
from bot.messages import Conversation, IncomingMessage

PLATFORM = "discord"
_DIRECT = "@"
"""What the name of a tenant begins with that is one person's direct messages; their channel follows."""


def tenant_of(guild: str | None, channel: str) -> str:
    """The tenant of a server, or of the direct messages in a channel where there is no server."""
    return f"{PLATFORM}:{guild or _DIRECT + channel}"


def guild_of(conversation: Conversation) -> str:
    """The server of a conversation; empty for direct messages."""
    name = conversation.tenant.partition(":")[2]
    return "" if name.startswith(_DIRECT) else name


def is_direct(conversation: Conversation) -> bool:
    """Whether a conversation is somebody's direct messages."""
    return not guild_of(conversation)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reply to a message stands, and for whom."""

    guild: str
    """Empty for direct messages."""
    channel: str
    """The channel, or the parent of the thread."""
    thread: str | None
    """The thread in which the reply stands; it may have to be opened, or not be possible at all."""
    opens: bool
    """Whether the thread begins with the message that is answered: it has its id."""
    trigger: str
    """The message that is answered; of a click the one that was clicked; empty where there is none."""
    after: str
    """A reply is newer than this id."""
    author: str
    ticket: Ticket | None = None
    """What lets the reply, or what is private of it, be given as the answer to an interaction."""
    in_place: bool = False
    """Whether the reply stands in the channel, since the thread cannot be opened."""
    at: float = 0.0
    """When that was given, in seconds since 1970; 0 where nobody knows."""


def place_of(message: IncomingMessage) -> Place:
    """Where a message is answered."""
    there = message.answered_in
    ticket = ticket_of(message.ticket) if message.ticket else None
    trigger = ticket.about if ticket else message.origin
    return Place(
        guild=guild_of(there),
        channel=there.channel,
        thread=there.thread,
        opens=message.opens is not None and there.thread == trigger,
        trigger=trigger,
        after=message.origin,
        author=message.author.id,
        ticket=ticket,
        in_place=ticket is not None and ticket.in_place,
        at=message.at,
    )
