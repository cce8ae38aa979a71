"""The last question of each conversation that was not answered, so that `retry` can ask it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import orjson

from bot import exchanges
from bot.keys import DAY, ConversationKeys
from bot.messages import Conversation, Image
from bot.prompt import Question
from bot.store import Store

NOT_KEPT = Question("")
"""Stands for a question that must not be asked again."""


def _pack(question: Question) -> bytes:
    # Pictures that came with the message are not kept: they would fill the store.
    addresses = [image.url for image in question.images if not image.url.startswith("data:")]
    before = question.instead_of
    held = {
        **asdict(replace(question, instead_of=None, images=())),
        "images": addresses,
        "lost_images": question.lost_images + len(question.images) - len(addresses),
        "instead_of": [before.pack().decode(), before.tokens, before.id] if before else None,
    }
    return orjson.dumps(held)


def _unpack(packed: bytes) -> Question:
    held = orjson.loads(packed)
    images, before = held.pop("images"), held.pop("instead_of")
    return Question(
        **{**held, "answers": tuple(held.get("answers", ()))},
        images=tuple(map(Image, images)),
        instead_of=exchanges.unpack(before[0].encode(), before[1], before[2]) if before else None,
    )


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Keeps questions. Their end is the exchange that answers them, or a reset; both delete them."""

    store: Store
    retention_days: int = 30

    async def keep(self, question: Question, conversations: Iterable[Conversation]) -> None:
        """Keep a question where `retry` may look for it, in place of the one before."""
        keys = sorted(ConversationKeys(each).unanswered for each in conversations)
        kept = " ".join(keys).encode() + b"\n" + _pack(question)
        await self.store.run("keep", keys, [kept, self.retention_days * DAY])

    async def forget(self, conversations: Iterable[Conversation], message: str) -> None:
        """Keep a question no longer that this message asked."""
        for conversation in conversations:
            question = await self.find(conversation)
            if question and question.answers[:1] == (message,):
                await self.store.do("DEL", ConversationKeys(conversation).unanswered)

    async def find(self, conversation: Conversation) -> Question | None:
        """The question that waits for an answer, if one does."""
        kept = await self.store.do("GET", ConversationKeys(conversation).unanswered)
        return _unpack(kept.partition(b"\n")[2]) if kept else None
