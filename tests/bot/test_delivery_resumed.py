"""Replies that another worker began: they are brought to their end in the same posts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from bot.delivery import Delivery
from bot.journal import Unjournaled
from bot.reply import Ending
from simulators.noticeboard import Fault
from tests.bot.board import COMPLETE, LIMIT, PACE, SCRIPTS, THINKING, Board, hung
from tests.fakes import RecordingJournal, settled

NEVER = 60.0
SOON = 0.05
"""Seconds after which a write arrives whose worker is gone: before the last look of the next one."""
STOPS = {
    "after it was done": Fault("delay-answer", seconds=NEVER),
    "before it was done": Fault("delay-work", seconds=NEVER),
    "while it is under way": Fault("delay-work", seconds=SOON),
}
"""How a write of the first worker may stand when it dies, having heard nothing of it."""


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    async with hung(limit=LIMIT) as opened:
        yield opened


async def _answer(reply: Delivery) -> None:
    await reply.status(THINKING)
    await settled()
    for piece in ("Part one of all, ", "", "and the part two, ", "and then the third."):
        reply.write(piece)
        await settled()
    await reply.finish(COMPLETE)


async def _short_answer(reply: Delivery) -> None:
    reply.write("Yes.")
    await reply.finish(Ending("stopped", "Stopped."))


async def _failure(reply: Delivery) -> None:
    await reply.status(THINKING)
    await settled()
    await reply.fail("It broke off.")


async def _private_failure(reply: Delivery) -> None:
    await reply.fail("I must not.", private=True)


async def _document(reply: Delivery) -> None:
    await reply.status(THINKING)
    await settled()
    await reply.attach("talk.md", "# Talk")
    await reply.notice("Here it is.")


async def _caution(reply: Delivery) -> None:
    reply.write("Yes.")
    await reply.finish(COMPLETE)
    await reply.notice("Nobody judged it.")


SECONDS: dict[str, tuple[Callable[[Delivery], Awaitable[None]], list[str]]] = {
    "an answer": (_answer, ["Part one of all, ", "and the part two, ", "and then the ", "third."]),
    "a short answer": (_short_answer, ["Yes.\n\nStopped."]),
    "a failure": (_failure, ["It broke off."]),
    "a private failure": (_private_failure, ["I must not."]),
    "a document": (_document, ["# Talk", "Here it is."]),
    "a word of caution": (_caution, ["Yes.", "Nobody judged it."]),
}
"""What the next worker says, and what is to be read of it."""


async def _writes_of(name: str) -> int:
    async with hung(limit=LIMIT) as board:
        async with board.delivering(RecordingJournal()) as reply:
            await SCRIPTS[name][0](board, reply)
        return board.noticeboard.requests


async def _begun(board: Board, name: str, number: int, stop: Fault) -> RecordingJournal:
    """Begin a reply, and die in the write of that number, if there is one; the journal of it."""
    journal = RecordingJournal()
    board.noticeboard.faults = (Fault("none", times=number), stop) if number else (stop,)

    async def reply_to_it() -> None:
        async with board.delivering(journal) as reply:
            await SCRIPTS[name][0](board, reply)

    first = asyncio.create_task(reply_to_it())
    dying = asyncio.create_task(board.noticeboard.until(lambda: board.noticeboard.requests > number))
    await asyncio.wait([first, dying], return_when=asyncio.FIRST_COMPLETED)
    await settled()
    for task in (first, dying):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    board.noticeboard.faults = ()
    return journal


async def _taken_over(first: str, second: str, number: int, stop: Fault) -> list[str]:
    """What is read of a reply that one worker began and another ended. Posts that stood were kept."""
    async with hung(limit=LIMIT) as board:
        journal = await _begun(board, first, number, stop)
        stood = board.ids()

        async with board.delivering(journal.passed_on()) as reply:
            await SECONDS[second][0](reply)

        if stop.seconds == NEVER:
            assert {key: stood.get(key, post) for key, post in board.ids().items()} == board.ids()
        return sorted(board.read())


@pytest.mark.parametrize("second", SECONDS)
@pytest.mark.parametrize("first", SCRIPTS)
async def test_wherever_a_worker_dies_the_next_one_ends_its_reply_once(first: str, second: str) -> None:
    _, expected = SECONDS[second]
    ends = [(number, stop) for number in range(await _writes_of(first) + 1) for stop in STOPS]

    read = await asyncio.gather(*(_taken_over(first, second, number, STOPS[stop]) for number, stop in ends))

    assert dict(zip(ends, read, strict=True)) == dict.fromkeys(ends, sorted(expected))


async def test_the_third_worker_may_need_a_post_that_the_second_took_away(board: Board) -> None:
    journal = RecordingJournal()
    for second in ("an answer", "a private failure", "a short answer", "an answer"):
        async with board.delivering(journal) as reply:
            await SECONDS[second][0](reply)
        journal = journal.passed_on()

    assert board.read() == SECONDS["an answer"][1]


@pytest.mark.parametrize("second", ["an answer", "a short answer", "a failure"])
async def test_what_no_journal_knows_any_more_is_found_on_the_platform(board: Board, second: str) -> None:
    async with board.delivering(RecordingJournal()) as reply:
        await _answer(reply)
    stood = board.ids()

    async with board.delivering(RecordingJournal(resumed=True)) as reply:
        await SECONDS[second][0](reply)

    assert board.read() == SECONDS[second][1]
    assert board.ids().items() <= stood.items()


async def test_a_word_without_a_journal_is_said_once(board: Board) -> None:
    for _ in range(2):
        async with board.delivering(Unjournaled("m1/refused"), replace(PACE, look=(0.0, 60.0))) as reply:
            # A platform that waits for this would bring the message again.
            await asyncio.wait_for(reply.fail("I am full."), 30)

    assert board.read() == ["I am full."]
    assert [write.kind for write in board.noticeboard.writes].count("post") == 1


async def test_half_an_answer_that_people_have_read_is_not_replaced_by_less_before_the_end(
    board: Board,
) -> None:
    journal = RecordingJournal(resumed=True, earlier="Half of it", posts={"m1/0": ""})
    await board.posts.post("m1/0", "Half of it")

    async with board.delivering(journal) as reply:
        await reply.status(THINKING)
        await settled()
        for piece in ("Ha", "lf ", "of"):
            reply.write(piece)
            await settled()
        behind = board.noticeboard.requests
        reply.write(" it all")
        await board.until_read("Half of it all")
        await reply.finish(COMPLETE)

    assert behind == 1
    assert board.read() == ["Half of it all"]


async def test_an_answer_that_comes_out_shorter_replaces_what_people_have_read_at_its_end(
    board: Board,
) -> None:
    post = await board.posts.post("m1/0", "Half of it")
    journal = RecordingJournal(resumed=True, earlier="Half of it", posts={"m1/0": post})

    async with board.delivering(journal) as reply:
        reply.write("No.")
        await reply.finish(COMPLETE)

    assert board.read() == ["No."]


async def test_a_failure_that_is_cut_off_leaves_the_half_answer_known_to_the_next_worker(
    board: Board,
) -> None:
    journal = await _begun(board, "failing", 2, STOPS["before it was done"])

    assert journal.passed_on().earlier == "Half of "


async def test_a_later_word_of_an_earlier_attempt_stays_until_it_is_said_again(board: Board) -> None:
    journal = RecordingJournal()
    async with board.delivering(journal) as reply:
        await _caution(reply)

    async with board.delivering(journal.passed_on()) as reply:
        await _caution(reply)

    assert [write.kind for write in board.noticeboard.writes].count("post") == 2
    assert board.noticeboard.deleted == []
