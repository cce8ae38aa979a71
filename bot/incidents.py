"""Incidents: the questions that moderation flagged, without their text unless the operator wants it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import orjson

from bot.keys import DAY, incident_mark, incidents_key
from bot.messages import IncomingMessage
from bot.moderation import Verdict
from bot.store import Store

MOST = 10_000
"""Incidents that are kept of one tenant, the newest."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Who wrote what kind of thing, where and when (seconds since 1970)."""

    at: float
    author: str
    channel: str
    thread: str
    message: str
    categories: tuple[str, ...]
    scores: dict[str, float]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Incidents:
    """Keeps and lists incidents, by tenant."""

    store: Store
    retention_days: int = 30
    keep_text: bool = False

    async def record(self, message: IncomingMessage, text: str, verdict: Verdict) -> None:
        """Keep one; a message has one, however often it is judged."""
        conversation = message.conversation
        held: dict[str, str | bytes] = {
            "author": message.author.id,
            "channel": conversation.channel,
            "thread": conversation.thread or "",
            "message": message.id,
            "categories": orjson.dumps(verdict.categories),
            "scores": orjson.dumps(dict(verdict.scores)),
            **({"text": text} if self.keep_text else {}),
        }
        key = incidents_key(conversation.tenant)
        pairs = [item for pair in held.items() for item in pair]
        life = self.retention_days * DAY
        oldest = int((time.time() - life) * 1000)
        mark = incident_mark(conversation.tenant, message.id)
        await self.store.run("record", [key, mark], [MOST, oldest, life, DAY, *pairs])

    async def all(self, tenant: str) -> tuple[Incident, ...]:
        """The kept incidents of a tenant, oldest first."""
        entries = await self.store.do("XRANGE", incidents_key(tenant), "-", "+")
        return tuple(_to_incident(position.decode(), held) for position, held in entries)


def _to_incident(position: str, held: dict[bytes, bytes]) -> Incident:
    words = {name: held[name.encode()].decode() for name in ("author", "channel", "thread", "message")}
    return Incident(
        at=int(position.partition("-")[0]) / 1000,
        **words,
        categories=tuple(orjson.loads(held[b"categories"])),
        scores=orjson.loads(held[b"scores"]),
        text=held.get(b"text", b"").decode(),
    )
