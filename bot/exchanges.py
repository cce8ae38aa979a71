"""An exchange: a question and its answer, as they are remembered."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from bot.reply import Finish
from bot.unicode import well_formed


@dataclass(frozen=True, slots=True)
class Exchange:
    """Question and answer with the tokens that both take in a prompt, counted once."""

    question: str
    answer: str
    tokens: int
    author: str = ""
    author_id: str = ""
    images: int = 0
    finish: Finish = "complete"
    id: str = ""
    """The position in the history, `milliseconds-sequence`; empty until it is kept."""
    answers: tuple[str, ...] = ()
    """The ids of the messages that it answers, and under which its posts stand: the question's, then those that asked
    for another answer or for more of it."""

    @property
    def at(self) -> float:
        """When it was remembered, in seconds since 1970."""
        return int(self.id.partition("-")[0] or 0) / 1000

    def pack(self) -> bytes:
        """The stored form, without tokens, id and messages, which stand beside it."""
        texts = map(well_formed, (self.question, self.answer, self.author, self.author_id))
        return orjson.dumps((*texts, self.images, self.finish))


def unpack(packed: bytes, tokens: int, position: str, answers: tuple[str, ...] = ()) -> Exchange:
    """The exchange that `pack` wrote."""
    question, answer, author, author_id, images, finish = orjson.loads(packed)
    return Exchange(question, answer, tokens, author, author_id, images, finish, position, answers)
