"""The relay: what a model says, brought to a reply as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from bot.answer import Answer
from bot.errors import AnswerBroken, AnswerEmpty, AnswerFiltered
from bot.model import Begun, Finished, Piece, Waiting

FILTERED = (
    "The provider's content filter stopped the answer. Nothing of it was kept; please put the question "
    "another way."
)
EMPTY = "The model gave an empty answer. Nothing of it was kept; `retry` asks again."
USED_UP = (
    "The model used up all the tokens of its reply before the first word, probably by reasoning. Ask for less, "
    "or whoever runs me sets `REPLY_TOKENS` higher."
)
LONGEST = 600.0
"""Seconds that an answer may take, tries and waits included. Each byte resets the client's own limit."""


class Shown(Protocol):
    """As much of a ReplySink as an answer needs while it grows."""

    async def status(self, text: str) -> None:
        """Show what is being done."""

    def write(self, text: str) -> None:
        """Append to the answer."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A reply of which only the status is shown."""

    reply: Shown

    async def status(self, text: str) -> None:
        """Show what is being done."""
        await self.reply.status(text)

    def write(self, text: str) -> None:
        """Show nothing of it."""


async def relay(stream: AsyncGenerator[Piece], reply: Shown, answer: Answer) -> None:
    """Bring all of an answer to a reply. Raises ModelError."""
    try:
        async with asyncio.timeout(LONGEST), aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    answer.pieces.append(piece)
                    reply.write(piece)
                else:
                    await _note(piece, answer, reply)
    except TimeoutError as error:
        raise AnswerBroken("The answer took too long. Nothing of it was kept; `retry` asks again.") from error
    if answer.ended and answer.ended.reason == "filtered":
        raise AnswerFiltered(FILTERED)
    if not answer.text.strip():
        raise AnswerEmpty(EMPTY if answer.finish == "complete" else USED_UP)


async def _note(piece: Begun | Waiting | Finished, answer: Answer, reply: Shown) -> None:
    if isinstance(piece, Begun):
        answer.model = piece.model
    elif isinstance(piece, Waiting):
        answer.model = ""
        await reply.status(f"The model is busy; asking again in {piece.seconds:.0f} s…")
    else:
        answer.ended = piece
