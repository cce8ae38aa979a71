"""What calls somebody, made to call nobody."""

from __future__ import annotations

import re
from itertools import pairwise

from adapters.markdown.unseen import ANY_UNSEEN, begun, spelled

JOINER = "\u200b"
"""Nobody sees it. Between the characters of a form it has ended mentions for years (discord.py, `escape_mentions`)."""
_WIDE_AT = "\uff20"

# discord.com/developers, "Message Formatting": <@id>, <@!id> and <@&id>; and the two words, wherever they stand.
_AT = rf"(?:@|(?P<named><{ANY_UNSEEN}@))(?!{JOINER})"
_EVERYONE = f"(?:{spelled('everyone')}|{spelled('here')})"
_PING = re.compile(rf"{_AT}(?={ANY_UNSEEN}(?:{_EVERYONE}|(?(named)[!&]?{ANY_UNSEEN}\d|(?!))))", re.IGNORECASE)
_UNDECIDED = re.compile(
    rf"(?:<{ANY_UNSEEN}(?:@{ANY_UNSEEN}[!&]?{ANY_UNSEEN})?"
    rf"|@{ANY_UNSEEN}(?:{begun('everyone')}|{begun('here')}))\Z",
    re.IGNORECASE,
)
# Code is no mention. Who reads it may know of escapes or not, and may count ticks or not: only what is code for all
# of them is code.
_BLOCK = r"(?P<block>```.*?[^\n].*?```)"
_COUNTED = rf"{_BLOCK}|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
_READINGS = (
    re.compile(rf"\\.|{_COUNTED}", re.DOTALL),
    re.compile(_COUNTED, re.DOTALL),
    re.compile(r"(?P<block>```.*?```)|``.*?``|`[^`\n]*`", re.DOTALL),
)
_UNSURE = re.compile(r"[\n*_]|~~|\|\||\]\(")
"""What in a span of code may end something that began before it, and the span with it."""


def defused(text: str, *, crowded: bool = False) -> str:
    """The text with a joiner in each form that would call somebody; where it is crowded, with a wide "@" there.

    Code is left as it is, for nothing in it is a mention.
    """
    ends = [match.end() for match in _PING.finditer(text)] if "@" in text else []
    if not ends:
        return text
    codes = [_codes(text, reading) for reading in _READINGS]
    ends = [end for end in ends if not all(any(a < end <= b for a, b in spans) for spans in codes)]
    pieces = [text[start:stop] for start, stop in pairwise((0, *ends, len(text)))]
    if crowded:
        return "".join((*(f"{piece[:-1]}{_WIDE_AT}" for piece in pieces[:-1]), pieces[-1]))
    return JOINER.join(pieces)


def without_undecided(text: str) -> str:
    """The text without an end that may become a form with what follows."""
    undecided = _UNDECIDED.search(text)
    return text[: undecided.start()] if undecided else text


def _codes(text: str, reading: re.Pattern[str]) -> list[tuple[int, int]]:
    return [
        match.span()
        for match in reading.finditer(text)
        if match["block"] or (match[0].startswith("`") and not _UNSURE.search(match[0]))
    ]
