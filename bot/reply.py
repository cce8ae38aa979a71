"""The seam between the engine and a platform: where an answer appears, and the shape of a handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.messages import IncomingMessage

Finish = Literal["complete", "length", "stopped"]
"""How an answer can end: by itself, at its limit of tokens, or by a person."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an answer ended, and what the person is told about it (empty when it is simply complete)."""

    reason: Finish
    note: str = ""


class ReplySink(Protocol):
    """The place where one message's answer appears."""

    async def status(self, text: str) -> None:
        """Show what is being done, until the first text replaces it."""

    def expect(self) -> None:
        """An answer is on its way: what takes a while to set up for it, such as a thread, may be set up now."""

    def write(self, text: str) -> None:
        """Append to the answer. Never waits: the sink brings it to the screen at its platform's pace."""

    async def finish(self, ending: Ending) -> None:
        """Return when all that was written is on the screen, with the ending's note if it has one."""

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Say something that is not the model's answer, such as a command's result, in Markdown."""

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Say why there is no answer, or why what was written is only a part of one."""

    async def attach(self, name: str, content: str) -> None:
        """Hand over a document under a file name."""

    async def take_back(self, name: str) -> None:
        """Take away what everybody reads of the reply to another message, as far as it can be found."""

    async def find(self, key: str) -> str | None:
        """The platform's id of what was written under a key; None if nothing was, or if nothing can be found again."""


Handler = Callable[[IncomingMessage, ReplySink], Awaitable[None]]
"""What answers a message. Gates take a handler and give one back."""
