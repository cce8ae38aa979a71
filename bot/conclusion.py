"""The end of a turn: what is shown, and what is remembered, without asking the model again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import orjson

from bot.history import History, Turned, Writing
from bot.reply import Ending, ReplySink
from bot.unicode import well_formed

VERSION = 2
"""To be counted up with the arguments of the script `remember`, which a conclusion holds."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A complete answer: its text, how it ended, and what is to be written of it into the history."""

    text: str
    ending: Ending
    caution: str = ""
    """What the person should know beside the answer."""
    writing: Writing | None = None

    async def show_end(self, reply: ReplySink) -> None:
        """Bring a reply to its end that was given the text before."""
        await reply.finish(self.ending)
        if self.caution:
            await reply.notice(self.caution)

    def pack(self) -> bytes:
        """The form in which it stands in the journal."""
        return orjson.dumps(
            (
                VERSION,
                well_formed(self.text),
                self.ending.reason,
                self.ending.note,
                self.caution,
                self.writing,
            ),
            default=_text,
        )


def unpack(packed: bytes) -> Conclusion | None:
    """The conclusion that `pack` wrote; None of one that another version wrote, which may mean something else."""
    version, *held = orjson.loads(packed)
    if version != VERSION:
        return None
    text, reason, note, caution, writing = held
    return Conclusion(text, Ending(reason, note), caution, (writing[0], writing[1]) if writing else None)


def _text(value: object) -> str:
    """Bytes in a writing are JSON, which is text."""
    if isinstance(value, bytes):
        return value.decode()
    raise TypeError


class Concluding(Protocol):
    """Where the end of a turn is written down."""

    @property
    def conclusion(self) -> Conclusion | None:
        """The complete answer, if an earlier attempt came as far as that."""

    @property
    def earlier(self) -> str:
        """What a model had answered in an earlier attempt that came to nothing, and is to be paid all the same."""

    async def hold(self) -> None:
        """Return if the turn is still ours to end. Raises ClaimLost."""

    async def conclude(self, conclusion: Conclusion) -> None:
        """Keep a complete answer, before all of it is shown."""

    async def owe(self, turned: Turned) -> None:
        """Keep what an answer cost that came to nothing."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """For turns that nobody else would go on with: what is concluded is remembered now."""

    history: History
    earlier: str = ""
    conclusion: None = None

    async def hold(self) -> None:
        """Return: nobody else could end it."""

    async def conclude(self, conclusion: Conclusion) -> None:
        """Remember it."""
        if conclusion.writing:
            await self.history.write(conclusion.writing)

    async def owe(self, turned: Turned) -> None:
        """Book it."""
        await self.history.remember(turned)
