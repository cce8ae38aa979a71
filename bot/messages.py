"""What comes in: a message, its author and the conversation it belongs to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
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
    automatic: bool = False
    """Another bot."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that came with a message: an `https:` or a base64 `data:` address."""

    url: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a message. Its platform reads it before the turn: then it has a text, or is a picture."""

    name: str
    type: str = ""
    """Its media type, such as `text/csv`."""
    size: int = 0
    """Bytes."""
    url: str = ""
    """Where its platform finds it; nobody else can open that."""
    text: str = ""
    unread: str = ""
    """Why it was not read, in words for the person who sent it."""


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
    """What the platform gave for the reply to this message alone, such as an address that works for some minutes.

    It is kept with the message and nowhere else, so it goes with it; of a message that waits longer, or is put aside,
    it opens nothing any more.
    """
    public: bool = False
    """Everybody reads the reply, although there is a ticket for it."""
    files: tuple[File, ...] = ()
    at: float = 0.0
    """When the person wrote, in seconds since 1970; 0 where nobody knows."""
    late: bool = False
    """The message was found afterwards, since nobody listened when it was written."""
    changes: str = ""
    """The id of the earlier message that now reads like this, or is gone."""
    changed_at: float = 0.0
    """When it was changed, in seconds since 1970."""
    deleted: bool = False
    """The message was taken back by its author."""
    transcript: tuple[str, ...] = ()
    """What people have written in the conversation, oldest first, where the message asks for it to be summed up: its
    platform reads that before the turn, and may know the beginning when it takes the message in."""
    pressed: str = ""
    """The name of the reply under which the button stood that was pressed to say this: no later answer is meant."""
    unreadable: int = 0
    """How many messages of the conversation have no line there, since the platform keeps them from the bot."""

    @property
    def answered_in(self) -> Conversation:
        """The conversation in which the reply stands."""
        return self.opens or self.conversation

    @property
    def origin(self) -> str:
        """The id of what the person once wrote: of this message, or of the earlier one that it changes."""
        return self.changes or self.id

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
        author=_to_author(held["author"]),
        text=held["text"],
        images=tuple(Image(image["url"]) for image in held.get("images", ())),
        files=tuple(map(_to_file, held.get("files", ()))),
        opens=_to_conversation(opens) if opens else None,
        addressed=held.get("addressed", True),
        direct=held.get("direct", False),
        ticket=held.get("ticket", ""),
        public=held.get("public", False),
        at=held.get("at", 0.0),
        late=held.get("late", False),
        changes=held.get("changes", ""),
        changed_at=held.get("changed_at", 0.0),
        deleted=held.get("deleted", False),
        transcript=tuple(held.get("transcript", ())),
        pressed=held.get("pressed", ""),
        unreadable=held.get("unreadable", 0),
    )


def _to_author(held: dict[str, Any]) -> Author:
    return Author(held["id"], held["name"], held.get("automatic", False))


def _to_file(held: dict[str, Any]) -> File:
    return File(**{each.name: held[each.name] for each in fields(File) if each.name in held})


def _to_conversation(held: dict[str, Any]) -> Conversation:
    return Conversation(held["tenant"], held["channel"], held.get("thread"))


def _well_formed(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {name: _well_formed(each) for name, each in value.items()}
    return [_well_formed(each) for each in value] if isinstance(value, list | tuple) else value
