"""What stands within a paragraph: code, links, emphasis, and what would be a spoiler."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from adapters.discord.replies.dialect.links import INVITE, LINK, drawn_address, drawn_link
from adapters.discord.replies.dialect.pings import JOINER

_SPECIAL = re.compile(r"[\\`*_<\[]|~~|\|\||discord|://", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)"
    rf"|(?P<link>{LINK})"
    r"|(?P<angle><[a-z][a-z0-9+.-]*:/[^\s<>]*>|<a?:\w+:\d+>)"
    rf"|(?P<invite>{INVITE})"
    r"|(?P<address>https?://[^\s<>`]*[^\s<>`.,:;!?'\"*_~|)\]}])"
    r"|(?P<bars>\|\|+)"
    r"|(?P<marks>\*+|_+|~~+)",
    re.IGNORECASE,
)


def drawn_spans(text: str) -> str:
    """A paragraph as Discord draws it.

    Its marks mean what they mean in Markdown: those without a second half are escaped, since Discord looks for it
    in all that follows, through blocks of code too.
    """
    if not _SPECIAL.search(text):
        return text
    return _Spans(text).drawn()


def harmless_code(code: str) -> str:
    """Code in which nothing ends a block of code."""
    return re.sub("(?<=``)`", f"{JOINER}`", code) if "```" in code else code


@dataclass(slots=True)
class _Marks:
    """A run of marks, and how many of them have no second half yet."""

    mark: str
    place: int
    opens: bool
    closes: bool
    left: int
    paired: str = ""

    def __str__(self) -> str:
        stray = (f"\\{self.mark}" if self._may_pair else self.mark) * self.left
        return f"{stray}{self.paired}" if self.opens else f"{self.paired}{stray}"

    @property
    def _may_pair(self) -> bool:
        """Whether Discord might find them a second half, be it in another paragraph."""
        single = self.left == 1
        return self.opens or not single or (self.mark == "_" and self.closes)


@dataclass(slots=True)
class _Spans:
    """A paragraph that is read from token to token."""

    text: str
    _pieces: list[str | _Marks] = field(default_factory=list)
    _open: list[_Marks] = field(default_factory=list)
    _unclosed: set[int] = field(default_factory=set)

    def drawn(self) -> str:
        at = 0
        while token := _TOKEN.search(self.text, at):
            self._pieces.append(self.text[at : token.start()])
            at = self._read(token)
        return "".join(map(str, (*self._pieces, self.text[at:])))

    def _read(self, token: re.Match[str]) -> int:
        """Read a token; where the next begins."""
        kind = token.lastgroup if token.lastgroup in {"escape", "ticks", "marks", "bars"} else ""
        if kind == "ticks":
            return self._read_code(token)
        if kind == "marks":
            self._read_marks(token)
        elif kind == "bars":
            self._pieces.append(JOINER.join(token[0]))
        elif token["link"]:
            self._pieces.append(drawn_link(token, drawn_spans))
        else:
            self._pieces.append(drawn_address(token[0]) if token["invite"] else token[0])
        return token.end()

    def _read_code(self, token: re.Match[str]) -> int:
        """Read a span of code or, where it has no end, ticks that are nothing but ticks."""
        count = len(token[0])
        closing = re.compile(f"(?<!`)`{{{count}}}(?!`)")
        end = closing.search(self.text, token.end()) if count not in self._unclosed else None
        if end is None:
            self._unclosed.add(count)
            self._pieces.append("\\`" * count)
            return token.end()
        self._pieces.append(_code(token[0], self.text[token.end() : end.start()]))
        return end.end()

    def _read_marks(self, token: re.Match[str]) -> None:
        mark = token[0][0]
        before, after = self.text[: token.start()][-1:] or " ", self.text[token.end() :][:1] or " "
        opens, closes = not after.isspace(), not before.isspace()
        if mark == "_":
            opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
        marks = _Marks(mark, len(self._pieces), opens, closes, len(token[0]))
        self._pieces.append(marks)
        if closes:
            self._close(marks)
        if marks.left and opens:
            self._open.append(marks)

    def _close(self, marks: _Marks) -> None:
        """Pair marks with those that are open, from the last on."""
        for number in range(len(self._open) - 1, -1, -1):
            opened = self._open[number]
            if opened.mark != marks.mark or (marks.mark == "~" and opened.left != marks.left):
                continue
            self._pair(opened, marks)
            del self._open[number + bool(opened.left) :]
            if not marks.left:
                return

    def _pair(self, opened: _Marks, closed: _Marks) -> None:
        count = min(opened.left, closed.left)
        drawn = opened.mark * count
        if drawn == "__":
            # Discord underlines what Markdown makes bold; and __init__ is a name.
            between = "".join(map(str, self._pieces[opened.place + 1 : closed.place]))
            drawn = r"\_\_" if re.fullmatch(r"\w+", between) else "**"
        opened.left -= count
        closed.left -= count
        opened.paired = f"{drawn}{opened.paired}"
        closed.paired = f"{closed.paired}{drawn}"


def _code(ticks: str, code: str) -> str:
    """A span of code in as few ticks as hold it: Discord draws three of them as a block."""
    if len(ticks) <= 2 and "```" not in code:  # noqa: PLR2004
        return f"{ticks}{code}{ticks}"
    code = harmless_code(code)
    runs = set(map(len, re.findall("`+", code)))
    if runs == {1, 2}:
        code = code.replace("``", f"`{JOINER}`")
    ticks = "``" if 1 in runs else "`"
    return f"{ticks}{code}{ticks}"
