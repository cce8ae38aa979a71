"""A person at a terminal: a prompt, and answers that are drawn below it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from io import TextIOWrapper
from pathlib import Path

from adapters.terminal.prompt.completion import Personas
from adapters.terminal.prompt.keyboard import unechoed
from adapters.terminal.prompt.line import Cleared, Prompt, history_in
from adapters.terminal.rendering import console, markdown
from adapters.terminal.reply import TerminalReply, drawn
from adapters.terminal.screen import Screen

HOW_TO_LEAVE = "_Ctrl-D or `quit` leaves._"


class AtPrompt:
    """Asks, and draws what comes back."""

    def __init__(self, prompt: Prompt, screen: Screen, folder: Path) -> None:
        self._prompt = prompt
        self._screen = screen
        self._folder = folder

    async def line(self) -> str | None:
        """The next line; None if the person leaves."""
        self._screen.show_space()
        while True:
            try:
                return await self._prompt.line()
            except Cleared:
                self._screen.show([markdown(HOW_TO_LEAVE, style="dim")])
                self._screen.show_space()
            except OSError:
                return None  # the window was closed
            finally:
                # uvloop made the terminal non-blocking to read from it, and with it the screen, on which a
                # long answer would then fail with BlockingIOError.
                os.set_blocking(sys.stdin.fileno(), True)

    def reply(self) -> AbstractAsyncContextManager[TerminalReply]:
        """A sink that draws below what was typed."""
        return drawn(self._screen, self._folder)


@contextmanager
def at_prompt(greeting: str, history_file: Path, personas: Personas, folder: Path) -> Iterator[AtPrompt]:
    """The terminal of the standard streams, left as it was found."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that is not UTF-8 shows `?`
    screen = Screen(console())
    with unechoed(sys.stdin.fileno()):
        if greeting:
            screen.show([markdown(greeting)])
        yield AtPrompt(Prompt(history_in(history_file), personas), screen, folder)
    _forget_what_cannot_be_written()


def _forget_what_cannot_be_written() -> None:
    # What is left for a closed window would fail once more when Python ends, with a status of its own (120).
    # https://docs.python.org/3/library/signal.html#note-on-sigpipe
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
