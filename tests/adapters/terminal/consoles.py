"""Consoles for tests that write to memory, and what a person would see of it."""

from __future__ import annotations

import asyncio
import io
import re

import pyte
from rich.console import Console

# What rich itself writes: colours, moving up, erasing a line, hiding and showing the cursor.
OURS = re.compile(r"\x1b\[(?:[\d;]*m|\d*A|2K|\?25[lh])")


def paper(width: int = 60) -> Console:
    """A console that is no terminal, so that only what is printed for good is written."""
    return Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)


def glass(width: int = 60, height: int = 10) -> Console:
    """A console that is a terminal."""
    return Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="256",
        width=width,
        height=height,
        highlight=False,
        markup=False,
        emoji=False,
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def screen_of(console: Console, height: int = 10) -> list[str]:
    """Scrollback and screen, after all that was written."""
    screen = pyte.HistoryScreen(60, height, history=10_000)
    pyte.Stream(screen).feed(written(console).replace("\n", "\r\n"))
    above = ["".join(line[column].data for column in range(60)) for line in screen.history.top]
    return [line.rstrip() for line in (*above, *screen.display)]


def filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line]


class Frames:
    """Pauses between drawings that end when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._ends: asyncio.Queue[None] = asyncio.Queue()
        self._begun: asyncio.Queue[None] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.put_nowait(None)
        await self._ends.get()

    async def drawn(self) -> None:
        """Wait until something was drawn."""
        await self._begun.get()

    def end(self) -> None:
        self._ends.put_nowait(None)

    async def next(self) -> None:
        self.end()
        await self.drawn()
