from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from adapters.terminal.reply import TerminalReply, drawn
from adapters.terminal.screen import Screen
from bot.reply import Ending
from tests.adapters.terminal.consoles import Frames, filled, glass, paper, screen_of, written

COMPLETE = Ending("complete")


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

    assert not reply.failed


async def test_a_sink_may_be_settled_twice(tmp_path: Path) -> None:
    console = paper()
    reply = TerminalReply(Screen(console), tmp_path)

    reply.write("once")
    reply.settle()
    reply.settle()

    assert written(console).count("once") == 1
