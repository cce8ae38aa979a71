"""A claim is a fence: who has lost a turn writes nothing of it any more, and its end happens once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.claim import Claim, ClaimGone
from bot.errors import ClaimLost
from bot.history import Turned
from bot.ledger import Ledger
from bot.store import Store
from tests.bot.mailroom import Mailroom
from tests.bot.stage import SUMS, THREAD
from tests.fakes import CHANNEL

Act = Callable[[Claim], Awaitable[None]]

ACTS: dict[str, Act] = {
    "note": lambda claim: claim.about_to_write("Hello", "m1/0"),
    "post": lambda claim: claim.written("m1/0", "post-1"),
    "end": lambda claim: claim.end(),
    "park": lambda claim: claim.park("broken"),
}


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def claimed(room: Mailroom, *turns: str, worker: str = "w1") -> Claim:
    """The claim on the first of some messages in the channel."""
    for turn in turns:
        await room.accept(turn)
    [claim] = await room.claim(worker)
    return claim


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_claim_that_was_taken_over_writes_nothing(room: Mailroom, act: Act) -> None:
    claim = await claimed(room, "m1")
    [taken] = await room.taken_over(claim)
    await taken.about_to_write("Mine")

    with pytest.raises(ClaimLost) as lost:
        await act(claim)

    assert not isinstance(lost.value, ClaimGone)
    [again] = await room.taken_over(taken, by="w3")
    assert (again.earlier, again.known()) == ("Mine", {})
    assert await room.mailbox.parked() == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_claim_that_came_back_does_not_bring_an_old_attempt_to_life(room: Mailroom, act: Act) -> None:
    claim = await claimed(room, "m1")
    [taken] = await room.taken_over(claim)
    await taken.about_to_write("Mine", "m1/0")
    [back] = await room.taken_over(taken, by="w1")

    with pytest.raises(ClaimLost):
        await act(claim)
    await claim.release(counted=True)

    assert (back.earlier, back.known()) == ("Mine", {"m1/0": ""})
    await back.end()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_claim_that_was_released_writes_nothing(room: Mailroom, act: Act) -> None:
    claim = await claimed(room, "m1")
    await claim.release(counted=True)

    with pytest.raises(ClaimLost):
        await act(claim)

    assert [each.known() for each in await room.claim()] == [{}]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_claim_of_an_emptied_server_is_gone(room: Mailroom, act: Act) -> None:
    claim = await claimed(room, "m1")
    await room.store.do("FLUSHALL")

    with pytest.raises(ClaimGone):
        await act(claim)

    assert await room.kinds_kept() == set()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_a_claim_whose_message_came_again_to_an_emptied_server_is_lost(
    room: Mailroom, act: Act
) -> None:
    claim = await claimed(room, "m1")
    await room.store.do("FLUSHALL")
    again = await claimed(room, "m1", worker="w2")

    with pytest.raises(ClaimLost) as lost:
        await act(claim)

    assert not isinstance(lost.value, ClaimGone)
    await again.end()


async def test_a_release_after_a_take_over_leaves_the_turn_where_it_is(room: Mailroom) -> None:
    claim = await claimed(room, "m1")
    [taken] = await room.taken_over(claim)

    await claim.release(counted=False)

    assert await room.claim() == []
    [again] = await room.taken_over(taken, by="w3")
    assert again.tries == 3


async def test_a_release_to_an_emptied_server_does_nothing(room: Mailroom) -> None:
    claim = await claimed(room, "m1")
    await room.store.do("FLUSHALL")

    await claim.release(counted=False)

    assert await room.kinds_kept() == set()


async def test_releasing_twice_lets_one_worker_go_on(room: Mailroom) -> None:
    claim = await claimed(room, "m1")

    await claim.release(counted=True)
    await claim.release(counted=True)

    assert [each.tries for each in await room.claim("w2")] == [2]
    assert await room.claim("w3") == []


async def test_ending_twice_does_not_drop_the_next_message(room: Mailroom) -> None:
    claim = await claimed(room, "m1", "m2")

    await claim.end()
    await claim.end()

    assert [each.message.id for each in await room.claim()] == ["m2"]
    assert await room.waiting() == {"test%3Ateam": 1, "": 1}


async def test_ending_twice_while_the_next_message_is_answered_changes_nothing(room: Mailroom) -> None:
    claim = await claimed(room, "m1", "m2", "m3")
    await claim.end()
    [following] = await room.claim("w1")

    await claim.end()

    await following.end()
    assert [each.message.id for each in await room.claim()] == ["m3"]


async def test_ending_twice_remembers_once(room: Mailroom) -> None:
    claim = await claimed(room, "m1", "m2")
    await claim.conclude(room.conclusion(claim))
    await claim.end()
    [following] = await room.claim()
    await room.answer(following)

    await claim.end()

    assert await room.answered() == ["m1", "m2"]
    _, sums = await Ledger(room.store).of_conversation(CHANNEL)
    assert sums == replace(SUMS, **{name: 2 * getattr(SUMS, name) for name in SUMS.__dataclass_fields__})


async def test_nothing_is_remembered_before_the_end(room: Mailroom) -> None:
    claim = await claimed(room, "m1")

    await claim.conclude(room.conclusion(claim))

    assert await room.answered() == []


async def test_what_a_failed_answer_cost_is_booked_with_the_end(room: Mailroom) -> None:
    claim = await claimed(room, "m1")

    await claim.owe(Turned("m1", CHANNEL, SUMS))
    await claim.end()

    assert await room.answered() == []
    assert (await Ledger(room.store).of_conversation(CHANNEL))[1] == SUMS


async def test_a_conclusion_is_delivered_and_remembered_by_who_takes_over(room: Mailroom) -> None:
    await room.accept("m1", opens=str(THREAD.thread))
    [claim] = await room.claim()
    conclusion = room.conclusion(claim, opens=THREAD)
    await claim.conclude(conclusion)
    [taken] = await room.taken_over(claim)
    found = taken.conclusion

    await taken.end()
    await claim.end()

    assert found
    assert (found.text, found.ending) == (conclusion.text, conclusion.ending)
    assert [await room.answered(), await room.answered(THREAD)] == [["m1"], ["m1"]]


async def test_an_end_after_a_take_over_leaves_it_to_the_other_to_remember(room: Mailroom) -> None:
    claim = await claimed(room, "m1")
    await claim.conclude(room.conclusion(claim))
    [taken] = await room.taken_over(claim)

    with pytest.raises(ClaimLost):
        await claim.end()

    assert await room.answered() == []
    await taken.end()
    assert await room.answered() == ["m1"]


async def test_a_conclusion_does_not_pass_to_the_next_message(room: Mailroom) -> None:
    claim = await claimed(room, "m1", "m2")
    await room.answer(claim)

    [following] = await room.claim()

    assert (following.conclusion, following.earlier) == (None, "")


async def test_a_person_who_wants_a_turn_stopped_is_heard_at_every_note(room: Mailroom) -> None:
    stops = []
    claim = await claimed(room, "m1")
    claim.stop = lambda: stops.append(claim.message.id)
    await room.accept("stop", kind="stop")

    await claim.about_to_write("Hello")
    await claim.written("m1/0", "post-1")

    assert (claim.stopping, stops) == (True, ["m1", "m1"])


async def test_a_stopped_turn_that_is_taken_over_is_stopped_from_the_start(room: Mailroom) -> None:
    claim = await claimed(room, "m1")
    await room.accept("stop", kind="stop")

    [taken] = await room.taken_over(claim)

    assert taken.stopping
