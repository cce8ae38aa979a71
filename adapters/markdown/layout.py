"""What stands in which line of a Markdown text."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

BREAK = re.compile(r"\r\n?|\n")
"""Where a line ends."""


class Block(NamedTuple):
    """A block of Markdown: it has the lines from the first up to the end."""

    token: Token
    first: int
    end: int


@cache
def _parser() -> MarkdownIt:
    # References would tie a block to later ones, and HTML is drawn as the text that it is.
    parser = MarkdownIt("commonmark").enable("table").disable(["reference", "html_block"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


class Layout:
    """What stands in which line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in BREAK.finditer(text))]
        self._blocks = [Block(t, t.map[0], t.map[1]) for t in _parser().parse(text) if t.map]

    def lines(self, first: int, end: int) -> str:
        """Some lines, with their breaks."""
        return self.text[self.starts[first] : (*self.starts, len(self.text))[end]]

    def fence_at(self, line: int, *, torn: bool = False) -> Block | None:
        """The code fence in which a line is torn, or which is open before it; the line itself may leave it."""
        fence = self._last(line, "fence")
        if fence is None or line > fence.end - torn:
            return None
        last, markup = self.lines(line - 1, line).strip(" \t>\r\n"), fence.token.markup
        closed = line - 1 > fence.first and len(last) >= len(markup) and set(last) == set(markup)
        return None if line == fence.end and closed else fence

    def table_at(self, line: int, *, torn: bool = False) -> Block | None:
        """The table of which a row is torn, or the last row ends before a line."""
        table = self._last(line - 1, "table_open")
        return table if table and line <= table.end - torn else None

    def in_list(self, line: int) -> bool:
        """Whether a list is the last thing that begins before a line."""
        outermost = (b.token.type for b in reversed(self._blocks) if not b.token.level and b.first < line)
        return next(outermost, "").endswith("list_open")

    def _last(self, line: int, kind: str) -> Block | None:
        return next((b for b in reversed(self._blocks) if b.token.type == kind and b.first < line), None)
