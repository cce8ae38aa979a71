"""The sink of a pipe: an answer as plain text."""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from adapters.terminal.cleaning import clean
from bot.beside import beside
from bot.reply import Ending


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            # Whoever shares the descriptor made it non-blocking, which is a property of the open file.
            select.select([], [descriptor], [])


class Output:
    """A descriptor that text is written to at once, in order, by a thread: a full pipe stops nothing else."""

    def __init__(self, descriptor: int, lost: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._lost = lost
        self._texts: list[str] = []
        self._changed = asyncio.Event()
        self._order = asyncio.Lock()
        self.error: OSError | None = None
        """Why nothing can be written any more: a BrokenPipeError if whoever read went away."""

    def append(self, text: str) -> None:
        """Write a text soon."""
        self._texts.append(text)
        self._changed.set()

    async def flush(self) -> None:
        """Return when all that was appended is written, or cannot be. The first failure calls `lost`."""
        async with self._order:
            data = "".join(self._texts).encode(errors="replace")
            self._texts.clear()
            if not data or self.error:
                return
            try:
                await asyncio.to_thread(_write_all, self._descriptor, data)
            except OSError as error:
                self.error = error
                self._lost()

    async def keep_flushing(self) -> None:
        """Write what is appended, for ever."""
        while await self._changed.wait():
            self._changed.clear()
            await self.flush()


@asynccontextmanager
async def opened(descriptor: int, lost: Callable[[], object]) -> AsyncIterator[Output]:
    """An output that is written to as long as the block lasts, and flushed at its end."""
    output = Output(descriptor, lost)
    async with beside(output.keep_flushing()):
        try:
            yield output
        finally:
            await output.flush()


class PlainReply:
    """Writes an answer as text, ended by one line break. No status, no colours, nothing that moves."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._breaks = ""
        self._writing = False
        self._said = False
        self.failed = False
        """Whether the answer is an error."""

    async def status(self, text: str) -> None:
        """Show nothing: in a pipe it would stand in the answer."""

    def expect(self) -> None:
        """Set nothing up."""

    def write(self, text: str) -> None:
        """Append to the answer. Line breaks wait until something follows them, or the answer would end in many."""
        text = self._breaks + clean(text)
        if not self._writing:
            text = text.lstrip("\n")
        shown = text.rstrip("\n")
        self._breaks = text[len(shown) :]
        if shown:
            self._begin()
            self._writing = True
            self._output.append(shown)

    async def finish(self, ending: Ending) -> None:
        """Write the end of the answer, and how it ended."""
        await self._say(ending.note)

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Write a notice, as Markdown."""
        del private
        await self._say(text)

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Write an error below what was written."""
        del private
        self.failed = True
        await self._say(f"Error: {text}")

    async def attach(self, name: str, content: str) -> None:
        """Write the document itself, which is what a pipe is for."""
        del name
        await self._say(content)

    async def take_back(self, name: str) -> None:
        """Leave it: what was printed is read."""

    async def find(self, key: str) -> str | None:
        """Nothing: what went down a pipe cannot be read back."""
        del key
        return None

    async def _say(self, text: str) -> None:
        self.close()
        if text := clean(text).strip("\n"):
            self._begin()
            self._output.append(text + "\n")
        await self._output.flush()

    def close(self) -> None:
        """End the line that is being written."""
        if self._writing:
            self._output.append("\n")
        self._writing, self._breaks = False, ""

    def _begin(self) -> None:
        if self._said and not self._writing:
            self._output.append("\n")
        self._said = True
