"""The lower end of the screen: what is printed for good, and what is still drawn anew."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from adapters.terminal.rendering import Lowest


class Screen:
    """Prints what is finished once, above what grows.

    Each call is one write, so nothing flickers. When the terminal is gone, nothing is drawn and nothing raised:
    there is nobody left to tell.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lowest = Lowest()
        self._live: Live | None = None

    @property
    def rows(self) -> int:
        """How many lines the screen has."""
        return self._console.height

    def show(self, finished: Iterable[RenderableType], growing: RenderableType | None = None) -> None:
        """Print some things, and draw another below them in place of the one that was drawn there."""
        try:
            with self._console:
                self._show(finished, growing)
        except OSError:
            self._live = None

    def show_space(self) -> None:
        """Print an empty line."""
        with suppress(OSError):
            self._console.print()

    def _show(self, finished: Iterable[RenderableType], growing: RenderableType | None) -> None:
        # Live draws what it was given last by a refresh, and an update is none: so it has one thing that changes.
        self._lowest.shown = growing
        if growing is not None and self._live is None:
            self._live = _live(self._lowest, self._console)
            self._live.start()
        parts = [part for each in finished for part in (Text(), each)]
        if parts:
            self._console.print(Group(*parts))  # what grows is drawn with it, below
        elif self._live and growing is not None:
            self._live.refresh()
        if self._live and growing is None:
            # Stopped on an empty drawing: on a tall one, rich would print all of it before it erases it.
            self._live.stop()
            self._live = None


def _live(shown: RenderableType, console: Console) -> Live:
    # What others write to stdout or stderr goes where it was sent, which need not be this screen.
    return Live(
        shown,
        console=console,
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
