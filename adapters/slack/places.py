"""Where a reply stands in Slack, and how ids of Slack's stand in ours."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Conversation, IncomingMessage

PLATFORM = "slack"
CLICK = "click-"
"""What the id of a message begins with that is a click; its time follows."""


def tenant_of(team: str) -> str:
    """The tenant of a workspace."""
    return f"{PLATFORM}:{team}"


def team_of(conversation: Conversation) -> str:
    """The workspace of a conversation."""
    return conversation.tenant.partition(":")[2]


def is_direct(channel: str) -> bool:
    """Whether a channel is somebody's direct messages, as its id says."""
    return channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the reply to a message stands, and for whom."""

    team: str
    channel: str
    thread: str | None
    """The `ts` of the thread's first message; None in a channel itself."""
    after: str
    """The `ts` of the message that is answered, or of the thread: a reply is newer. Empty where nobody knows."""
    author: str
    ticket: str
    """The address for the answer to a command or a button, which works for half an hour; or empty."""
    whispers: bool = True
    """Whether the author can be shown something that nobody else reads."""
    at: float = 0.0
    """When that was given, in seconds since 1970; 0 where nobody knows."""

    @property
    def opens(self) -> bool:
        """Whether the reply opens the thread in which it stands."""
        return self.thread is not None and self.thread == self.after


def place_of(message: IncomingMessage) -> Place:
    """Where a message is answered."""
    there = message.answered_in
    name = message.origin.removeprefix(CLICK)
    after = name if _is_ts(name) else there.thread or ""
    author = message.author
    return Place(
        team=team_of(there),
        channel=there.channel,
        thread=there.thread,
        after=after,
        author=author.id,
        ticket=message.ticket,
        whispers=not author.automatic,
        at=message.at,
    )


def _is_ts(name: str) -> bool:
    seconds, dot, rest = name.partition(".")
    return bool(dot) and seconds.isdigit() and rest.isdigit()
