"""What stands between blocks of code and tables: paragraphs, headings, lists and quotes, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from adapters.discord.replies.dialect.blocks import lead_of
from adapters.discord.replies.dialect.pings import JOINER
from adapters.discord.replies.dialect.spans import drawn_spans

_RULE = re.compile(r"(?P<quotes>(?: {0,3}>)* ?) {0,3}([-*_])(?:[ \t]*\2){2,}[ \t]*")
_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<title>\S.*?)(?:[ \t]+#+)?[ \t]*")
_DEEPEST = 3
"""The level of the smallest headings that Discord draws (support.discord.com, "Markdown Text 101")."""
_DRAWN_RULE = "\u2500" * 20
_QUOTES_ALL = ">>> "
_SUBTEXT = "-# "


def drawn_lines(lines: Iterable[str]) -> str:
    """Some lines as Discord draws them."""
    return "\n".join(map(_drawn, _paragraphs(lines)))


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """The lines, those of a paragraph joined: no span goes on in the next."""
    gathered: list[str] = []
    for line in map(_line, lines):
        lead = lead_of(line)
        rest = line[len(lead) :]
        if gathered and (not rest or lead.strip(" \t>") or rest[0] in "#\u2500" or gathered[-1][:1] == "#"):
            yield "\n".join(gathered)
            gathered.clear()
        gathered.append(line)
    if gathered:
        yield "\n".join(gathered)


@lru_cache(maxsize=256)  # of text that grows all paragraphs but the last stay
def _drawn(paragraph: str) -> str:
    lead = lead_of(paragraph)
    return f"{lead}{drawn_spans(paragraph[len(lead) :])}"


def _line(line: str) -> str:
    """A line without what Discord takes for something else.

    Markdown does not know the mark that quotes all that follows, nor the one that makes a line small.
    """
    if rule := _RULE.fullmatch(line):
        return f"{rule['quotes']}{_DRAWN_RULE}"
    if line == ">":
        return "> "  # Discord quotes only what has a blank after the mark
    lead = lead_of(line)
    if heading := _HEADING.fullmatch(line, len(lead)):
        return _heading(lead, heading)
    rest = line[len(lead) :]
    if rest.startswith(_SUBTEXT):
        rest = f"-{JOINER}{rest[1:]}"
    return f"{lead.replace(_QUOTES_ALL, f'>{JOINER}>> ')}{rest}"


def _heading(lead: str, heading: re.Match[str]) -> str:
    lead = lead if lead.strip() else ""
    marks, title = heading["marks"], heading["title"]
    if len(marks) <= _DEEPEST:
        return f"{lead}{marks} {title}"
    return f"{lead}{title}" if "**" in title else f"{lead}**{title}**"
