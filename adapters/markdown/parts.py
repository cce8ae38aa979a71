"""Markdown in parts that fit a message each, cut so that text which grows keeps its first parts."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from adapters.markdown.layout import BREAK, Block, Layout

_FIRST = re.compile(r"\s\S")
_LEAD = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*")
_FENCE = re.compile(_LEAD.pattern + r"(?:`+[^`]*|~+|~{3,}.*)\Z")  # or what may become one
_BELONGS = re.compile(r"\s*#|.*[:\uff1a]\**\Z")
"""A line that belongs to what follows: a heading, or "The steps are:"."""
_LISTED = "-*+0123456789"
"""What an item may begin with. Whether it is one shows later than it has to be decided."""
_CONTINUES = re.compile("[\u1160-\u11ff\U0001f3fb-\U0001f3ff\udc00-\udfff]")  # Korean vowels, skins, halves
_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters of a part; with all that is added to it no more than `longest`, `head` and `tail` in all.

    A part ends before the first block that begins `soft` characters after it, else the first item of an outermost
    list from `item` on, else the first line, word or character; at the `longest` even between a letter and its
    accents. As much as `head` may be repeated before its own text, and as much as `tail` be added after it.
    """

    soft: int
    item: int
    line: int
    word: int
    hard: int
    longest: int
    head: int
    tail: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part: what is repeated of earlier ones, its own piece of the text, and what closes its code fence."""

    text: str
    head: str = ""
    tail: str = ""

    def __str__(self) -> str:
        whole = f"{self.head}{self.text}{self.tail}"
        return whole if self.tail else whole.rstrip()


class _Cut(NamedTuple):
    """Where a piece ends, what is added there, and what is repeated at the head of the next."""

    end: int
    tail: str = ""
    head: str = ""


def parts_of(text: str, limits: Limits) -> list[str]:
    """The Markdown in parts that fit a message each; none of them is blank.

    Text that grows keeps all of its parts but the last, and the last one only grows. A code fence that is cut is
    closed and opened again, a table that is cut begins again with its header, and what stands deep in a list gets
    items to stand in. Nothing else is added, and nothing left out but white space at borders outside of code.
    """
    return [str(piece) for piece in pieces_of(text, limits)]


def pieces_of(text: str, limits: Limits) -> list[Piece]:
    """The same parts, with what was added to the text told apart."""
    pieces = []
    head = ""
    # The character after the longest piece shows that it has to end.
    while cut := _cut(head, text[: limits.longest + 1], limits):
        pieces.append(Piece(text[: cut.end], head, cut.tail))
        text, head = text[cut.end :], cut.head
    return [piece for piece in (*pieces, Piece(text, head)) if piece.tail or piece.text.strip()]


@lru_cache(maxsize=64)  # text that grows is cut anew at each of its writes
def _cut(head: str, text: str, limits: Limits) -> _Cut | None:
    """Where the piece ends with which the text begins; None while nothing decides that.

    The first character after a border that is not blank decides it. To wait for more of what follows would be to
    show it meanwhile, and what was shown must stay in its part.
    """
    if len(text) <= limits.soft:
        return None
    borders = _Borders(head, text, limits)
    for match in _FIRST.finditer(text, limits.soft - 1, limits.hard):
        if borders.is_at(match.end() - 1):
            return borders.cut(match.end() - 1)
    for offset in range(limits.hard, min(limits.longest, len(text))):
        if not text[offset].isspace() and not _is_joined(text[:offset], text[offset]):
            return borders.cut(offset)
    return borders.cut(limits.longest) if len(text) > limits.longest else None


def _is_joined(before: str, after: str) -> bool:
    """Whether what is one, a fence or (by common cases of Unicode's annex 29) a character, would be torn there."""
    if after in _FLAGS:
        return (len(before) - len(before.rstrip(_FLAGS))) % 2 == 1
    goes_on = unicodedata.category(after) in {"Mn", "Mc", "Me", "Cf"} or _CONTINUES.match(after)
    return bool(goes_on or before.endswith("\u200d") or _FENCE.match(before, before.rfind("\n") + 1))


@dataclass(frozen=True)
class _Borders:
    """Where a piece may end, told from nothing that stands after a border but its first character."""

    head: str
    text: str
    limits: Limits

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.head + self.text)

    def is_at(self, offset: int) -> bool:
        """Whether a piece ends before this first character of a word."""
        before, blank = self._before(offset)
        breaks = len(BREAK.findall(blank))
        if not breaks:
            return offset >= self.limits.word and not _FENCE.match(before, before.rfind("\n") + 1)
        outermost = blank.endswith(("\n", "\r"))
        parted = outermost and breaks > 1
        if not parted and offset < self.limits.item:
            return False  # without a look at the layout, which takes milliseconds
        line, first = self._line_at(offset), self.text[offset]
        if fence := self._layout.fence_at(line):
            return offset >= self.limits.line and first != fence.token.markup[0]
        if outermost and first in _LISTED and self._layout.in_list(line):
            return offset >= self.limits.item
        last = before.rpartition("\n")[2]
        if parted and not _BELONGS.match(last):
            return True
        heads_table = breaks == 1 and "|" in last and first in "|:-" and not self._layout.table_at(line)
        return offset >= self.limits.line and not heads_table

    def cut(self, offset: int) -> _Cut:
        """The end of a piece there, or at the beginning of that line."""
        before, blank = self._before(offset)
        ends = [match.end() for match in BREAK.finditer(blank)]
        end = len(before) + ends[-1] if ends else offset
        line, torn = self._line_at(end), not ends
        if fence := self._layout.fence_at(line, torn=torn):
            return self._fenced(fence, end, torn=torn)
        if table := self._layout.table_at(line, torn=torn):
            return self._tabled(table, end, "" if torn else self.text[offset : offset + 1])
        lead = _lead(self._layout.text[self._layout.starts[line] : len(self.head) + offset])
        deep = ">" in lead or self._layout.in_list(line + torn)
        return _Cut(offset, head=_inside(lead)) if deep else _Cut(end)

    def _before(self, offset: int) -> tuple[str, str]:
        before = self.text[:offset].rstrip()
        return before, self.text[len(before) : offset]

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._layout.starts, len(self.head) + offset) - 1

    def _fenced(self, fence: Block, end: int, *, torn: bool) -> _Cut:
        lead = _lead(self._layout.lines(fence.first, fence.first + 1))
        tail = ("" if self.text[end - 1] == "\n" else "\n") + lead + fence.token.markup
        head = f"{_inside(lead)}{fence.token.markup}{fence.token.info}\n{lead if torn else ''}"
        fits = len(head) <= self.limits.head and len(tail) <= self.limits.tail
        return _Cut(end, tail, head) if fits else _Cut(end)

    def _tabled(self, table: Block, end: int, first: str) -> _Cut:
        head = self._layout.lines(table.first, table.first + 2)
        edge = head.lstrip()[0]
        goes_on = first == edge if first and edge in "|>" else first not in tuple("#>-*+`~")
        stands = len(head) <= self.limits.head and Layout(head).table_at(2)
        return _Cut(end, head=head) if goes_on and stands else _Cut(end)


def _lead(line: str) -> str:
    """What stands before the words of a line: its quotes, and blanks for all else."""
    lead = _LEAD.match(line)
    return re.sub(r"[^>\s]", " ", lead[0] if lead else "").expandtabs(4)


def _inside(lead: str) -> str:
    """What puts a line as far in as these blanks: four of them would make code of it, outside of a list."""
    quotes = lead[: lead.rfind(">") + 1]
    columns = len(lead) - len(quotes)
    if columns < (5 if quotes else 4):
        return lead
    items = (columns - 4) // 2
    return f"{quotes}{'- ' * items}-{' ' * (columns - 2 * items - 1)}"
