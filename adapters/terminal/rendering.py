"""What things look like: Markdown, an error, a status."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from markdown_it.token import Token
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markdown import CodeBlock, Markdown, MarkdownElement
from rich.segment import Segment
from rich.spinner import Spinner
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from adapters.terminal.cleaning import clean
from adapters.terminal.markup import to_tokens


def console() -> Console:
    """The terminal of stdout, which takes nothing in a text for markup of its own."""
    return Console(highlight=False, markup=False, emoji=False)


class _Code(CodeBlock):
    """Code in the terminal's own colours and without padding, so that it can be copied."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(
            str(self.text).rstrip(),
            self.lexer_name,
            theme="ansi_dark",
            word_wrap=True,
            background_color="default",
        )


class _Markdown(Markdown):
    """Markdown parsed by our rules, with addresses written out.

    A link that is only an escape sequence hides where it leads, and not every terminal shows it at all.
    """

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "fence": _Code,
        "code_block": _Code,
    }

    def __init__(self, text: str, style: str) -> None:
        super().__init__("", hyperlinks=False, style=style)
        self.parsed = to_tokens(text)
        for token in self.parsed:
            token.children = token.children and list(_without_autolinks(token.children))
            for child in token.children or ():
                # The parser decodes entities, and what is percent-encoded in `<https://…>`, after we cleaned.
                child.content = clean(child.content)


def _without_autolinks(tokens: list[Token]) -> Iterator[Token]:
    """`<https://…>` is its own text already, and would be written twice."""
    return (token for token in tokens if token.markup != "autolink")


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """Something without the empty lines around it, and the blanks at the ends of its lines.

    rich puts them around some kinds of blocks and not around others, and fills every line: what is copied
    would have them, and a window made narrower would break every line in two.
    """

    shown: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self.shown, options.update(height=None), pad=False)
        trimmed = [_trimmed(line) for line in lines]
        filled = [number for number, line in enumerate(trimmed) if line]
        for line in trimmed[filled[0] : filled[-1] + 1] if filled else ():
            yield from line
            yield Segment.line()


def _trimmed(line: list[Segment]) -> list[Segment]:
    kept = list(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        text, style, control = kept[-1]
        kept[-1] = Segment(text.rstrip(), style, control)
    return kept


def markdown(text: str, style: str = "none") -> RenderableType:
    """A text of others, in Markdown."""
    return _Trimmed(_Markdown(clean(text).strip("\n"), style))


def error(text: str) -> RenderableType:
    """What went wrong, marked as that also where there are no colours."""
    marked = Table.grid(padding=(0, 1))
    marked.add_row(Text("Error:", style="bold red"), markdown(text))
    return _Trimmed(marked)


def status(text: str) -> Spinner:
    """What is being done. It turns by the clock, so it has to be kept."""
    return Spinner("dots", Text(clean(text).replace("\n", " "), style="dim"), style="cyan")


@dataclass(slots=True)
class Lowest:
    """The last lines of something that grows and may be taller than the screen, below an empty one."""

    shown: RenderableType | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw them. A line of the screen is left free, since a full one would scroll when it is erased."""
        if self.shown is None:
            return
        lines = [[], *console.render_lines(self.shown, options.update(height=None), pad=False)]
        for line in lines[-max(1, console.height - 1) :]:
            yield from line
            yield Segment.line()
