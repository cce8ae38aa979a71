"""A worker without a process: how much it takes, in which order, and what wakes it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count, islice

import pytest

from bot.keys import PARTITIONS
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, partition_of
from tests.bot.workshop import NEVER, OFTEN, Workshop
from tests.fakes import CHANNEL


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


@pytest.fixture
def shop(store: Store) -> Workshop:
    """A place to work, whose turns may end at once."""
    opened = Workshop(store)
    opened.open.set()
    return opened


def channels(partition: int | None = None) -> Iterator[Conversation]:
    """Channels, of one partition if it is named."""
    every = (Conversation(CHANNEL.tenant, f"c{number}") for number in count())
    return (each for each in every if partition in (None, partition_of(each)))


async def fill(room: Mailroom, size: int, partition: int | None = None) -> list[str]:
    """Let a message wait in each of so many channels; their ids."""
    chosen = list(islice(channels(partition), size))
    for each in chosen:
        await room.accept(each.channel, each)
    return [each.channel for each in chosen]


async def test_a_worker_answers_no_more_at_once_than_it_can(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    ids = await fill(room, 9)

    async with shop.working(capacity=3):
        await shop.until(lambda: len(shop.begun) >= 3)
        await asyncio.sleep(OFTEN * 5)
        at_once = len(shop.begun)
        shop.open.set()
        await shop.until(lambda: len(shop.done) == 9)

    assert at_once == 3
    assert sorted(shop.done) == sorted(ids)


async def test_what_the_dead_have_left_waits_for_room_too(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    ids = await fill(room, 9, partition=0)
    await room.let_rest(*await room.claim("dead", next(channels(0))))

    async with shop.working(capacity=3):
        await shop.until(lambda: len(shop.begun) >= 3)
        await asyncio.sleep(OFTEN * 5)
        at_once = len(shop.begun)
        shop.open.set()
        await shop.until(lambda: len(shop.done) == 9)

    assert at_once == 3
    assert sorted(shop.done) == sorted(ids)


async def test_the_end_of_a_turn_makes_room_for_the_next_at_once(room: Mailroom, shop: Workshop) -> None:
    ids = await fill(room, 20)

    async with shop.working(capacity=1, beat=NEVER):
        await shop.until(lambda: len(shop.done) == 20)

    assert sorted(shop.done) == sorted(ids)


@pytest.mark.parametrize(("crowded", "other"), [(0, PARTITIONS - 1), (PARTITIONS - 1, 0), (3, 4)])
async def test_a_crowded_partition_does_not_keep_another_waiting(
    room: Mailroom, shop: Workshop, crowded: int, other: int
) -> None:
    await fill(room, 40, crowded)
    [waiting] = await fill(room, 1, other)

    async with shop.working(capacity=1, beat=NEVER):
        await shop.until(lambda: waiting in shop.done)

    assert len(shop.done) <= PARTITIONS


async def test_the_bell_wakes_a_worker(room: Mailroom, shop: Workshop) -> None:
    await room.accept("first")

    async with shop.working(beat=NEVER):
        await shop.until(lambda: shop.done == ["first"])
        await room.accept("second")
        await shop.until(lambda: shop.done == ["first", "second"])


async def test_a_worker_looks_for_itself_when_no_bell_was_heard(room: Mailroom, shop: Workshop) -> None:
    await room.accept("first")

    async with shop.working():
        await shop.until(lambda: shop.done == ["first"])
        await room.store.do("SET", f"parley:{{{partition_of()}}}:rung", 1)
        await room.accept("second")
        await shop.until(lambda: shop.done == ["first", "second"])


async def test_the_bell_is_heard_again_after_its_connection_broke(room: Mailroom, shop: Workshop) -> None:
    await room.accept("first")

    async with shop.working(beat=NEVER):
        await shop.until(lambda: shop.done == ["first"])
        await room.store.do("CLIENT", "KILL", "TYPE", "pubsub")
        await room.accept("second")
        await shop.until(lambda: shop.done == ["first", "second"])
        await room.accept("third")
        await shop.until(lambda: shop.done == ["first", "second", "third"])


async def test_a_conversation_is_answered_in_order(room: Mailroom, shop: Workshop) -> None:
    ids = [f"m{number}" for number in range(12)]
    for each in ids:
        await room.accept(each)

    async with shop.working(beat=NEVER):
        await shop.until(lambda: len(shop.done) == 12)

    assert shop.done == ids


async def test_a_stop_is_heard_at_once(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    await room.accept("long")

    async with shop.working(beat=NEVER):
        await shop.until(lambda: shop.begun == ["long"])
        await room.accept("stop", kind="stop")
        await shop.until(lambda: shop.stopped == [CHANNEL])


async def test_a_stop_that_the_worker_before_did_not_live_to_see_is_carried_out(
    room: Mailroom, shop: Workshop
) -> None:
    shop.open.clear()
    await room.accept("long")
    dead = await room.claim("dead")
    await room.accept("stop", kind="stop")
    await room.let_rest(*dead)

    async with shop.working():
        await shop.until(lambda: CHANNEL in shop.stopped)

    assert shop.begun == ["long"]
