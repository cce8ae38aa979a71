"""What every ReplySink promises. A new platform adds its sink to SINKS."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.terminal.pipe.plain import PlainReply, opened
from adapters.terminal.reply import drawn
from adapters.terminal.screen import Screen
from bot.reply import Ending, ReplySink
from bot.store import Store, open_store
from tests.adapters.discord import desk as discord
from tests.adapters.slack import desk as slack
from tests.adapters.terminal.consoles import glass, screen_of
from tests.bot.board import hung
from tests.fakes import RecordingJournal, RecordingReply

COMPLETE = Ending("complete")


@dataclass(frozen=True, slots=True)
class Shown:
    """A sink, and what a person reads of it."""

    reply: ReplySink
    read: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a sink may stand on: a folder of its own, and the address of a Valkey in which nothing is kept."""

    folder: Path
    valkey: str


@asynccontextmanager
async def in_a_pipe(ground: Ground) -> AsyncIterator[Shown]:
    path = ground.folder / "out"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        async with opened(descriptor, lambda: None) as output:
            yield Shown(PlainReply(output), path.read_text)
    finally:
        os.close(descriptor)


@asynccontextmanager
async def on_a_screen(ground: Ground) -> AsyncIterator[Shown]:
    console = glass()
    async with drawn(Screen(console), ground.folder) as reply:

        def read() -> str:
            saved = "".join(path.read_text() for path in sorted(ground.folder.glob("*.md")))
            return "\n".join(screen_of(console)) + saved

        yield Shown(reply, read)


@asynccontextmanager
async def in_memory(ground: Ground) -> AsyncIterator[Shown]:
    del ground
    reply = RecordingReply()

    def read() -> str:
        said = [each.text for each in (*reply.notices, *reply.failures)]
        notes = [ending.note for ending in reply.endings]
        return "\n".join([reply.text, *notes, *said, *(content for _, content in reply.attachments)])

    yield Shown(reply, read)


@asynccontextmanager
async def on_a_board(ground: Ground) -> AsyncIterator[Shown]:
    del ground
    async with hung() as board, board.delivering(RecordingJournal()) as reply:
        yield Shown(reply, lambda: "".join(board.read()))


@asynccontextmanager
async def in_slack(ground: Ground) -> AsyncIterator[Shown]:
    async with open_store(ground.valkey) as store, slack.open_desk(store) as desk, desk.replying() as reply:
        yield Shown(reply, desk.read)


@asynccontextmanager
async def in_discord(ground: Ground) -> AsyncIterator[Shown]:
    del ground
    async with discord.open_desk() as opened:
        desk = replace(opened, journal=RecordingJournal())
        async with desk.replying() as reply:
            yield Shown(reply, desk.read)


SINKS: dict[str, Callable[[Ground], AbstractAsyncContextManager[Shown]]] = {
    "pipe": in_a_pipe,
    "screen": on_a_screen,
    "memory": in_memory,
    "board": on_a_board,
    "slack": in_slack,
    "discord": in_discord,
}


@pytest.fixture(params=SINKS)
async def shown(
    request: pytest.FixtureRequest, tmp_path: Path, valkey: str, store: Store
) -> AsyncIterator[Shown]:
    """Each sink in turn."""
    del store  # it is empty now
    async with SINKS[request.param](Ground(tmp_path, valkey)) as opened_sink:
        yield opened_sink


async def test_all_that_was_written_is_there_when_finish_returns(shown: Shown) -> None:
    words = [f"word{number} " for number in range(500)]

    for word in words:
        shown.reply.write(word)
    await shown.reply.finish(COMPLETE)

    assert shown.read().split() == "".join(words).split()


async def test_the_note_of_an_ending_follows_the_answer(shown: Shown) -> None:
    shown.reply.write("Half of it")
    await shown.reply.finish(Ending("stopped", "It was stopped."))

    assert shown.read().index("Half of it") < shown.read().index("It was stopped.")


async def test_a_failure_keeps_what_was_written_before(shown: Shown) -> None:
    await shown.reply.status("Thinking…")
    shown.reply.write("As far as it came")
    await shown.reply.fail("It broke off.")

    assert "As far as it came" in shown.read()
    assert "It broke off." in shown.read()
    assert "Thinking…" not in shown.read()


async def test_an_answer_that_never_began_can_end(shown: Shown) -> None:
    await shown.reply.status("Thinking…")
    await shown.reply.finish(Ending("stopped", "It was stopped."))

    assert shown.read().split() == ["It", "was", "stopped."]


async def test_a_notice_is_read_by_its_author_even_if_it_is_private(shown: Shown) -> None:
    await shown.reply.notice("Only for you.", private=True)

    assert "Only for you." in shown.read()


async def test_a_document_is_handed_over_whole(shown: Shown) -> None:
    document = "".join(f"line {number}\n" for number in range(200))

    await shown.reply.attach("talk.md", document)

    assert document in shown.read()


async def test_ten_thousand_pieces_written_at_once_are_all_there(shown: Shown) -> None:
    for _ in range(10_000):
        shown.reply.write("x ")
    await shown.reply.finish(COMPLETE)

    assert shown.read().count("x") == 10_000


async def test_what_was_written_under_a_key_is_found_or_nothing_ever_is(shown: Shown) -> None:
    await shown.reply.notice("Hello.")

    found = await shown.reply.find("m1/0")

    assert found is None or found
    assert await shown.reply.find("m1/0") == found
    assert await shown.reply.find("m1/1") is None
