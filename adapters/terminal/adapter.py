"""Talking: lines are read, handed over one after the other, and answered where they were typed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Protocol

from adapters.terminal.events import leaves, to_message
from adapters.terminal.prompt.completion import Personas
from adapters.terminal.signals import listening
from bot.messages import Author, Conversation
from bot.reply import Handler, ReplySink

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells report it."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Who talks where, and to whom."""

    handler: Handler
    stop: Callable[[Conversation], bool]
    conversation: Conversation
    author: Author
    personas: Personas
    """The names that can be completed after `/persona use`."""
    history_file: Path
    """Where the typed lines are kept; made with its folder, for the owner only."""
    greeting: str = ""
    """Markdown that a person reads first, and a pipe never."""
    folder: Path = Path()
    """Where documents are saved."""


class Reply(ReplySink, Protocol):
    """A sink that knows afterwards whether the answer was an error."""

    @property
    def failed(self) -> bool:
        """Whether it was."""


class Place(Protocol):
    """Where lines come from, and where their answers appear."""

    async def line(self) -> str | None:
        """The next line; None if no more will come. May be cancelled."""

    def reply(self) -> AbstractAsyncContextManager[Reply]:
        """A sink for one answer, which is on the screen when the block is left."""


async def talk(chat: Chat, *, plain: bool) -> int:
    """Talk until the person leaves, and return the exit status.

    It is 0, or in a pipe 1 if the last answer was an error and 130 after Ctrl-C, and 128 + its number after
    another signal that ends a process. Runs in the main thread, whose signals it takes meanwhile. Raises
    OSError if a pipe cannot be written to for another reason than that its reader left.
    """
    if plain or not _on_screen():
        from adapters.terminal.pipe.place import in_pipe  # noqa: PLC0415 - only what a branch needs is loaded

        async with in_pipe(chat.greeting, lambda: chat.stop(chat.conversation)) as pipe:
            return await Talk(chat, pipe, in_pipe=True).run()
    from adapters.terminal.prompt.place import at_prompt  # noqa: PLC0415

    with at_prompt(chat.greeting, chat.history_file, chat.personas, chat.folder) as prompt:
        return await Talk(chat, prompt, in_pipe=False).run()


def _on_screen() -> bool:
    """Whether a person sits here, and the terminal can move its cursor."""
    # A closed descriptor leaves None in place of the stream.
    both = all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return both and os.environ.get("TERM", "dumb") not in {"dumb", "unknown"}


class Talk:
    """One talk, in which a signal means what is being done at the moment."""

    def __init__(self, chat: Chat, place: Place, *, in_pipe: bool) -> None:
        self._chat = chat
        self._place = place
        self._in_pipe = in_pipe
        self._answering = False
        self._reading: asyncio.Timeout | None = None
        self._left: int | None = None

    async def run(self) -> int:
        """Answer line after line."""
        failed = False
        with listening(self._interrupt, self._leave):
            while self._left is None and (line := await self._line()) is not None and not leaves(line):
                if message := to_message(line, self._chat.conversation, self._chat.author):
                    async with self._place.reply() as reply:
                        self._answering = True
                        await self._chat.handler(message, reply)
                    self._answering = False
                    failed = reply.failed
        return int(failed and self._in_pipe) if self._left is None else self._left

    async def _line(self) -> str | None:
        # A time-out that is moved to now is a cancellation that no other can be taken for.
        try:
            async with asyncio.timeout(None) as self._reading:
                return await self._place.line()
        except TimeoutError:
            return None
        finally:
            self._reading = None

    def _interrupt(self) -> None:
        stopped = self._answering and self._chat.stop(self._chat.conversation)
        if not stopped and self._in_pipe:
            self._end(INTERRUPTED)  # as soon as what runs is done, for nothing is broken off halfway

    def _leave(self, signal: Signals) -> None:
        self._end(128 + signal)
        if self._answering:
            self._chat.stop(self._chat.conversation)

    def _end(self, status: int) -> None:
        self._left = status
        if self._reading:
            self._reading.reschedule(asyncio.get_running_loop().time())
            self._reading = None
