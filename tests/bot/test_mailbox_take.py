"""Taking over: what the dead have left, what was given to a worker without its hearing of it, and nothing else."""

from __future__ import annotations

import pytest

from bot.keys import LEASES, ready_key
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, partition_of
from tests.fakes import CHANNEL


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def consumers(room: Mailroom) -> set[str]:
    """The workers that the channel's partition knows."""
    found = await room.store.do("XINFO", "CONSUMERS", ready_key(partition_of()), "workers")
    return {each[b"name"].decode() for each in found}


async def test_a_worker_lives_from_its_first_sign_until_it_leaves(room: Mailroom) -> None:
    beats = [await room.mailbox.beat("w1"), await room.mailbox.beat("w2")]
    await room.mailbox.leave("w1")

    assert beats == [{"w1"}, {"w1", "w2"}]
    assert await room.mailbox.beat("w2") == {"w2"}


async def test_a_worker_that_gives_no_sign_for_three_seconds_is_dead(room: Mailroom) -> None:
    await room.mailbox.beat("w1")
    seconds, microseconds = await room.store.do("TIME")
    ends = float(await room.store.do("ZSCORE", LEASES, "w1")) / 1_000
    await room.store.do("ZINCRBY", LEASES, -3_000, "w1")

    living = await room.mailbox.beat("w2")

    assert 2.5 < ends - (seconds + microseconds / 1e6) <= 3
    assert living == {"w2"}


async def test_what_a_dead_worker_was_answering_is_gone_on_with(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.about_to_write("Hel", "m1/0")
    await claim.written("m1/0", "post-1")

    [taken] = await room.taken_over(claim)

    assert (taken.message.id, taken.tries, taken.resumed) == ("m1", 2, True)
    assert (taken.earlier, taken.known()) == ("Hel", {"m1/0": "post-1"})


async def test_nothing_is_taken_from_a_worker_that_lives(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await room.let_rest(claim)

    taken = await room.take("w2", living=["w1", "w2"])

    assert taken == []
    await claim.end()


async def test_nothing_is_taken_from_a_worker_that_has_just_claimed(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()

    taken = await room.take("w2", living=["w2"])

    assert taken == []
    await claim.end()


async def test_a_worker_takes_no_more_than_it_asks_for(room: Mailroom) -> None:
    for number in range(5):
        await room.accept(f"m{number}", opens=f"t{number}")
    await room.let_rest(*await room.claim("w1", most=3), *await room.claim("w2", most=2))

    taken = [await room.take("w3", most=4), await room.take("w4", living=["w3"], most=4)]

    assert [len(each) for each in taken] == [4, 1]
    assert len({claim.message.id for each in taken for claim in each}) == 5


async def test_a_claim_that_its_worker_did_not_hear_of_is_found_and_no_try_is_counted(room: Mailroom) -> None:
    await room.accept("m1", opens="t1")
    await room.accept("m2", opens="t2")
    known, unheard = await room.claim("w1")
    await room.let_rest(known, unheard)

    found = await room.take("w1", living=["w1"], known=[known])

    assert [(claim.message.id, claim.tries, claim.resumed) for claim in found] == [("m2", 1, False)]
    await found[0].end()


async def test_a_claim_that_was_just_given_is_not_taken_for_an_unheard_one(room: Mailroom) -> None:
    await room.accept("m1")
    await room.claim("w1")

    found = await room.take("w1", living=["w1"])

    assert found == []


async def test_tries_are_counted_for_each_message_alone(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")
    [claim] = await room.claim("w1")
    tries = [claim.tries]
    for number in range(2, 4):
        [claim] = await room.taken_over(claim, by=f"w{number}")
        tries.append(claim.tries)
    await claim.end()

    [following] = await room.claim("w1")

    assert tries == [1, 2, 3]
    assert (following.message.id, following.tries, following.resumed) == ("m2", 1, False)


async def test_a_try_counts_or_not_as_its_release_says(room: Mailroom) -> None:
    await room.accept("m1")
    tries = []
    for counted in (False, False, True, False):
        [claim] = await room.claim()
        tries.append(claim.tries)
        await claim.release(counted=counted)

    [claim] = await room.claim()

    assert [*tries, claim.tries] == [1, 1, 1, 2, 2]


async def test_a_released_turn_keeps_its_journal(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.about_to_write("Hel", "m1/0")
    await claim.release(counted=True)

    [resumed] = await room.claim("w2")

    assert (resumed.earlier, resumed.known(), resumed.resumed) == ("Hel", {"m1/0": ""}, True)


async def test_dead_workers_are_forgotten_and_living_ones_are_not(room: Mailroom) -> None:
    await room.accept("m1", opens="t1")
    await room.accept("m2", opens="t2")
    died, lives = *await room.claim("dead", most=1), *await room.claim("alive", most=1)
    await room.claim("idle")
    await room.claim("idle and dead")
    await room.let_rest(died, lives)

    await room.take("w2", living=["alive", "idle", "w2"])

    assert await consumers(room) == {"alive", "idle", "w2"}


async def test_a_dead_worker_is_not_forgotten_before_all_of_it_is_taken(room: Mailroom) -> None:
    for number in range(3):
        await room.accept(f"m{number}", opens=f"t{number}")
    await room.let_rest(*await room.claim("dead"))

    taken = await room.take("w2", living=["w2"], most=2)
    between = await consumers(room)
    taken += await room.take("w2", living=["w2"], known=taken, most=2)

    assert between == {"dead", "w2"}
    assert await consumers(room) == {"w2"}
    assert [claim.message.id for claim in taken] == ["m0", "m1", "m2"]


async def test_other_messages_of_a_taken_conversation_wait_in_order(room: Mailroom) -> None:
    for number in range(3):
        await room.accept(f"m{number}")
    [claim] = await room.claim()
    [claim] = await room.taken_over(claim)
    order = [claim.message.id]
    await claim.end()
    for _ in range(2):
        [claim] = await room.claim()
        order.append(claim.message.id)
        await claim.end()

    assert order == ["m0", "m1", "m2"]


async def test_a_message_that_waited_for_days_is_answered_once(room: Mailroom) -> None:
    await room.accept("m1", Conversation(CHANNEL.tenant, "general"))
    await room.store.do("DEL", *await room.store.do("KEYS", "*:mark:*"))
    [claim] = await room.claim()
    [taken] = await room.taken_over(claim)
    await taken.end()

    await taken.end()
    await claim.end()

    assert (await room.accept("m1")).outcome == "seen"
