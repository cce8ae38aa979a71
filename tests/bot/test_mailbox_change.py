"""Messages that change earlier ones: what waits reads otherwise, what runs is stopped, what is over comes again."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from bot.exchanges import Exchange
from bot.history import Turned
from bot.mailbox import Acceptance
from bot.messages import Conversation, IncomingMessage
from bot.store import Store
from tests.bot.mailroom import Mailroom, to_incoming
from tests.bot.stage import SUMS, THREAD
from tests.fakes import CHANNEL


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


def changed(turn: str, text: str = "better", number: int = 1, **more: Any) -> IncomingMessage:
    """A message that is changed for the so-manieth time."""
    message = replace(to_incoming(turn), id=f"changed-{turn}-{number}", text=text, changes=turn)
    return replace(message, at=time.time(), changed_at=float(number), **more)


def deleted(turn: str, **more: Any) -> IncomingMessage:
    """A message that is taken back."""
    return replace(changed(turn), id=f"deleted-{turn}", deleted=True, **more)


async def change(room: Mailroom, message: IncomingMessage, *, late: bool = False) -> str:
    return (await room.mailbox.change(message, late=late)).outcome


async def test_what_nobody_was_asked_is_unknown(room: Mailroom) -> None:
    assert await change(room, changed("m1")) == "unknown"
    assert await room.kinds_kept() == {"changed"}  # a number, for ten minutes


async def test_what_waits_is_answered_as_it_reads_by_then(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")

    outcomes = [await change(room, changed("m2", "b")), await change(room, changed("m2", "c", 2))]

    assert outcomes == ["replaced", "replaced"]
    [first] = await room.claim()
    await room.answer(first)
    [second] = await room.claim()
    assert (second.message.id, second.message.text, second.resumed) == ("m2", "c", False)


async def test_what_waits_and_is_taken_back_says_so_to_its_worker(room: Mailroom) -> None:
    await room.accept("m1")

    await change(room, deleted("m1"))

    [claim] = await room.claim()
    assert (claim.message.id, claim.message.deleted) == ("m1", True)


async def test_what_runs_is_stopped_and_answered_anew_before_what_waits(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")
    [running] = await room.claim()

    assert await change(room, changed("m1")) == "accepted"

    await running.hold()
    assert running.stopping
    await room.answer(running)
    [again] = await room.claim()
    assert (again.message.changes, again.message.text) == ("m1", "better")


async def test_what_answers_a_change_goes_on_in_the_reply_that_stands(room: Mailroom) -> None:
    await room.accept("m1")
    [first] = await room.claim()
    await room.answer(first)

    await change(room, changed("m1"))

    [again] = await room.claim()
    assert (again.name, again.resumed, again.tries) == ("m1", True, 1)


async def test_a_change_that_is_changed_before_its_turn_is_answered_once(room: Mailroom) -> None:
    await room.accept("m1")
    [first] = await room.claim()
    await room.answer(first)
    await change(room, changed("m1", "b", 1))

    assert await change(room, changed("m1", "c", 2)) == "replaced"

    [again] = await room.claim()
    assert again.message.text == "c"
    await room.answer(again)
    assert await room.claim() == []
    assert await room.waiting() == {}


async def test_a_change_that_is_being_answered_is_stopped_by_the_next_one(room: Mailroom) -> None:
    await room.accept("m1")
    [first] = await room.claim()
    await room.answer(first)
    await change(room, changed("m1", "b", 1))
    [running] = await room.claim()

    assert await change(room, changed("m1", "c", 2)) == "accepted"

    await running.hold()
    assert running.stopping


async def test_the_same_change_counts_once(room: Mailroom) -> None:
    await room.accept("m1")
    [first] = await room.claim()
    await room.answer(first)

    outcomes = [await change(room, changed("m1")) for _ in range(3)]

    assert outcomes == ["accepted", "seen", "seen"]


async def test_what_was_answered_long_ago_is_not_answered_anew(room: Mailroom) -> None:
    await room.accept("m1")
    [running] = await room.claim()

    while_running = await change(room, changed("m1", number=1), late=True)
    await room.answer(running)
    [again] = await room.claim()
    await room.answer(again)

    assert while_running == "accepted"
    assert await change(room, changed("m1", number=2), late=True) == "late"


@pytest.mark.parametrize("known", [True, False])
async def test_an_older_change_that_comes_later_does_not_count(room: Mailroom, *, known: bool) -> None:
    if known:
        await room.accept("m1")
        [first] = await room.claim()
        await room.answer(first)

    await change(room, changed("m1", "newer", 2))

    assert await change(room, changed("m1", "older", 1)) == "seen"


async def test_no_change_brings_back_what_was_taken_back(room: Mailroom) -> None:
    await change(room, deleted("m1"))

    assert await change(room, changed("m1", "older", 1)) == "seen"


async def test_who_does_not_answer_anew_leaves_what_is_parked(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")

    assert await change(room, changed("m1"), late=True) == "late"

    assert [each.message.id for each in await room.mailbox.parked()] == ["m1"]


async def test_a_parked_change_goes_with_its_message(room: Mailroom) -> None:
    await room.accept("m1")
    [first] = await room.claim()
    await room.answer(first)
    await change(room, changed("m1"))
    [again] = await room.claim()
    await again.park("broken")

    await change(room, deleted("m1"))

    assert await room.mailbox.parked() == []


async def test_what_was_begun_before_is_still_looked_for_after_it_was_changed(room: Mailroom) -> None:
    await room.accept("m0")
    [other] = await room.claim()
    await room.mailbox.accept(to_incoming("m1"), again=True)

    await change(room, changed("m1"))

    await room.answer(other)
    [claim] = await room.claim()
    assert (claim.message.text, claim.resumed) == ("better", True)


async def test_what_one_person_asks_for_makes_nobody_take_part_in_a_thread(room: Mailroom) -> None:
    await room.mailbox.accept(replace(to_incoming("m1", THREAD), ticket="https://hooks.slack.com/1"))
    before = await room.mailbox.takes_part(THREAD)

    await room.accept("m2", THREAD)

    assert (before, await room.mailbox.takes_part(THREAD)) == (False, True)


async def test_a_message_that_is_taken_back_before_it_comes_is_not_answered(room: Mailroom) -> None:
    await change(room, deleted("m1"))

    assert await room.accept("m1") == Acceptance("seen")


async def test_what_is_remembered_for_longer_than_a_mark_lives_can_be_taken_back(room: Mailroom) -> None:
    exchange = Exchange("m1", "An answer.", 10, answers=("m1", "a retry"))
    await room.history.remember(Turned("m1", THREAD, SUMS, exchange))
    there = {"conversation": THREAD, "at": time.time() - 30}

    assert await change(room, deleted("m1", **there)) == "accepted"
    assert await change(room, deleted("m2", **there)) == "unknown"


async def test_what_is_parked_is_not_kept_when_it_is_taken_back(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")

    await change(room, deleted("m1"))

    assert await room.mailbox.parked() == []


async def test_an_exchange_is_forgotten_wherever_it_was_copied_to(room: Mailroom) -> None:
    opened, other = (Conversation(CHANNEL.tenant, CHANNEL.channel, name) for name in ("opened", "other"))
    first = Exchange("m1", "An answer.", 10, answers=("m1",))
    await room.history.remember(Turned("m1", CHANNEL, SUMS, first, opens=opened))
    window = tuple(await room.history.everything(CHANNEL))
    second = Exchange("m2", "Another.", 10, answers=("m2",))
    await room.history.remember(Turned("m2", CHANNEL, SUMS, second, opens=other, window=window))
    before = await room.answered(other)

    await room.history.unlearn([CHANNEL, opened], "m1", time.time())

    assert before == ["m1", "m2"]
    kept = [await room.answered(each) for each in (CHANNEL, opened, other)]
    assert kept == [["m2"], [], ["m2"]]
