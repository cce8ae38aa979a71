"""Clicks: what a component under a reply says when it is pressed, and in which conversation."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from adapters.discord.payloads.grounds import Data, conversation_on
from adapters.discord.payloads.interactions import COMPONENT, ground_in, kind_of
from bot.messages import Conversation

_PREFIX = "parley"
_LONGEST = 24
"""Characters of a name in a `custom_id`, which has a hundred in all (discord.com/developers, "Component Reference")."""
_PARTS = 5
NO_THREAD = "-"
"""Stands for a thread, where a reply belongs to the channel as a whole."""


@dataclass(frozen=True, slots=True)
class Click:
    """What the `custom_id` of a component, or of a modal, holds."""

    word: str
    author: str
    """Whose message it was that got the reply."""
    reply: str
    """The name of the reply, as `shortened` gives it."""
    thread: str = ""
    """The thread to which the reply belongs, where it stands in the channel and the thread has another name.

    That of a thread that could not be opened is the message that is answered, and so the reply; NO_THREAD for none.
    """

    def pack(self) -> str:
        """The form in which it comes back, of at most a hundred characters."""
        parts = [_PREFIX, self.word, self.author, self.reply, self.thread]
        return ":".join(parts if self.thread else parts[:-1])


def unpack(packed: str) -> Click | None:
    """The click that `pack` wrote; None of what is not ours."""
    prefix, *parts = packed.split(":")
    return Click(*parts) if prefix == _PREFIX and len(parts) in {_PARTS - 2, _PARTS - 1} else None


def click_of(data: Data) -> Click | None:
    """What was clicked, if that is ours."""
    return unpack(str(data["data"].get("custom_id") or "")) if kind_of(data) == COMPONENT else None


def shortened(name: str) -> str:
    """How a reply is called in components: by its name, or, if that is long, by what is made from it."""
    if len(name) <= _LONGEST and ":" not in name:
        return name
    return hashlib.sha256(name.encode()).hexdigest()[:_LONGEST]


def place_of_click(data: Data, click: Click) -> Conversation:
    """The conversation of the reply that was clicked, or of which a modal speaks."""
    ground = ground_in(data)
    place = conversation_on(ground, data.get("guild_id"))
    if ground.is_thread or not ground.opens or click.thread == NO_THREAD:
        return place
    return Conversation(place.tenant, place.channel, click.thread or click.reply)
