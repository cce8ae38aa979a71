"""Tables, which Discord does not draw: as columns of a fixed-width text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_EDGE = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(
    r"\\([!-/:-@\[-`{-~])"
    r"|(?<!`)(?P<ticks>`+)(?!`)(.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\*\*(\S.*?)\*\*|~~(\S.*?)~~|(?<![*\w])\*([^\s*](?:[^*]*[^\s*])?)\*(?![*\w])"
    r"|<br[ ]*/?>"
)
_GAP = "  "
_UNDER = "\u2500"


def begins_table(header: str, rule: str) -> bool:
    """Whether two lines are the head of a table (github.github.com/gfm, "Tables")."""
    return "|" in header and bool(_RULE.fullmatch(rule)) and len(_cells(header)) == len(_cells(rule))


def aligned(rows: Sequence[str]) -> list[str]:
    """The lines of a table as lines of the same columns, without the marks in its cells."""
    header, rule, *body = rows
    sides = [_side(cell) for cell in _cells(rule)]
    cells = [[_bare(cell) for cell in _cells(row)] for row in (header, *body)]
    widths = [max(map(_width, column)) for column in zip_longest(*cells, fillvalue="")]
    lines = [_line(row, widths, sides) for row in cells]
    return [lines[0], _GAP.join(_UNDER * width for width in widths), *lines[1:]]


def _cells(row: str) -> list[str]:
    row = row.strip()
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _EDGE.split(row)]


def _side(rule: str) -> str:
    return {(True, True): "^", (False, True): ">"}.get((rule.startswith(":"), rule.endswith(":")), "<")


def _bare(cell: str) -> str:
    """A cell without marks, which a fixed-width text does not draw."""

    def bare(match: re.Match[str]) -> str:
        escaped, _, code, *marked = match.groups()
        if escaped or code:
            return str(escaped or code.strip())
        inner = next(filter(None, marked), None)
        return _bare(inner) if inner else " "

    return _MARKS.sub(bare, cell)


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    padded = [
        _padded(cell, width, side or "<")
        for cell, width, side in zip_longest(row, widths, sides[: len(widths)], fillvalue="")
        if isinstance(width, int)
    ]
    return _GAP.join(padded).rstrip()


def _padded(cell: str, width: int, side: str) -> str:
    missing = width - _width(cell)
    before = {"<": 0, "^": missing // 2, ">": missing}[side]
    return f"{' ' * before}{cell}{' ' * (missing - before)}"


def _width(text: str) -> int:
    """The columns that a text takes (Unicode's annex 11)."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
