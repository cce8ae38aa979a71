"""What the keyboard does while nobody asks for a line."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LOCAL, _CHARACTERS = 3, 6


@contextmanager
def unechoed(descriptor: int) -> Iterator[None]:
    """Show nothing of what is typed while an answer is drawn, and keep it for the next prompt.

    Ctrl-C stays a signal. Ctrl-Z would leave the shell without a cursor, so it is none.
    """
    before = termios.tcgetattr(descriptor)
    quiet = termios.tcgetattr(descriptor)
    quiet[_LOCAL] &= ~(termios.ECHO | termios.ICANON)
    quiet[_LOCAL] |= termios.NOFLSH  # or Ctrl-C would throw away what was typed before it
    quiet[_CHARACTERS][termios.VSUSP] = os.fpathconf(descriptor, "PC_VDISABLE").to_bytes(1, "big")
    termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        with suppress(termios.error):  # the window was closed
            termios.tcsetattr(descriptor, termios.TCSANOW, before)
