"""Finding a post of ours again: read back behind the message that is answered, by what it replies to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.payloads.buttons import reply_of
from adapters.discord.payloads.clicks import shortened
from adapters.discord.replies.aside import NOT_TO_YOU
from adapters.discord.replies.spot import Spot
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import MESSAGES

PAGE = 100
PAGES = 5
"""Most pages that are read; a reply stands behind its question, so it is on the first as a rule."""

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """A post that may stand, and what is known of the reply's others."""

    key: str
    known: Mapping[str, str]
    """Their ids and keys."""
    is_ours: bool = True
    """Whether it is of the reply that is being given, and not of an earlier one."""

    @property
    def name(self) -> str:
        """What the reply is called."""
        return self.key.rpartition("/")[0]

    @property
    def kind(self) -> str:
        """`d` of a document, empty of a text."""
        return "d" if self.key.rpartition("/")[2].startswith("d") else ""

    @property
    def number(self) -> int:
        """Which of its kind it is."""
        return _number_of(self.key)


async def found(rest: Rest, spot: Spot, bot: str, sought: Sought) -> str | None:
    """The id of a post of the bot's, `channel/message`. Raises PlatformError.

    Discord keeps no key with a message. So the posts of a reply are those that reply to its message, or, in a thread
    that begins with it, those that reply to nothing; and they stand in their order. Buttons name the reply that they
    end.
    """
    for channel in spot.others:
        try:
            own = [each async for each in _messages(rest, channel, spot.place.after) if _is_own(each, bot)]
        except Refused:
            continue  # there is no such channel, or nothing in it may be read
        replied_to = spot.trigger_in(channel) if sought.is_ours else sought.name
        if post := _numbered(f"{channel}/", _of_reply(own, sought.name, replied_to), sought):
            return post
    return None


async def followed(rest: Rest, spot: Spot, prefix: str, sought: Sought) -> str | None:
    """The id behind that prefix of a message that goes on with the answer to an interaction. Raises PlatformError.

    Only what everybody reads is among the messages of a channel.
    """
    interaction = spot.place.after
    try:
        messages = [each async for each in _messages(rest, spot.channel, interaction)]
    except Refused:
        return None
    return _numbered(prefix, [each for each in messages if _is_answer(each, interaction)], sought)


def _of_reply(own: Sequence[Message], name: str, replied_to: str) -> list[Message]:
    """The posts of the reply with this name, which replies to that message."""
    kept: list[Message] = []
    waiting: dict[str, list[Message]] = {}
    for message in own:
        reference = str((message.get("message_reference") or {}).get("message_id") or "")
        waiting.setdefault(reference, []).append(message)
        if whose := reply_of(message.get("components") or ()):
            kept += waiting.pop(reference) if whose == shortened(name) else ()
            waiting.pop(reference, None)
    return sorted(kept + waiting.get(replied_to, []), key=_id)


def _numbered(prefix: str, own: Sequence[Message], sought: Sought) -> str | None:
    """The one with the number that is looked for; those whose number is known tell that of others."""
    number = 0
    for message in own:
        if bool(message.get("attachments")) != bool(sought.kind):
            continue
        post = f"{prefix}{message['id']}"
        key = sought.known.get(post)
        if key == sought.key or (key is None and number == sought.number):
            return post
        number = _number_of(key) + 1 if key else number + 1
    return None


async def _messages(rest: Rest, channel: str, after: str) -> AsyncIterator[Message]:
    """The messages of a channel that are newer than that, the oldest first."""
    for _ in range(PAGES):
        page = await rest.ask(MESSAGES, channel, query={"after": after, "limit": str(PAGE)})
        for message in sorted(page, key=_id):
            yield message
            after = str(message["id"])
        if len(page) < PAGE:
            return


def _is_own(message: Message, bot: str) -> bool:
    """Whether the bot wrote this, and not as the answer to a command."""
    return bool(
        message["author"]["id"] == bot
        and message.get("type") in {0, 19}
        and not message.get("interaction_metadata")
        and message.get("content") != NOT_TO_YOU
    )


def _is_answer(message: Message, interaction: str) -> bool:
    return str((message.get("interaction_metadata") or {}).get("id") or "") == interaction


def _id(message: Message) -> int:
    return int(message["id"])


def _number_of(key: str) -> int:
    return int(key.rpartition("/")[2].lstrip("pd"))
