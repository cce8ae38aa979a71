"""What comes in: a message, its author and the conversation it belongs to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bot.unicode import well_formed


@dataclass(frozen=True, slots=True)
class Conversation:
    """A channel or a thread in it: what has one history.

    The tenant names its platform as well (`slack:T024BE7LD`), so ids of two platforms never meet.
    """

    tenant: str
    channel: str
    thread: str | None = None

    @property
    def parent(self) -> Conversation | None:
        """The channel that a thread belongs to; None for a channel."""
        return None if self.thread is None else Conversation(self.tenant, self.channel)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message. The id is stable and unique within the tenant, the name is for reading."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that came with a message: an `https:` or a base64 `data:` address."""

    url: str


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message of a person, as every platform hands it over.

    The id names the person's message and not its delivery: a message that is delivered twice has one id.
    """

    id: str
    conversation: Conversation
    author: Author
    text: str
    images: tuple[Image, ...] = ()
    opens: Conversation | None = None
    """The thread in which the reply to a message in a channel is given."""
    addressed: bool = True
    """The message mentions the bot, or nobody else could be meant."""
    direct: bool = False
    """Nobody but the author and the bot reads this conversation."""
    ticket: str = ""
    """What the platform gave for the reply to this message alone, such as an address that works for some minutes."""

    @property
    def answered_in(self) -> Conversation:
        """The conversation in which the reply stands."""
        return self.opens or self.conversation

    def pack(self) -> bytes:
        """The form in which it waits for its answer, in one line."""
        return orjson.dumps(_well_formed(asdict(self)))


def unpack(packed: bytes) -> IncomingMessage:
    """The message that `pack` wrote, perhaps in another version of this code."""
    held = orjson.loads(packed)
    opens = held.get("opens")
    return IncomingMessage(
        id=held["id"],
        conversation=_to_conversation(held["conversation"]),
        author=Author(held["author"]["id"], held["author"]["name"]),
        text=held["text"],
        images=tuple(Image(image["url"]) for image in held.get("images", ())),
        opens=_to_conversation(opens) if opens else None,
        addressed=held.get("addressed", True),
        direct=held.get("direct", False),
        ticket=held.get("ticket", ""),
    )


def _to_conversation(held: dict[str, Any]) -> Conversation:
    return Conversation(held["tenant"], held["channel"], held.get("thread"))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {name: _well_formed(each) for name, each in value.items()}
    return [_well_formed(each) for each in value] if isinstance(value, list | tuple) else value
