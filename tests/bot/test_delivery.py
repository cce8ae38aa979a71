from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.errors import ClaimLost, PlatformRefused, StoreUnavailable
from bot.reply import Ending
from simulators.noticeboard import Fault, Write
from tests.bot.board import COMPLETE, LIMIT, PACE, SCRIPTS, THINKING, Board, hung
from tests.fakes import RecordingJournal, Told, settled


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    async with hung(limit=LIMIT) as opened:
        yield opened


@pytest.mark.parametrize("name", SCRIPTS)
async def test_what_is_said_is_read_once_and_in_order(board: Board, name: str) -> None:
    script, expected = SCRIPTS[name]

    async with board.delivering(RecordingJournal()) as reply:
        await script(board, reply)
        read = board.read()

    assert read == board.read() == expected


async def test_an_answer_grows_in_one_post(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        for text in ("One", "One two", "One two three"):
            reply.write(text.removeprefix("".join(board.read())))
            await board.until_read(text)
        await reply.finish(COMPLETE)

    assert [(write.kind, write.text) for write in board.noticeboard.writes] == [
        ("post", "One"),
        ("edit", "One two"),
        ("edit", "One two three"),
        ("edit", "One two three"),  # now it is complete
    ]


async def test_a_long_answer_stands_in_several_posts_that_make_up_its_text(board: Board) -> None:
    words = [f"word{number} " for number in range(200)]

    async with board.delivering(RecordingJournal()) as reply:
        for word in words:
            reply.write(word)
            await settled()
        await reply.finish(COMPLETE)

    assert "".join(board.read()) == "".join(words).rstrip()
    assert len(board.ids()) == len(board.read()) > 50


async def test_an_answer_is_not_written_for_each_of_its_pieces(board: Board) -> None:
    async with board.delivering(RecordingJournal(), replace(PACE, write=60.0)) as reply:
        for _ in range(100):
            reply.write("x")
        await reply.finish(COMPLETE)

    assert len(board.noticeboard.writes) <= 100 // LIMIT + 2


async def test_nothing_is_asked_of_the_platform_twice_where_nothing_goes_wrong(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await reply.status(THINKING)
        await board.until_read(THINKING)
        await reply.finish(Ending("stopped", "Stopped."))

    assert board.noticeboard.requests == 2
    assert board.read() == ["Stopped."]


async def test_a_status_goes_where_nothing_is_said(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await reply.status(THINKING)
        await board.until_read(THINKING)
        await reply.finish(COMPLETE)

    assert board.read() == []


async def test_what_stands_under_a_key_can_be_found(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await reply.notice("Hello.")
        found = await reply.find("m1/0")

    assert found == board.ids()["m1/0"]


async def test_a_private_word_only_its_author_reads(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await reply.notice("Psst.", private=True)

    assert board.noticeboard.posts("general") == []
    assert board.read() == ["Psst."]


@pytest.mark.parametrize("name", SCRIPTS)
async def test_the_journal_is_told_before_each_write_and_of_each_new_post_after_it(
    board: Board, name: str
) -> None:
    script, _ = SCRIPTS[name]
    journal = RecordingJournal()

    async with board.delivering(journal) as reply:
        await script(board, reply)

    history: list[Told | Write] = [*journal.told, *board.noticeboard.writes]
    history.sort(key=lambda each: each.at)
    for place, write in enumerate(history):
        if isinstance(write, Write):
            before = history[place - 1]
            assert isinstance(before, Told)
            assert not before.post
            assert before.key == (write.key if write.kind != "edit" else "")
            if write.kind == "post":
                after = history[place + 1]
                assert isinstance(after, Told)
                assert (after.key, after.post) == (write.key, write.id)


async def test_the_journal_knows_the_answer_as_far_as_it_is_read_after_a_failure_too(board: Board) -> None:
    journal = RecordingJournal()

    async with board.delivering(journal) as reply:
        reply.write("Half of it")
        await board.until_read("Half of it")
        await reply.fail("It broke off.")

    assert [told.text for told in journal.told if not told.post] == ["Half of it", "Half of it", "Half of it"]


async def test_a_lost_claim_ends_the_block_at_once_and_nothing_more_is_written(board: Board) -> None:
    journal = RecordingJournal()

    async def answer() -> None:
        async with board.delivering(journal) as reply:
            reply.write("One")
            await board.until_read("One")
            journal.lost = True
            reply.write(" two")
            await asyncio.Event().wait()

    with pytest.raises(ClaimLost):
        await answer()
    assert board.read() == ["One"]
    assert board.noticeboard.requests == 1


async def test_a_claim_that_is_lost_at_the_end_is_told_there(board: Board) -> None:
    journal = RecordingJournal()

    async with board.delivering(journal) as reply:
        await reply.notice("One")
        journal.lost = True
        with pytest.raises(ClaimLost):
            await reply.fail("It broke off.")

    assert board.read() == ["One"]
    assert board.noticeboard.requests == 1


async def test_a_refused_answer_grows_on_unwritten_and_is_refused_at_its_end(board: Board) -> None:
    board.noticeboard.faults = (Fault("refuse", times=None),)

    async with board.delivering(RecordingJournal()) as reply:
        reply.write("One")
        await board.noticeboard.until(lambda: board.noticeboard.requests >= 1)
        reply.write(" two")
        with pytest.raises(PlatformRefused):
            await reply.finish(COMPLETE)

    assert board.read() == []
    assert board.noticeboard.requests == 2


async def test_what_was_refused_once_is_written_in_the_end(board: Board) -> None:
    board.noticeboard.faults = (Fault("refuse"),)

    async with board.delivering(RecordingJournal()) as reply:
        reply.write("One")
        await board.noticeboard.until(lambda: board.noticeboard.requests >= 1)
        await reply.finish(COMPLETE)

    assert board.read() == ["One"]


@pytest.mark.parametrize("call", range(4))
async def test_a_journal_that_fails_for_a_moment_doubles_nothing(board: Board, call: int) -> None:
    journal = RecordingJournal(fails=[None] * call + [StoreUnavailable("Redis is away.")])

    async with board.delivering(journal) as reply:
        said = 0
        while journal.fails:
            said += 1
            reply.write("x")
            await settled()
        await reply.finish(COMPLETE)

    assert "".join(board.read()) == "x" * said


async def test_a_post_that_somebody_took_away_is_written_again(board: Board) -> None:
    journal = RecordingJournal()

    async with board.delivering(journal) as reply:
        await reply.status(THINKING)
        await board.until_read(THINKING)
        board.noticeboard.delete("general", board.ids()["m1/0"])
        reply.write("One")
        await reply.finish(COMPLETE)

    assert board.read() == ["One"]
    assert journal.posts == board.ids()


async def test_a_wait_that_the_platform_asked_for_is_kept_to_by_who_goes_on() -> None:
    journal = RecordingJournal()
    async with hung() as board:
        board.noticeboard.strict_busy = True
        board.noticeboard.faults = (Fault("busy", seconds=0.3),)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.1), board.delivering(journal) as reply:
                await reply.notice("One")

        async with board.delivering(journal.passed_on()) as reply:
            await reply.notice("One")

        assert board.read() == ["One"]
        assert board.noticeboard.impatient == []
