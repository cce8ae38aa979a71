"""Feedback: what people thought of answers. The last word of each person on each reply counts."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from bot.keys import DAY, FEEDBACK_KEYS, ConversationKeys, conversation_of, feedback_key, owner_of
from bot.messages import Author, Conversation
from bot.store import Store
from bot.unicode import well_formed

Thumb = Literal["up", "down"]
MOST = 10_000
"""Clicks and reasons of one tenant that are kept, the newest."""
LONGEST = 2_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody says of a reply, in the conversation in which it stands."""

    conversation: Conversation
    reply: str
    """The id of the message that was answered."""
    author: Author
    thumb: Thumb
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody has said of a reply, and when, in seconds since 1970."""

    at: float
    rating: Rating


@dataclass(frozen=True, slots=True)
class Feedback:
    """Keeps and lists opinions, by tenant."""

    store: Store
    retention_days: int = 30

    async def keep(self, rating: Rating) -> None:
        """Keep an opinion; it stands in place of the one that the same person had of the same reply."""
        key = feedback_key(rating.conversation.tenant)
        fields = {
            "lane": ConversationKeys(rating.conversation).lane,
            "reply": rating.reply,
            "author": rating.author.id,
            "thumb": rating.thumb,
            "reason": well_formed(rating.reason.strip()[:LONGEST]),
        }
        pairs = [item for pair in fields.items() for item in pair]
        life = self.retention_days * DAY
        oldest = int((time.time() - life) * 1000)
        await self.store.do_all(
            ("XADD", key, "MAXLEN", "~", MOST, "*", *pairs),
            ("XTRIM", key, "MINID", max(oldest, 0)),
            ("EXPIRE", key, life),
            atomic=True,
        )

    async def tenants(self) -> list[str]:
        """The tenants whose people thought something of an answer."""
        keys = [key async for key in self.store.keys(FEEDBACK_KEYS)]
        return sorted({unquote(owner_of(key)[0]) for key in keys})

    async def all(self, tenant: str) -> tuple[Opinion, ...]:
        """The opinions of a tenant's people, oldest first."""
        entries = await self.store.do("XRANGE", feedback_key(tenant), "-", "+")
        last: dict[tuple[Conversation, str, str], Opinion] = {}
        for opinion in (_to_opinion(position.decode(), held) for position, held in entries):
            rating = opinion.rating
            key = (rating.conversation, rating.reply, rating.author.id)
            last.pop(key, None)
            last[key] = opinion
        return tuple(last.values())


def _to_opinion(position: str, held: dict[bytes, bytes]) -> Opinion:
    lane, reply, author, reason = (held[name].decode() for name in (b"lane", b"reply", b"author", b"reason"))
    thumb: Thumb = "up" if held[b"thumb"] == b"up" else "down"
    rating = Rating(conversation_of(lane), reply, Author(author, author), thumb, reason)
    return Opinion(int(position.partition("-")[0]) / 1000, rating)
