"""Claiming: in order within a conversation, all conversations at once, and what goes first or stops another."""

from __future__ import annotations

import pytest

from bot.claim import Claim
from bot.mailbox import Kind
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, neighbours
from tests.bot.stage import THREAD
from tests.fakes import CHANNEL


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def all_answered(room: Mailroom) -> list[str]:
    """Answer until nothing waits in the partition; the messages in the order of their claims."""
    order = []
    while claims := await room.claim(most=1):
        order += [claim.message.id for claim in claims]
        await claims[0].end()
    return order


async def is_stopped(claim: Claim) -> bool:
    """Whether the turn hears that it is to stop, with the next thing that it notes."""
    await claim.about_to_write("Hello")
    return claim.stopping


async def test_messages_of_a_conversation_are_claimed_in_order(room: Mailroom) -> None:
    for number in range(10):
        await room.accept(f"m{number}")

    order = await all_answered(room)

    assert order == [f"m{number}" for number in range(10)]


async def test_a_conversation_is_claimed_by_one_worker_at_a_time(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")

    first = await room.claim("w1")
    meanwhile = await room.claim("w2")
    await first[0].end()
    second = await room.claim("w2")

    assert [claim.message.id for claim in (*first, *meanwhile, *second)] == ["m1", "m2"]


async def test_a_message_that_comes_during_a_turn_waits_for_its_end(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await room.accept("m2")

    meanwhile = await room.claim("w2")
    await claim.end()

    assert meanwhile == []
    assert [claim.message.id for claim in await room.claim("w2")] == ["m2"]


async def test_different_conversations_are_claimed_at_once(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2", THREAD)
    await room.accept("m3", opens="t2")
    await room.accept("m4", next(neighbours()))

    claims = await room.claim()

    assert [claim.message.id for claim in claims] == ["m1", "m2", "m3", "m4"]


async def test_a_worker_gets_no_more_than_it_asks_for(room: Mailroom) -> None:
    for number in range(5):
        await room.accept(f"m{number}", opens=f"t{number}")

    claims = [await room.claim("w1", most=2), await room.claim("w2", most=2), await room.claim("w1", most=2)]

    assert [[claim.message.id for claim in each] for each in claims] == [["m0", "m1"], ["m2", "m3"], ["m4"]]


async def test_a_claim_holds_the_message_as_it_came(room: Mailroom) -> None:
    await room.accept("m1", opens="t1")

    [claim] = await room.claim()

    assert claim.message.id == "m1"
    assert claim.message.opens == Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")
    assert (claim.tries, claim.resumed, claim.known(), claim.earlier) == (1, False, {}, "")


async def test_a_reset_goes_first_and_stops_the_running_turn(room: Mailroom) -> None:
    await room.accept("running")
    [running] = await room.claim()
    await room.accept("waiting")

    receipt = await room.accept("reset", kind="reset")

    assert (receipt.outcome, receipt.before) == ("accepted", 0)
    assert await is_stopped(running)
    await running.end()
    assert await all_answered(room) == ["reset", "waiting"]


async def test_a_turn_that_was_begun_is_gone_on_with_before_a_reset(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await room.accept("reset", kind="reset")
    await claim.release(counted=False)

    [resumed] = await room.claim("w2")

    assert (resumed.message.id, resumed.stopping) == ("m1", True)
    await resumed.end()
    assert await all_answered(room) == ["reset"]


@pytest.mark.parametrize("kind", ["stop", "bare"])
async def test_a_stop_ends_the_running_turn_and_is_not_answered(room: Mailroom, kind: Kind) -> None:
    await room.accept("m1")
    [claim] = await room.claim()

    receipt = await room.accept("m2", kind=kind)

    assert receipt.outcome == "stopped"
    assert await is_stopped(claim)
    await claim.end()
    assert await all_answered(room) == []


async def test_a_stop_does_not_stop_the_next_turn(room: Mailroom) -> None:
    await room.accept("m1")
    await room.accept("m2")
    [first] = await room.claim()
    await room.accept("stop", kind="stop")
    await first.end()

    [second] = await room.claim()

    assert not second.stopping
    assert not await is_stopped(second)


async def test_a_bare_stop_is_a_question_where_nothing_runs(room: Mailroom) -> None:
    await room.accept("m1")
    receipt = await room.accept("m2", kind="bare")

    assert (receipt.outcome, receipt.before) == ("accepted", 1)
    assert await all_answered(room) == ["m1", "m2"]


async def test_a_stop_where_nothing_runs_is_answered_first(room: Mailroom) -> None:
    await room.accept("m1")
    receipt = await room.accept("m2", kind="stop")

    assert receipt.outcome == "accepted"
    assert await all_answered(room) == ["m2", "m1"]


@pytest.mark.parametrize("kind", ["stop", "bare", "reset"])
@pytest.mark.parametrize("opens", ["", "t9"])
async def test_a_channels_stop_or_reset_ends_the_replies_to_its_mentions_and_no_others(
    room: Mailroom, kind: Kind, opens: str
) -> None:
    elsewhere = next(neighbours())
    await room.accept("mention", opens="t1")
    await room.accept("follow-up", Conversation(CHANNEL.tenant, CHANNEL.channel, "t2"))
    await room.accept("elsewhere", elsewhere, opens="t3")
    await room.accept("in the channel")
    claims = await room.claim()

    await room.accept("now", kind=kind, opens=opens)

    stopped = {claim.message.id for claim in claims if await is_stopped(claim)}
    assert stopped == {"mention", "in the channel"}


async def test_a_threads_stop_ends_the_reply_in_it_and_no_other(room: Mailroom) -> None:
    await room.accept("mention", opens=str(THREAD.thread))
    await room.accept("other mention", opens="t9")
    await room.accept("in the channel")
    claims = await room.claim()

    receipt = await room.accept("now", THREAD, "stop")

    assert receipt.outcome == "stopped"
    assert [claim.message.id for claim in claims if await is_stopped(claim)] == ["mention"]


async def test_a_channel_whose_name_begins_another_does_not_stop_it(room: Mailroom) -> None:
    one = next(neighbours())
    longer = next(each for each in neighbours() if each.channel.startswith(one.channel) and each != one)
    await room.accept("m1", longer, opens="t1")
    [claim] = await room.claim()

    receipt = await room.accept("now", one, "bare")

    assert receipt.outcome == "accepted"
    assert not await is_stopped(claim)


async def test_workers_go_on_after_the_server_was_emptied(room: Mailroom) -> None:
    await room.accept("m1")
    await room.claim()
    await room.store.do("FLUSHALL")
    await room.accept("m2")

    claimed = await room.claim()

    assert [claim.message.id for claim in claimed] == ["m2"]


async def test_a_look_after_the_dead_does_no_harm_where_nothing_was_claimed_yet(room: Mailroom) -> None:
    await room.accept("m1")

    taken = await room.take()

    assert taken == []
    assert [claim.message.id for claim in await room.claim()] == ["m1"]


async def test_an_empty_server_has_nothing_to_claim_or_take(room: Mailroom) -> None:
    assert await room.claim() == []
    assert await room.take() == []
    assert await room.mailbox.parked() == []
