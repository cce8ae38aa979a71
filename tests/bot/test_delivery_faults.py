"""Writes of which nobody knows whether they were done: each reply stands once, and whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import product

import pytest

from bot.errors import PlatformBusy, PlatformUnclear, StoreUnavailable
from simulators.noticeboard import Fault
from simulators.noticeboard_api.faults import FaultKind
from tests.bot.board import COMPLETE, LATE, LIMIT, PACE, PATIENCE, SCRIPTS, THINKING, Board, hung
from tests.fakes import RecordingJournal

UNCLEAR: tuple[FaultKind, ...] = (
    "drop-after",
    "drop-before",
    "error-after",
    "error-before",
    "delay-answer",
    "delay-work",
    "garble-after",
)
DROPS: tuple[FaultKind, ...] = ("drop-after", "drop-before")


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    async with hung(limit=LIMIT) as opened:
        yield opened


def at(number: int, fault: Fault) -> tuple[Fault, ...]:
    """A fault that the request of that number meets, from 0."""
    return (Fault("none", times=number), fault) if number else (fault,)


async def delivered(name: str, *faults: Fault) -> Board:
    """The board on which a reply was delivered, whatever went wrong meanwhile."""
    script, _ = SCRIPTS[name]
    journal = RecordingJournal()
    late = any(fault.kind.startswith("delay") for fault in faults)
    async with hung(limit=LIMIT, timeout=PATIENCE if late else 10.0) as board:
        board.noticeboard.faults = faults
        async with board.delivering(journal) as reply:
            await script(board, reply)
        assert board.noticeboard.faults == ()
        assert {key: post for key, post in journal.posts.items() if post} == board.ids()
        return board


@pytest.mark.parametrize("name", SCRIPTS)
async def test_whichever_write_is_unclear_all_stands_once_in_the_end(name: str) -> None:
    _, expected = SCRIPTS[name]
    requests = (await delivered(name)).noticeboard.requests
    cases = [(number, kind) for number in range(requests) for kind in UNCLEAR]

    boards = await asyncio.gather(
        *(delivered(name, *at(number, Fault(kind, seconds=LATE))) for number, kind in cases)
    )

    read = {case: board.read() for case, board in zip(cases, boards, strict=True)}
    assert read == dict.fromkeys(cases, expected)


@pytest.mark.parametrize("name", SCRIPTS)
async def test_what_follows_an_unclear_write_may_be_unclear_too(name: str) -> None:
    _, expected = SCRIPTS[name]
    requests = (await delivered(name)).noticeboard.requests
    cases = list(product(range(requests), DROPS, DROPS))

    boards = await asyncio.gather(
        *(delivered(name, *at(number, Fault(first)), Fault(then, times=2)) for number, first, then in cases)
    )

    read = {case: board.read() for case, board in zip(cases, boards, strict=True)}
    assert read == dict.fromkeys(cases, expected)


async def test_an_edit_that_arrives_after_later_ones_leaves_no_older_text() -> None:
    async with hung(timeout=PATIENCE) as board:
        async with board.delivering(RecordingJournal()) as reply:
            await reply.status(THINKING)
            await board.until_read(THINKING)
            board.noticeboard.faults = (Fault("delay-work", "edit", seconds=LATE),)
            reply.write("One")
            await board.until_read("One")
            reply.write(" two.")
            await reply.finish(COMPLETE)

        late = [write.text for write in board.noticeboard.writes]
        assert late == [THINKING, "One", "One two.", "One", "One two."]
        assert board.read() == ["One two."]


async def test_only_what_may_say_something_older_is_written_again(board: Board) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await reply.notice("One", private=True)
        reply.write("Two")
        await board.until_read("Two")
        board.noticeboard.faults = (Fault("drop-after", "edit"),)
        reply.write(" three")
        await reply.finish(COMPLETE)

    assert [(write.kind, write.text) for write in board.noticeboard.writes] == [
        ("post", "One"),
        ("post", "Two"),
        ("edit", "Two three"),
        ("edit", "Two three"),
        ("edit", "Two three"),
    ]


async def test_a_post_whose_note_is_lost_after_it_was_given_up_is_not_doubled(board: Board) -> None:
    board.noticeboard.faults = (Fault("drop-after"), Fault("refuse", "find"))

    async with board.delivering(RecordingJournal()) as reply:
        reply.write("One")
        await board.until_read("One")
        await reply.finish(COMPLETE)

    assert board.read() == ["One"]


@pytest.mark.parametrize("fails", [1, 2])
async def test_a_post_that_is_found_while_the_store_is_away_is_not_doubled(board: Board, fails: int) -> None:
    away = StoreUnavailable("Redis is away.")
    journal = RecordingJournal(resumed=True, fails=[away] * fails)
    await board.posts.post("m1/0", THINKING)

    async with board.delivering(journal) as reply:
        reply.write("One")
        for _ in range(fails):
            with pytest.raises(StoreUnavailable):
                await reply.finish(COMPLETE)
        await reply.finish(COMPLETE)

    assert board.read() == ["One"]


async def test_what_was_given_up_can_still_be_brought_later(board: Board) -> None:
    board.noticeboard.faults = (Fault("drop-before", times=None),)

    async with board.delivering(RecordingJournal(), replace(PACE, longest=0.05)) as reply:
        with pytest.raises(PlatformUnclear):
            await reply.notice("One")
        board.noticeboard.faults = ()
        await reply.notice("Two")

    assert board.read() == ["One", "Two"]


@pytest.mark.parametrize("name", SCRIPTS)
async def test_a_busy_platform_is_left_alone_as_long_as_it_asks(board: Board, name: str) -> None:
    script, expected = SCRIPTS[name]
    board.noticeboard.strict_busy = True
    board.noticeboard.faults = tuple(Fault("busy", seconds=0.03) for _ in range(5))

    async with board.delivering(RecordingJournal()) as reply:
        await script(board, reply)

    assert board.noticeboard.impatient == []
    assert board.read() == expected


async def test_what_a_busy_platform_did_not_do_is_not_looked_for(board: Board) -> None:
    board.noticeboard.faults = (Fault("busy", seconds=0.01), Fault("refuse", "find", times=None))

    async with board.delivering(RecordingJournal()) as reply:
        await reply.notice("One")

    assert board.read() == ["One"]
    assert board.noticeboard.requests == 2


async def test_a_platform_that_asks_to_wait_for_too_long_is_given_up(board: Board) -> None:
    board.noticeboard.faults = (Fault("busy", seconds=60.0),)

    async with board.delivering(RecordingJournal()) as reply:
        with pytest.raises(PlatformBusy):
            await reply.notice("One")


async def test_a_platform_that_stays_silent_is_given_up(board: Board) -> None:
    board.noticeboard.faults = (Fault("drop-before", times=None),)

    async with board.delivering(RecordingJournal(), replace(PACE, longest=0.05)) as reply:
        with pytest.raises(PlatformUnclear):
            await reply.notice("One")
