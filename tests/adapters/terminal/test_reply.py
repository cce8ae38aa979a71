from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from adapters.terminal.rendering import console_on, error, markdown
from adapters.terminal.reply import TerminalReply, drawn
from adapters.terminal.screen import Screen
from bot.reply import Ending

COMPLETE = Ending("complete")
# What rich itself writes: colours, moving up, erasing a line, hiding and showing the cursor.
OURS = re.compile(r"\x1b\[(?:[\d;]*m|\d*A|2K|\?25[lh])")


def paper(width: int = 60) -> Console:
    """A console that is no terminal, so that only what is printed for good is written."""
    return Console(file=io.StringIO(), width=width, highlight=False, markup=False, emoji=False)


def glass(height: int = 10) -> Console:
    """A console that is a terminal."""
    console = console_on(io.StringIO())
    return Console(
        file=console.file,
        force_terminal=True,
        width=60,
        height=height,
        highlight=False,
        markup=False,
        emoji=False,
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def screen_of(console: Console, height: int = 10) -> list[str]:
    """Scrollback and screen, after all that was written."""
    screen = pyte.HistoryScreen(60, height, history=10_000)
    pyte.Stream(screen).feed(written(console).replace("\n", "\r\n"))
    above = ["".join(line[column].data for column in range(60)) for line in screen.history.top]
    return [line.rstrip() for line in (*above, *screen.display)]


def filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line]


