"""Putting aside what cannot be answered: its conversation goes on, and an operator decides."""

from __future__ import annotations

import pytest

from bot.store import Store
from tests.bot.mailroom import Mailroom, neighbours
from tests.bot.stage import THREAD


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def test_a_parked_message_is_listed_with_its_reason(room: Mailroom) -> None:
    await room.accept("m1", THREAD)
    [claim] = await room.claim()

    await claim.park("broken")

    [parked] = await room.mailbox.parked()
    assert (parked.message.id, parked.message.conversation, parked.why) == ("m1", THREAD, "broken")
    assert await room.waiting() == {}


async def test_a_conversation_goes_on_without_its_parked_message(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")
    [claim] = await room.claim()

    await claim.park("broken")

    [following] = await room.claim()
    assert (following.message.id, following.tries) == ("m2", 1)


async def test_parking_twice_parks_once_and_leaves_the_next_message_alone(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")
    [claim] = await room.claim()

    await claim.park("broken")
    await claim.park("broken")

    assert [each.message.id for each in await room.mailbox.parked()] == ["m1"]
    assert [each.message.id for each in await room.claim()] == ["m2"]


async def test_a_retried_message_is_answered_as_one_that_was_begun(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")

    retried = [await room.mailbox.unpark(each) for each in 2 * await room.mailbox.parked()]

    assert retried == [True, False]
    assert await room.mailbox.parked() == []
    [again] = await room.claim()
    assert (again.message, again.tries, again.resumed) == (claim.message, 1, True)
    await room.answer(again)
    assert await room.answered() == ["m1"]
    assert await room.waiting() == {}


async def test_a_retried_message_waits_behind_the_others(room: Mailroom) -> None:
    for number in range(3):
        await room.accept(f"m{number}")
    [claim] = await room.claim()
    await claim.park("broken")

    await room.mailbox.unpark((await room.mailbox.parked())[0])

    order = []
    while claims := await room.claim():
        order += [each.message.id for each in claims]
        await claims[0].end()
    assert order == ["m1", "m2", "m0"]


async def test_a_message_that_is_retried_after_days_is_answered_once(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")
    await room.store.do("DEL", *await room.store.do("KEYS", "*:mark:*"))

    await room.mailbox.unpark((await room.mailbox.parked())[0])
    [again] = await room.claim()
    await room.answer(again)
    await again.end()

    assert (await room.accept("m1")).outcome == "seen"
    assert await room.answered() == ["m1"]


async def test_a_message_that_is_retried_can_be_parked_again(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")
    await room.mailbox.unpark((await room.mailbox.parked())[0])
    [again] = await room.claim()

    await again.park("still broken")

    assert [each.why for each in await room.mailbox.parked()] == ["still broken"]


async def test_a_dropped_message_is_neither_listed_nor_answered(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")
    [parked] = await room.mailbox.parked()

    dropped = [await room.mailbox.drop(parked), await room.mailbox.drop(parked)]

    assert dropped == [True, False]
    assert await room.mailbox.parked() == []
    assert not await room.mailbox.unpark(parked)
    assert await room.claim() == []


async def test_parked_messages_are_listed_from_all_partitions(room: Mailroom) -> None:
    elsewhere = next(neighbours("test:others"))
    other = THREAD.parent
    assert other
    places = [elsewhere, other, *(type(other)(other.tenant, f"x{number}") for number in range(20))]
    for each in places:
        await room.accept("m1", each)
        for claim in await room.claim("w1", each):
            await claim.park("broken")

    parked = await room.mailbox.parked()

    assert {each.message.conversation for each in parked} == set(places)
    assert len({each.id for each in parked}) == len(places)
