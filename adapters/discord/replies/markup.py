"""What a model wrote, as Discord draws it: all of it, but nothing in it pings, hides, or lies about where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.discord.replies.dialect.blocks import Block, Code, Table, blocks_of
from adapters.discord.replies.dialect.lines import drawn_lines
from adapters.discord.replies.dialect.links import without_cards
from adapters.discord.replies.dialect.pings import defused, without_undecided
from adapters.discord.replies.dialect.spans import harmless_code
from adapters.discord.replies.dialect.tables import aligned
from adapters.markdown.parts import Limits, parts_of

LONGEST = 2_000
"""Characters of a message's `content` (discord.com/developers, "Create Message"): code points, as Python counts them
(what Discord says in discord-api-docs, issue 1315)."""
LIMITS = Limits(soft=1_400, item=1_480, line=1_560, word=1_640, hard=1_680, longest=1_700, head=180, tail=20)
"""Characters of a part as it was written: what it grows by when it is drawn, a table above all, has room beside it."""

_LANGUAGE = re.compile(r"[a-z0-9_+.-]+#?", re.IGNORECASE)
# An end of a text that grows which may become anything: marks alone in their line, a fence that is being opened,
# a row, a header whose table is not known to be one, a link.
_UNDECIDED = re.compile(
    r"(?:(?<=\n)|^)(?:[-*+_=#~`|:.)>\d \t]+|[ \t>]*(?:(?:`{3,}|~{3,})[^\n]*|\|[^\n]*(?:\n[ \t>|:-]*)?))\Z"
    r"|!?\[[^\[\]\n]{0,200}(?:\](?:\([^()\s]*)?)?\Z"
)
_END = "\n```"
_SPOILER = re.compile(r"(?<=\|)\|")
_QUOTE_ALL = re.compile(r"^>(?=>> )", re.MULTILINE)


def in_parts(text: str) -> list[str]:
    """The text in parts that fit a message each when they are drawn. Text that grows keeps all but the last."""
    return parts_of(text, LIMITS)


def drawn(part: str, *, growing: bool = False) -> str:
    """What is sent for a part: never more than fits, whatever the part.

    Of one that grows, an end that may still become something else is left out.
    """
    text = _decided(part) if growing else part
    blocks = blocks_of(text)
    for columns in (True, False):
        content = defused("\n".join(_drawn(block, columns=columns) for block in blocks))
        if len(content) <= LONGEST:
            return content
    return _crowded(text)


def _decided(text: str) -> str:
    """What can be shown of a text that grows; all of it if that were nothing."""
    undecided = _UNDECIDED.search(text)
    decided = without_undecided(text[: undecided.start()] if undecided else text)
    return decided if decided.strip() else text


def _drawn(block: Block, *, columns: bool) -> str:
    match block:
        case Code():
            return _fenced(block.lines, block.info, block.quote)
        case Table():
            return _fenced(aligned(block.rows) if columns else block.rows, "", block.quote)
        case _:
            return drawn_lines(block.lines)


def _fenced(lines: Iterator[str] | tuple[str, ...] | list[str], info: str, quote: str) -> str:
    """Lines as a block of code, and one of at least a blank: Discord takes no other for one."""
    code = harmless_code("\n".join(lines))
    fenced = f"```{_language(info)}\n{code if code.strip() else f'{code} '}\n```"
    return "\n".join(f"{quote}{line}" for line in fenced.split("\n")) if quote else fenced


def _language(info: str) -> str:
    """The language of a block of code, or nothing: Discord would draw as code what is more than a word."""
    word = info.partition(" ")[0]
    return word.replace("#", "s") if _LANGUAGE.fullmatch(word) else ""


def _crowded(text: str) -> str:
    """A text in which every other character needs something beside it: other letters in their place."""
    text = _QUOTE_ALL.sub("\uff1e", _SPOILER.sub("\u01c0", text[: LONGEST - len(_END)]))
    text = without_cards(text)
    return defused(f"{text}{_END}" if text.count("```") % 2 else text, crowded=True)
