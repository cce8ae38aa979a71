"""Many messages of one tenant: another's do not wait for all of them, and none is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from bot.claim import Claim
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, neighbours

SHARE = 100
"""Conversations of one tenant that stand in a partition's line at once."""
OTHER = next(neighbours("test:others"))


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


@pytest.fixture
def busy() -> Iterator[Conversation]:
    """The channels of a tenant that asks in all of them."""
    return neighbours("test:busy")


async def crowd(room: Mailroom, channels: Iterator[Conversation], size: int) -> list[Conversation]:
    """Let a message wait in each of so many channels; the channels in their order."""
    chosen = list(islice(channels, size))
    for number, each in enumerate(chosen):
        receipt = await room.accept(f"m{number}", each)
        assert receipt.outcome == "accepted"
    return chosen


def places(claims: list[Claim]) -> list[Conversation]:
    """Where the claimed messages stand."""
    return [claim.message.conversation for claim in claims]


async def answered_until_empty(room: Mailroom, at_once: int) -> list[Conversation]:
    """Answer so many messages at a time; their conversations in the order of the claims."""
    order = []
    while claims := await room.claim(most=at_once):
        order += places(claims)
        for claim in claims:
            await claim.end()
    return order


async def test_another_tenant_waits_for_no_more_than_the_share_of_a_busy_one(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    await crowd(room, busy, SHARE + 20)
    await room.accept("other", OTHER)

    claims = await room.claim(most=SHARE + 1)

    assert len(claims) == SHARE + 1
    assert places(claims)[-1] == OTHER


async def test_where_nobody_else_waits_a_tenant_may_have_more_than_its_share(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    channels = await crowd(room, busy, SHARE + 20)

    claims = await room.claim(most=SHARE + 15)
    rest = await room.claim()

    assert places(claims) == channels[: SHARE + 15]
    assert places(rest) == channels[SHARE + 15 :]
    assert "crowded" not in await room.kinds_kept()


async def test_what_waits_behind_the_share_moves_up_in_order(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    channels = await crowd(room, busy, SHARE + 20)

    order = await answered_until_empty(room, 7)

    assert order == channels
    assert await room.kinds_kept() == {"mark", "ready"}


async def test_the_next_message_of_a_conversation_goes_behind_those_that_wait_longer(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    channels = await crowd(room, busy, SHARE + 3)
    await room.accept("second", channels[0])

    order = await answered_until_empty(room, 1)

    assert order == [*channels, channels[0]]


async def test_nothing_behind_the_share_is_lost_when_turns_change_hands(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    channels = await crowd(room, busy, SHARE + 9)
    claims = await room.claim("w1", most=SHARE)
    await room.let_rest(*claims[:60])
    taken = await room.take("w2", living=["w2"])
    for claim in claims[60:80]:
        await claim.release(counted=True)
    for claim in claims[80:]:
        await claim.park("broken")
    for claim in taken:
        await claim.end()

    order = await answered_until_empty(room, 1)

    assert len(taken) == 60
    assert order == [*channels[60:80], *channels[SHARE:]]
    assert {each.message.conversation for each in await room.mailbox.parked()} == set(channels[80:SHARE])


async def test_a_retried_message_waits_behind_its_tenants_share(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    [first] = await crowd(room, busy, 1)
    [claim] = await room.claim()
    await claim.park("broken")
    await crowd(room, busy, SHARE)

    await room.mailbox.unpark((await room.mailbox.parked())[0])

    assert first not in places(await room.claim(most=SHARE))
    assert await room.waiting() == {"test%3Abusy": SHARE + 1, "": SHARE + 1}
    assert places(await room.claim()) == [first]


async def test_a_message_behind_the_share_is_neither_running_nor_forgotten(
    room: Mailroom, busy: Iterator[Conversation]
) -> None:
    channels = await crowd(room, busy, SHARE + 1)
    claims = await room.claim(most=SHARE)

    stop = await room.accept("stop", channels[-1], "stop")
    await claims[0].end()

    [following] = await room.claim()
    assert stop.outcome == "accepted"
    assert following.message.id == "stop"