class Frames:
    """Pauses between drawings that end when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._ends: asyncio.Queue[None] = asyncio.Queue()
        self._begun: asyncio.Queue[None] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.put_nowait(None)
        await self._ends.get()

    async def drawn(self) -> None:
        """Wait until something was drawn."""
        await self._begun.get()

    def end(self) -> None:
        self._ends.put_nowait(None)

    async def next(self) -> None:
        self.end()
        await self.drawn()


async def test_markdown_is_drawn(tmp_path: Path) -> None:
    console = paper()

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("# Title\n\nSome **bold** text.\n\n- one\n- two\n\n```\ncode = 1\n```\n")
        await reply.finish(COMPLETE)

    assert filled(written(console).split("\n"))[1:] == ["Some bold text.", " • one", " • two", "code = 1"]


async def test_blocks_stand_one_line_apart(tmp_path: Path) -> None:
    console = paper()

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("a\n\n- b\n\n| c |\n|---|\n| d |\n\n```\ne\n```\n# f\ng")
        await reply.finish(COMPLETE)

    assert "\n\n\n" not in written(console)


async def test_markup_of_rich_is_literal(tmp_path: Path) -> None:
    console = paper()

    async with drawn(Screen(console), tmp_path) as reply:
        await reply.status("[red]busy[/red]")
        reply.write("[bold]x[/bold] and :smile:")
        await reply.finish(Ending("stopped", "[dim]note"))
        await reply.fail("[green]no")

    for literal in ("[bold]x[/bold] and :smile:", "[dim]note", "Error: [green]no"):
        assert literal in written(console)


async def test_how_it_ended_is_dimmed_below(tmp_path: Path) -> None:
    console = glass()

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("Half")
        await reply.finish(Ending("stopped", "Stopped."))

    assert filled(screen_of(console)) == ["Half", "Stopped."]
    assert "\x1b[2mStopped." in written(console)


async def test_an_error_is_marked_below_what_was_written(tmp_path: Path) -> None:
    console = paper()

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("Half an ans")
        await reply.fail("The model is **away**.")

    assert filled(written(console).split("\n")) == ["Half an ans", "Error: The model is away."]
    assert reply.failed


async def test_nothing_written_is_lost_when_the_handler_breaks(tmp_path: Path) -> None:
    console = paper()

    async def broken() -> None:
        async with drawn(Screen(console), tmp_path) as reply:
            reply.write("Half an ans")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await broken()

    assert "Half an ans" in written(console)


async def test_a_document_is_saved_and_its_place_told(tmp_path: Path) -> None:
    console = paper(200)

    async with drawn(Screen(console), tmp_path) as reply:
        await reply.attach("export.md", "text")

    assert (tmp_path / "export.md").read_text() == "text"
    assert f"Saved as {tmp_path / 'export.md'}." in written(console)


async def test_a_document_that_cannot_be_saved_is_an_error(tmp_path: Path) -> None:
    console = paper()

    async with drawn(Screen(console), tmp_path / "missing") as reply:
        await reply.attach("export.md", "text")

    assert "Error: I could not save export.md here: No such file" in written(console)
    assert reply.failed


async def test_drawing_follows_the_frames_and_not_the_pieces(tmp_path: Path) -> None:
    console, frames = glass(), Frames()

    async with drawn(Screen(console), tmp_path, frames) as reply:
        reply.write("first ")
        await frames.drawn()
        for number in range(500):
            reply.write(f"{number} ")
        before = len(written(console))
        await frames.next()
        after = written(console)

    assert len(frames.asked) == 2
    assert "499" not in after[:before]
    assert "499" in after[before:]
    assert min(frames.asked) >= 0.06


async def test_nothing_is_drawn_while_nothing_changes(tmp_path: Path) -> None:
    console, frames = glass(), Frames()

    async with drawn(Screen(console), tmp_path, frames) as reply:
        reply.write("text")
        await frames.drawn()
        frames.end()
        for _ in range(100):
            await asyncio.sleep(0)

    assert len(frames.asked) == 1


async def test_a_status_turns_until_the_first_text(tmp_path: Path) -> None:
    console, frames = glass(), Frames()

    async with drawn(Screen(console), tmp_path, frames) as reply:
        await reply.status("Thinking…")
        await frames.drawn()
        await frames.next()
        assert "Thinking…" in screen_of(console)[1]
        reply.write("Answer")
        await frames.next()
        await reply.finish(COMPLETE)

    assert filled(screen_of(console)) == ["Answer"]


async def test_an_answer_taller_than_the_screen_is_there_whole_and_once(tmp_path: Path) -> None:
    console, frames = glass(), Frames()
    lines = [f"line {number}" for number in range(100)]
    text = "Before.\n\n```\n" + "\n".join(lines) + "\n```\n\n" + "\n\n".join(lines)

    async with drawn(Screen(console), tmp_path, frames) as reply:
        reply.write(text[:1])
        await frames.drawn()
        for start in range(1, len(text), 50):
            reply.write(text[start : start + 50])
            await frames.next()
        await reply.finish(COMPLETE)

    assert filled(screen_of(console)) == ["Before.", *lines, *lines]


async def test_a_long_fence_is_cropped_to_the_screen_while_it_grows(tmp_path: Path) -> None:
    console, frames = glass(), Frames()

    async with drawn(Screen(console), tmp_path, frames) as reply:
        reply.write("```\n" + "".join(f"line {number}\n" for number in range(5_000)))
        await frames.drawn()

        assert filled(screen_of(console)) == [f"line {number}" for number in range(4_991, 5_000)]


async def test_a_notice_in_the_middle_stands_below_what_was_written(tmp_path: Path) -> None:
    console = glass()

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("Some text")
        await reply.notice("A *notice*.")
        reply.write("More text")
        await reply.finish(COMPLETE)

    assert filled(screen_of(console)) == ["Some text", "A notice.", "More text"]


async def test_a_terminal_that_is_gone_breaks_nothing(tmp_path: Path) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, text)

    console = Console(file=Gone(), force_terminal=True)

    async with drawn(Screen(console), tmp_path) as reply:
        reply.write("to nobody")
        await reply.finish(COMPLETE)


ENTITIES = [
    "&#27;",
    "&#x9b;",
    "&#7;",
    "&NewLine;",
    "&Tab;",
    "<https://a.b/\x1b>",
    "[a](http://x.y/%1b)",
    "|",
    "\n",
]
NASTY = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=())),
        st.sampled_from(
            [*ENTITIES, "\x1b]8;;", "\x9b2J", "\x07", "> ", "- ", "```", "|-|", "# ", "[a](", ")"]
        ),
    )
).map("".join)


@settings(deadline=None)
@given(NASTY, st.sampled_from([markdown, error]), st.integers(1, 60))
def test_nothing_but_our_own_sequences_reaches_the_terminal(
    text: str, look: Callable[[str], object], width: int
) -> None:
    console = Console(
        file=io.StringIO(), force_terminal=True, width=width, highlight=False, markup=False, emoji=False
    )

    console.print(look(text))

    rest = OURS.sub("", written(console))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", rest.replace("\t", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[docs](https://a.example)", "docs (https://a.example)"),
        ("<https://a.example>", "https://a.example"),
        ("Vec<String> is <b>kept</b>", "Vec<String> is <b>kept</b>"),
        ("![chart](https://a.example)", "!chart (https://a.example)"),
        ("<details>\nhidden\n</details>", "<details> hidden </details>"),
    ],
)
def test_addresses_and_angle_brackets_are_shown(text: str, shown: str) -> None:
    console = paper()

    console.print(markdown(text))

    assert written(console).strip() == shown


def test_lines_have_no_blanks_at_their_ends() -> None:
    console = glass()

    console.print(markdown("words\n\n- item\n\n```python\nx = 1\n\ny = 2\n```\n"))

    assert not [line for line in OURS.sub("", written(console)).split("\n") if line != line.rstrip()]


async def test_a_sink_may_be_settled_twice(tmp_path: Path) -> None:
    console = paper()
    reply = TerminalReply(Screen(console), tmp_path)

    reply.write("once")
    reply.settle()
    reply.settle()

    assert written(console).count("once") == 1
