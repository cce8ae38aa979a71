"""A terminal for tests: a real pseudo-terminal, whose screen and scrollback can be read."""

from __future__ import annotations

import signal
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pexpect
import pyte

DEADLINE = 20.0


class _Screen(pyte.HistoryScreen):
    answer: Callable[[str], object]

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class Emulator:
    """Runs the scripted talk in a terminal of 80 columns."""

    def __init__(self, folder: Path, *options: str, rows: int = 24, term: str = "xterm-256color") -> None:
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "tests.adapters.terminal.scripted", str(folder), *options],
            dimensions=(rows, 80),
            env={"TERM": term, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            timeout=DEADLINE,
        )
        self.raw = b""
        self.echoes = False
        """Whether what is typed was shown again at the end, as a shell needs it."""
        self._screen = _Screen(80, rows, history=10_000, ratio=0.5)
        self._screen.answer = self.child.send
        self._stream = pyte.ByteStream(self._screen)

    @property
    def screen(self) -> list[str]:
        """The lines that are visible."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def all_lines(self) -> list[str]:
        """The scrollback and the screen."""
        above = [
            "".join(line[column].data for column in range(80)).rstrip() for line in self._screen.history.top
        ]
        return [*above, *self.screen]

    @property
    def text(self) -> str:
        return "\n".join(self.all_lines)

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def expect(self, seen: Callable[[], bool]) -> None:
        """Read until the screen is as wanted."""
        deadline = monotonic() + DEADLINE
        while not seen():
            if monotonic() > deadline:
                raise AssertionError("not seen on this screen:\n" + "\n".join(self.screen))
            try:
                data = self.child.read_nonblocking(65_536, timeout=0.05)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                if seen():
                    return
                raise AssertionError("ended with this screen:\n" + "\n".join(self.screen)) from None
            self.raw += data
            self._stream.feed(data)

    def expect_text(self, text: str) -> None:
        self.expect(lambda: text in self.text)

    def expect_prompt(self, count: int = 1) -> None:
        """Read until the last of so many prompts waits for a line."""
        self.expect(
            lambda: (
                sum(line.startswith(">") for line in self.all_lines) >= count
                and self.lines_left()[-1:] == [">"]
            )
        )

    def lines_left(self) -> list[str]:
        return [line for line in self.screen if line]

    def ask(self, text: str) -> None:
        self.type(text + "\r")

    def interrupt(self, number: int = signal.SIGINT) -> None:
        self.child.kill(number)

    def leave(self) -> int | None:
        """Wait for the end, and return the exit status."""
        while True:
            try:
                data = self.child.read_nonblocking(65_536, timeout=DEADLINE)
            except pexpect.EOF:
                break
            self.raw += data
            self._stream.feed(data)
        self.echoes = bool(termios.tcgetattr(self.child.child_fd)[3] & termios.ECHO)
        self.child.close()
        status: int | None = self.child.exitstatus
        return status
