from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from adapters.terminal.pipe.plain import Output, PlainReply, opened
from bot.reply import Ending

COMPLETE = Ending("complete")


@dataclass
class Piped:
    reading: int
    writing: int

    def text(self) -> str:
        return os.read(self.reading, 1_000_000).decode()


@pytest.fixture
def pipe() -> Iterator[Piped]:
    reading, writing = os.pipe()
    yield Piped(reading, writing)
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue


def reply_to(pipe: Piped) -> PlainReply:
    return PlainReply(Output(pipe.writing, lambda: None))


async def test_an_answer_ends_with_exactly_one_line_break(pipe: Piped) -> None:
    reply = reply_to(pipe)

    for piece in ("\n\n", "One", "\n", "\nTwo", "\n", "\n\n"):
        reply.write(piece)
    await reply.finish(COMPLETE)

    assert pipe.text() == "One\n\nTwo\n"


async def test_how_it_ended_stands_below(pipe: Piped) -> None:
    reply = reply_to(pipe)

    reply.write("Half")
    await reply.finish(Ending("stopped", "_Stopped._"))

    assert pipe.text() == "Half\n\n_Stopped._\n"


async def test_a_status_is_not_shown(pipe: Piped) -> None:
    reply = reply_to(pipe)

    await reply.status("Thinking…")
    await reply.notice("Done.\n")

    assert pipe.text() == "Done.\n"


async def test_an_error_is_marked_below_what_was_written(pipe: Piped) -> None:
    reply = reply_to(pipe)

    reply.write("Half an ans")
    await reply.fail("The model is away.")

    assert pipe.text() == "Half an ans\n\nError: The model is away.\n"
    assert reply.failed


async def test_a_document_is_written_itself(pipe: Piped) -> None:
    reply = reply_to(pipe)

    await reply.attach("export.md", "# Export\n\ntext\n")

    assert pipe.text() == "# Export\n\ntext\n"


async def test_nothing_that_a_terminal_obeys_is_written(pipe: Piped) -> None:
    reply = reply_to(pipe)

    reply.write("\x1b")
    reply.write("]8;;https://evil.example\x07")
    await reply.notice("\x9b31m")
    await reply.attach("a", "\x1b[2J")

    assert "\x1b" not in (text := pipe.text())
    assert "\x07" not in text
    assert "\x9b" not in text


async def test_what_is_written_arrives_before_the_answer_ends(pipe: Piped) -> None:
    async with opened(pipe.writing, lambda: None) as output:
        reply = PlainReply(output)

        reply.write("First words")

        assert await asyncio.to_thread(pipe.text) == "First words"


async def test_a_full_pipe_stops_nothing_else(pipe: Piped) -> None:
    async with opened(pipe.writing, lambda: None) as output:
        reply = PlainReply(output)
        reply.write("x" * 500_000)
        finishing = asyncio.create_task(reply.finish(COMPLETE))
        received = 0

        while received < 500_001:
            received += len(await asyncio.to_thread(os.read, pipe.reading, 65_536))

        await finishing
    assert received == 500_001


async def test_a_pipe_that_somebody_made_non_blocking_loses_nothing(pipe: Piped) -> None:
    os.set_blocking(pipe.writing, False)
    async with opened(pipe.writing, lambda: None) as output:
        output.append("x" * 300_000)
        flushing = asyncio.create_task(output.flush())

        received = 0
        while received < 300_000:
            received += len(await asyncio.to_thread(os.read, pipe.reading, 65_536))

        await flushing
    assert received == 300_000


async def test_a_reader_that_left_is_told_of_once_and_the_rest_dropped(pipe: Piped) -> None:
    lost: list[str] = []
    os.close(pipe.reading)
    async with opened(pipe.writing, lambda: lost.append("lost")) as output:
        reply = PlainReply(output)

        reply.write("to nobody")
        await reply.finish(COMPLETE)
        await reply.notice("nor this")

    assert lost == ["lost"]
    assert isinstance(output.error, BrokenPipeError)
