"""The blocks that Discord draws otherwise than they are written: code and tables, told from all the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adapters.discord.replies.dialect.tables import begins_table
from adapters.markdown.layout import BREAK

_LEAD = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*")
_QUOTES = re.compile(r"(?:[ \t]*>)*[ \t]*")
_FENCE = re.compile(r"(?P<mark>`{3,}(?=[^`]*\Z)|~{3,})[ \t]*(?P<info>.*)")
_OTHER = re.compile(r"#{1,6}[ \t]|>|`{3,}|~{3,}|(?:[-*+]|\d{1,9}[.)])[ \t]")
_INDENTED = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code."""

    lines: tuple[str, ...]
    info: str = ""
    quote: str = ""
    """What each of its lines begins with where it stands in a quote."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its header, the rule below it, and its rows."""

    rows: tuple[str, ...]
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """All else: lines as they are."""

    lines: tuple[str, ...]


Block = Code | Table | Prose


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text; their lines are those of the text, in its order."""
    return list(_Scanner(BREAK.split(text)).blocks())


def lead_of(line: str) -> str:
    """What stands before the words of a line: its quotes, its bullets, and blanks."""
    lead = _LEAD.match(line)
    return lead[0] if lead else ""


@dataclass(slots=True)
class _Scanner:
    """Reads from line to line. A parser would take longer, and not forgive what models write."""

    lines: Sequence[str]
    at: int = 0
    _listed: bool = False
    _prose: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[Block]:
        while self.at < len(self.lines):
            block = self._fence() or self._table() or self._indented()
            if block is None:
                self._note(self.lines[self.at])
                self._prose.append(self.lines[self.at])
                self.at += 1
                continue
            yield from self._rest()
            yield block
        yield from self._rest()

    def _rest(self) -> Iterator[Prose]:
        if self._prose:
            yield Prose(tuple(self._prose))
            self._prose.clear()

    def _note(self, line: str) -> None:
        """Note whether what follows may be indented because it stands in a list."""
        if lead_of(line).strip("> \t"):
            self._listed = True
        elif line[:1].strip() and (self.at == 0 or not self.lines[self.at - 1].strip()):
            self._listed = False

    def _fence(self) -> Code | None:
        line = self.lines[self.at]
        if "```" not in line and "~~~" not in line:
            return None
        lead = lead_of(line)
        fence = _FENCE.fullmatch(line, len(lead))
        bullets = lead.strip("> \t")
        if not fence or _is_too_deep(lead, listed=self._listed):
            return None
        if bullets:
            self._note(line)
            self._prose.append(lead.rstrip())
        self.at += 1
        code = self._code(lead, fence["mark"])
        return Code(tuple(code), fence["info"].strip(), "> " if ">" in lead else "")

    def _code(self, lead: str, mark: str) -> Iterator[str]:
        """The lines up to the end of a fence, without what puts them as far in as the fence."""
        inner = lead.rpartition(">")[2]
        quotes = re.compile(rf"(?:[ \t]*>){{{lead.count('>')}}} ?") if ">" in lead else None
        columns = max(0, len(re.sub(r"\S", " ", inner).expandtabs(_INDENTED)) - bool(quotes))
        closing = re.compile(rf" {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*")
        while self.at < len(self.lines):
            line = self.lines[self.at]
            quoted = quotes.match(line) if quotes else None
            if quotes and not quoted:
                return
            self.at += 1
            line = _dedented(line[quoted.end() :] if quoted else line, columns)
            if closing.fullmatch(line):
                return
            if line or self.at < len(self.lines):
                yield line

    def _table(self) -> Table | None:
        if self.at + 1 >= len(self.lines) or "|" not in self.lines[self.at]:
            return None
        lead = _quotes(self.lines[self.at])
        if _is_too_deep(lead, listed=self._listed):
            return None
        header, rule = (line[len(_quotes(line)) :] for line in self.lines[self.at : self.at + 2])
        if not begins_table(header, rule):
            return None
        rows = [header, rule]
        self.at += 2
        while self.at < len(self.lines) and (row := _row(self.lines[self.at], quoted=">" in lead)):
            rows.append(row)
            self.at += 1
        return Table(tuple(rows), "> " if ">" in lead else "")

    def _indented(self) -> Code | None:
        """Code that is nothing but indented; in a list that would be text."""
        first = self.at
        if self._listed or (first and self.lines[first - 1].strip()) or not _is_code(self.lines[first]):
            return None
        end = first + 1
        while end < len(self.lines) and (_is_code(self.lines[end]) or not self.lines[end].strip()):
            end += 1
        while not self.lines[end - 1].strip():
            end -= 1
        self.at = end
        return Code(tuple(_dedented(line, _INDENTED) for line in self.lines[first:end]))


def _is_too_deep(lead: str, *, listed: bool) -> bool:
    """Whether what stands so far in is code, since it is in no list."""
    return not listed and not lead.strip() and len(lead.expandtabs(_INDENTED)) >= _INDENTED


def _row(line: str, *, quoted: bool) -> str | None:
    lead = _quotes(line)
    row = line[len(lead) :]
    return None if (">" in lead) != quoted or _OTHER.match(row) else row


def _quotes(line: str) -> str:
    quotes = _QUOTES.match(line)
    return quotes[0] if quotes else ""


def _is_code(line: str) -> bool:
    return line.startswith(("    ", "\t")) and bool(line.strip())


def _dedented(line: str, columns: int) -> str:
    """A line without as many of the blanks with which it begins."""
    words = line.lstrip(" \t")
    blanks = line[: len(line) - len(words)]
    if "\t" in blanks[:columns]:
        blanks = blanks.expandtabs(_INDENTED)
    return f"{blanks[columns:]}{words}"
