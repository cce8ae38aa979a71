"""Splitting growing Markdown into finished blocks and a growing tail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.terminal.cleaning import clean

_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")


@cache
def _parser() -> MarkdownIt:
    # References would tie a block to later ones. Markup that is shown as nothing, or hides its address, is
    # shown as it was written: `Vec<T>` is no element, and `![chart](https://…)` no picture in a terminal.
    left_out = ["reference", "html_block", "html_inline", "image"]
    return MarkdownIt("commonmark").enable(["strikethrough", "table"]).disable(left_out)


@cache
def _block_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable(["reference", "html_block"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def to_tokens(text: str) -> list[Token]:
    """The parsed text. Every block means alone what it means in its place."""
    return _parser().parse(text)


def _starts(text: str) -> list[int]:
    """The offsets at which the outermost blocks begin."""
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    tokens = _block_parser().parse(text)
    return [
        offsets[token.map[0]] for token in tokens if token.level == 0 and token.nesting >= 0 and token.map
    ]


@dataclass(slots=True)
class Growing:
    """Text that grows, cut where nothing that follows can change what came before.

    The blocks and the tail, joined, are the cleaned text, however it was cut into pieces. A fence, list, quote
    or table is never torn. A piece costs O(tail), and next to nothing while no line ends.
    """

    tail: str = ""

    def feed(self, text: str) -> tuple[str, ...]:
        """Append to the text, and take the blocks that are finished by it."""
        self.tail += clean(text)
        # An unfinished line may still become anything: `2` a paragraph, `2. ` the list's next item.
        return self._cut(self.tail[: self.tail.rindex("\n") + 1]) if "\n" in text else ()

    def end(self) -> tuple[str, ...]:
        """Take the blocks that are left, for nothing follows."""
        blocks = self._cut(self.tail)
        last, self.tail = self.tail, ""
        return (*blocks, last) if last else blocks

    def _cut(self, judged: str) -> tuple[str, ...]:
        bounds = [0, *_starts(judged)[1:]]
        blocks = tuple(self.tail[start:end] for start, end in pairwise(bounds))
        self.tail = self.tail[bounds[-1] :]
        return blocks


def cropped(tail: str, rows: int) -> str:
    """The tail or, of a code fence that has more lines than that, its opening line and its last lines."""
    opening, _, code = tail.lstrip("\n").partition("\n")
    if not _FENCE.match(opening):
        return tail
    lines = code.rsplit("\n", rows)
    return tail if len(lines) <= rows else "\n".join((opening, *lines[1:]))
