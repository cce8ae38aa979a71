"""What a model wrote, as Slack draws it: nearly as it is, but nothing in it pings or lies about where a link leads."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from adapters.markdown.parts import Limits
from adapters.markdown.unseen import ANY_UNSEEN, UNSEEN, begun, spelled

LIMITS = Limits(soft=2_600, item=2_900, line=3_200, word=3_500, hard=3_600, longest=3_650, head=250, tail=50)
"""Characters of a part: with all that is added to it fewer than 4,000.

Slack takes more in a markdown block (12,000) and in a stream (some 11,000), but an edited message's `text` may have
no more (docs.slack.dev, chat.update), and it is what screen readers read.
"""

_JOINER = "\u2060"
"""Nobody sees it, and nothing breaks at it."""
_LONGEST_EDITED = 4_000
"""Bytes of a message's `text` (docs.slack.dev, chat.update)."""
_LONGEST_TEXT = 40_000
"""Characters of a message's `text` (docs.slack.dev, chat.postMessage)."""

_U = ANY_UNSEEN
_GAP = rf"[{UNSEEN}\t\x0b\x0c \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*+"
_REST = r"[^<>|\r\n]"
"""Of a link, up to its label."""
_LONGEST_LINK = 2_000


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


# The forms of docs.slack.dev, "Formatting message text", from their angle bracket on.
_OPEN = r"(?:<|&(?:lt|#0{0,5}60|#x0{0,5}3c);)"
_WORDS = ("channel", "here", "everyone", "group", "subteam^", "date^")
_NAME = f"(?:[a-z0-9_.-]{_U})"
_ID = f"(?:[a-z]{_U}){{0,30}}[0-9]{_U}(?:[a-z0-9]{_U}){{0,60}}"
_SCHEME = f"[a-z]{_U}(?:[a-z0-9+.-]{_U}){{0,60}}"
_SCHEMES = ("mailto:", "tel:", "sms:", "data:", "javascript:", "www.")
_FORM = re.compile(
    rf"{_OPEN}(?!{_JOINER})(?={_GAP}"
    + _any(
        f"!{_GAP}{_any(*map(spelled, _WORDS))}",
        f"@{_U}{_NAME}{{1,100}}[>|&]",
        f"@{_GAP}[uwb]{_U}{_ID}{_GAP}[>|&]",
        f"#{_GAP}[cgd]{_U}{_ID}{_GAP}[>|&]",
        f"(?-i:#{_U}[CGD]{_U}(?:[A-Z]{_U}){{1,60}}[>|&])",
        spelled("slack://"),
        _any(f"{_SCHEME}:{_U}/{_U}/", *map(spelled, _SCHEMES))
        + _any(rf"{_REST}{{0,{_LONGEST_LINK - 1}}}+\|", f"{_REST}{{{_LONGEST_LINK}}}"),
    )
    + ")",
    re.IGNORECASE,
)
# What may still become one of them. It may be more than that: what is held back for nothing comes a little later.
_UNDECIDED = re.compile(
    _any(
        rf"{_OPEN}(?!{_JOINER}){_GAP}"
        + _any(
            f"!{_GAP}{_any(*map(begun, _WORDS))}",
            f"[@#]{_GAP}{_NAME}{{0,100}}{_GAP}",
            f"{_SCHEME}(?::{_U}(?:/{_U})?)?",
            _any(f"{_SCHEME}:{_U}/{_U}/", *map(spelled, _SCHEMES)) + f"{_REST}{{0,{_LONGEST_LINK - 1}}}",
            "",
        ),
        "&(?:lt?|#(?:0{0,5}(?:60?)?|x(?:0{0,5}(?:3c?)?)?)?)?",
    )
    + r"\Z",
    re.IGNORECASE,
)
_ENTITY = re.compile("&(?=(?:amp|lt|gt);)")


def defused(text: str, *, growing: bool = False) -> str:
    """The text with a word joiner after each angle bracket that would begin a mention or a link under a false name.

    All else stays as it is, generics, HTML and plain links among it. Of text that is growing, an end that may
    become such a form is left out: what is shown is always a beginning of what will be.
    """
    undecided = _UNDECIDED.search(text) if growing else None
    end = undecided.start() if undecided else len(text)
    opened = [match.end() for match in _FORM.finditer(text) if match.end() <= end]
    return _JOINER.join(text[start:stop] for start, stop in pairwise((0, *opened, end)))


def plain(text: str) -> str:
    """The whole text for those who hear a message or read a notification of it, as Slack's `text` wants it."""
    escaped = html.escape(text, quote=False)
    if len(escaped) <= _LONGEST_TEXT:
        return escaped
    # So written, no character takes more than four: a part fits, even one of nothing but angle brackets.
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;")


def to_blocks(text: str) -> list[dict[str, str]]:
    """The text as Slack's own Markdown, which it draws with its tables, code and lists; no block for no text."""
    return [{"type": "markdown", "text": text}] if text.strip() else []


def shortened(text: str) -> str:
    """A message's `text` as short as it must be where a message is edited; its blocks still say all."""
    if len(text.encode()) <= _LONGEST_EDITED:
        return text
    cut = text.encode()[: _LONGEST_EDITED - 3].decode(errors="ignore")
    return re.sub(r"&[a-z]{0,3}\Z", "", cut) + "…"
