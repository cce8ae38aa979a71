"""The sink of a terminal: an answer that is drawn while it is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

from rich.console import RenderableType
from rich.spinner import Spinner

from adapters.terminal.files import save
from adapters.terminal.markup import Growing, cropped
from adapters.terminal.rendering import error, markdown, status
from adapters.terminal.screen import Screen
from bot.beside import beside
from bot.reply import Ending

FRAME = 0.08
"""Seconds from one drawing to the next: steady for the eye, however fast the model is."""
SHARE = 4
"""Drawing takes at most one part in so many of the time, since all else waits for it."""

Pause = Callable[[float], Awaitable[None]]


class TerminalReply:
    """Draws an answer. Nothing that was written is lost, however the answer ends."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen = screen
        self._folder = folder
        self._written: list[str] = []
        self._growing = Growing()
        self._status: Spinner | None = None
        self._changed = asyncio.Event()
        self.failed = False
        """Whether the answer is an error."""

    async def status(self, text: str) -> None:
        """Show what is being done, until the first text replaces it."""
        self._status = status(text)
        self._changed.set()

    def expect(self) -> None:
        """Set nothing up."""

    def write(self, text: str) -> None:
        """Append to the answer; it is drawn at the next frame."""
        self._written.append(text)
        self._changed.set()

    async def finish(self, ending: Ending) -> None:
        """Print the rest of the answer, and dimmed how it ended."""
        self.settle(*([markdown(ending.note, style="dim")] if ending.note else []))

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Print a notice. Only one person reads a terminal."""
        del private
        self.settle(markdown(text))

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Print what was written, and the error below it."""
        del private
        self.failed = True
        self.settle(error(text))

    async def attach(self, name: str, content: str) -> None:
        """Save a document in the folder, and say where."""
        try:
            path = await asyncio.to_thread(save, self._folder, name, content)
        except OSError as refused:
            await self.fail(f"I could not save `{name}` here: {refused.strerror}.")
        else:
            await self.notice(f"Saved as `{path}`.")

    async def take_back(self, name: str) -> None:
        """Leave it: what was printed is read."""

    async def find(self, key: str) -> str | None:
        """Nothing: what is on a screen has no name."""
        del key
        return None

    def settle(self, *after: RenderableType) -> None:
        """Print for good all that was written, and something after it."""
        blocks = (*self._taken(), *self._growing.end())
        self._status = None
        self._screen.show([*map(markdown, filter(str.strip, blocks)), *after])

    async def keep_drawing(self, pause: Pause = asyncio.sleep) -> None:
        """Draw what was written since, frame by frame, for ever. Nothing is drawn while nothing changes."""
        while await self._changed.wait():
            self._changed.clear()
            started = perf_counter()
            self._draw()
            await pause(max(FRAME, (SHARE - 1) * (perf_counter() - started)))
            if self._status:  # a spinner turns
                self._changed.set()

    def _draw(self) -> None:
        blocks = [*map(markdown, filter(str.strip, self._taken()))]
        tail = self._growing.tail
        if tail.strip():
            self._screen.show(blocks, markdown(cropped(tail, self._screen.rows)))
        else:
            self._screen.show(blocks, self._status)

    def _taken(self) -> tuple[str, ...]:
        text = "".join(self._written)
        self._written.clear()
        if text.strip():
            self._status = None
        return self._growing.feed(text)


@asynccontextmanager
async def drawn(screen: Screen, folder: Path, pause: Pause = asyncio.sleep) -> AsyncIterator[TerminalReply]:
    """A sink that draws as long as the block lasts, and leaves a clear screen below."""
    reply = TerminalReply(screen, folder)
    async with beside(reply.keep_drawing(pause)):
        try:
            yield reply
        finally:
            reply.settle()
