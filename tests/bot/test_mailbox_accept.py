"""Taking messages in: once, in order, within limits, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.keys import ConversationKeys
from bot.mailbox import Acceptance, Limits
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, neighbours, partition_of
from tests.bot.stage import THREAD
from tests.fakes import CHANNEL

OTHER = next(neighbours())


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def life_of_mark(room: Mailroom, turn: str = "m1") -> int:
    """Seconds for which a message is still known to have been accepted."""
    return int(await room.store.do("TTL", ConversationKeys(CHANNEL).mark(turn)))


async def test_a_message_that_waits_is_not_accepted_again(room: Mailroom) -> None:
    first = await room.accept("m1")

    again = await room.accept("m1")

    assert (first.outcome, again.outcome) == ("accepted", "seen")
    assert len(await room.claim()) == 1


async def test_a_message_that_is_being_answered_is_not_accepted_again(room: Mailroom) -> None:
    await room.accept("m1")
    await room.claim()

    again = await room.accept("m1")

    assert again.outcome == "seen"


async def test_a_message_that_was_answered_is_not_accepted_again(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.end()

    again = await room.accept("m1")

    assert again.outcome == "seen"
    assert await room.claim() == []


async def test_a_message_that_was_put_aside_is_not_accepted_again(room: Mailroom) -> None:
    await room.accept("m1")
    [claim] = await room.claim()
    await claim.park("broken")

    again = await room.accept("m1")

    assert again.outcome == "seen"


async def test_a_stop_that_was_obeyed_is_not_accepted_again(room: Mailroom) -> None:
    await room.accept("m1")
    await room.claim()
    stopped = await room.accept("m2", kind="stop")

    again = await room.accept("m2", kind="stop")

    assert (stopped.outcome, again.outcome) == ("stopped", "seen")


async def test_a_message_in_a_channel_and_its_thread_is_one_message(room: Mailroom) -> None:
    await room.accept("m1")

    again = await room.accept("m1", opens="t1")

    assert again.outcome == "seen"


async def test_messages_of_two_channels_may_have_one_id(room: Mailroom) -> None:
    await room.accept("m1")

    other = await room.accept("m1", OTHER)

    assert other.outcome == "accepted"


async def test_a_message_is_known_for_26_hours(room: Mailroom) -> None:
    await room.accept("m1")

    accepted = await life_of_mark(room)
    [claim] = await room.claim()
    await claim.end()

    assert 26 * 3_600 - 60 < accepted <= 26 * 3_600
    assert 26 * 3_600 - 60 < await life_of_mark(room) <= 26 * 3_600


async def test_the_receipt_says_how_many_are_before_a_message(room: Mailroom) -> None:
    receipts = [await room.accept(f"m{number}") for number in range(3)]
    await room.claim()

    receipts.append(await room.accept("m3"))

    assert [acceptance.before for acceptance in receipts] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("limits", "conversation", "full"),
    [
        (Limits(conversation=2), CHANNEL, Acceptance("full", "conversation", 2)),
        (Limits(tenant=2 * 16), OTHER, Acceptance("full", "tenant", 2)),
        (Limits(all=2 * 16), OTHER, Acceptance("full", "all", 2)),
    ],
)
async def test_what_is_refused_leaves_nothing_and_may_come_again(
    room: Mailroom, limits: Limits, conversation: Conversation, full: Acceptance
) -> None:
    room.mailbox = replace(room.mailbox, limits=limits)
    await room.accept("m1")
    await room.accept("m2")
    waiting, kinds = await room.waiting(), await room.kinds_kept()

    refused = await room.accept("m3", conversation)

    assert refused == full
    assert (await room.waiting(), await room.kinds_kept()) == (waiting, kinds)
    [claim] = await room.claim()
    await claim.end()
    assert (await room.accept("m3", conversation)).outcome == "accepted"


async def test_a_full_conversation_still_takes_a_reset_and_a_stop(room: Mailroom) -> None:
    room.mailbox = replace(room.mailbox, limits=Limits(conversation=1))
    await room.accept("m1")

    reset = await room.accept("m2", kind="reset")
    await room.claim()
    stop = await room.accept("m3", kind="stop")

    assert (reset.outcome, stop.outcome) == ("accepted", "stopped")


async def test_one_tenant_does_not_use_up_the_limit_of_another(room: Mailroom) -> None:
    room.mailbox = replace(room.mailbox, limits=Limits(tenant=16))
    other = next(neighbours("test:others"))
    await room.accept("m1")

    receipts = [await room.accept("m2"), await room.accept("m3", other)]

    assert [acceptance.outcome for acceptance in receipts] == ["full", "accepted"]


async def test_when_all_is_answered_only_marks_and_memories_are_left(room: Mailroom) -> None:
    for number in range(5):
        await room.accept(f"a{number}")
        await room.accept(f"b{number}", THREAD)
        await room.accept(f"c{number}", opens=f"t{number}")
    await room.accept("stop", kind="stop")
    await room.accept("reset", kind="reset")

    while claims := await room.claim():
        for claim in claims:
            await room.answer(claim)

    kept = {"mark", "joined", "known", "ready", "history", "state", "usage", "month", "receipts"}
    assert await room.kinds_kept() == kept
    assert await room.store.do("XLEN", f"parley:{{{partition_of()}}}:ready") == 0


odd = st.text(":{}% \n\0~a*[é漢", min_size=1, max_size=4)
messages = st.lists(
    st.tuples(st.builds(Conversation, odd, odd, st.none() | odd), odd),
    min_size=2,
    max_size=4,
    unique_by=lambda each: (each[0].tenant, each[0].channel, each[1]),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(brought=messages)
async def test_odd_names_do_not_mix_conversations_up(
    room: Mailroom, brought: list[tuple[Conversation, str]]
) -> None:
    await room.store.do("FLUSHALL")

    receipts = [await room.accept(turn, conversation) for conversation, turn in brought]

    assert {acceptance.outcome for acceptance in receipts} == {"accepted"}
    answered = set()
    for conversation in {conversation for conversation, _ in brought}:
        while claims := await room.claim("w1", conversation):
            for claim in claims:
                answered.add((claim.message.conversation, claim.message.id))
                await claim.end()
    assert answered == set(brought)
