"""A cluster of three nodes, on which every script finds the keys that it touches in one place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from bot.claim import Claim
from bot.keys import BELL, PARTITIONS, ready_key
from bot.ledger import Ledger
from bot.messages import Conversation
from bot.persona_store import Personas
from bot.store import Store, open_store
from tests.bot.mailroom import Mailroom, partition_of
from tests.bot.stage import THREAD, stage
from tests.fakes import CHANNEL

CHANNELS = [
    next(
        each for each in (Conversation("test:team", f"c{n}") for n in count()) if partition_of(each) == number
    )
    for number in range(PARTITIONS)
]
"""A channel in every partition."""


@pytest.fixture
async def store(cluster: tuple[str, ...]) -> AsyncIterator[Store]:
    """A store on the cluster, in which nothing is kept yet."""
    async with open_store(cluster[0]) as opened:
        await opened.client.flushall()
        yield opened


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def claimed(room: Mailroom, turn: str, channel: Conversation, opens: str = "") -> Claim:
    """The claim on a message that was just accepted."""
    assert (await room.accept(turn, channel, opens=opens)).outcome == "accepted"
    [claim] = await room.claim("w1", channel)
    return claim


async def test_the_address_of_one_node_is_enough_to_recognise_a_cluster(store: Store) -> None:
    client = store.client

    assert isinstance(client, RedisCluster)
    nodes = {client.get_node_from_key(ready_key(number)) for number in range(PARTITIONS)}
    assert len(nodes) == 3


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.channel)
async def test_a_message_is_taken_in_answered_and_remembered(room: Mailroom, channel: Conversation) -> None:
    claim = await claimed(room, "m1", channel, opens="t1")
    await claim.about_to_write("Hel", "m1/0")
    [taken] = await room.taken_over(claim)
    thread = taken.message.answered_in

    await room.answer(taken, opens=thread)
    await taken.end()

    assert (await room.accept("m1", channel)).outcome == "seen"
    for place in (channel, thread, Conversation(channel.tenant, channel.channel, "new")):
        recall = await room.history.recall(place, 1_000)
        assert [exchange.question for exchange in recall.exchanges] == ["m1"]


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.channel)
async def test_a_message_is_released_parked_and_retried(room: Mailroom, channel: Conversation) -> None:
    claim = await claimed(room, "m1", channel)
    await claim.release(counted=True)
    [claim] = await room.claim("w1", channel)
    await claim.park("broken")
    [parked] = await room.mailbox.parked()

    retried = await room.mailbox.unpark(parked)

    assert retried
    [again] = await room.claim("w1", channel)
    await room.answer(again)
    assert await room.answered(channel) == ["m1"]
    assert not await room.mailbox.drop(parked)


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.channel)
async def test_a_turn_is_stopped_and_its_conversation_forgotten(
    room: Mailroom, channel: Conversation
) -> None:
    claim = await claimed(room, "m1", channel, opens="t1")
    thread = claim.message.answered_in

    stop = await room.accept("m2", channel, "stop")

    await room.answer(claim, opens=thread)
    assert (stop.outcome, claim.stopping) == ("stopped", True)
    assert [await room.history.reset(each, by="r1") for each in (thread, channel)] == [1, 1]


async def test_messages_of_all_partitions_are_parked_and_listed_together(room: Mailroom) -> None:
    for channel in CHANNELS:
        await (await claimed(room, "m1", channel)).park("broken")

    parked = await room.mailbox.parked()

    assert [each.message.conversation for each in parked] == CHANNELS


async def test_workers_hear_of_each_other(room: Mailroom) -> None:
    await room.mailbox.beat("w1")

    living = await room.mailbox.beat("w2")

    await room.mailbox.leave("w1")
    assert living == {"w1", "w2"}
    assert await room.mailbox.beat("w2") == {"w2"}


async def test_every_node_hears_the_bell_of_every_partition(room: Mailroom, cluster: tuple[str, ...]) -> None:
    async with AsyncExitStack() as opened:
        lines = []
        for url in cluster:
            client = await opened.enter_async_context(Redis.from_url(url))
            line = await opened.enter_async_context(client.pubsub())
            await line.subscribe(BELL)
            await line.get_message(timeout=5)  # that it is subscribed
            lines.append(line)
        for channel in CHANNELS:
            await room.accept("m1", channel)

        heard = [[await line.get_message(timeout=5) for _ in CHANNELS] for line in lines]

    rung = {f"ready {number}".encode() for number in range(PARTITIONS)}
    assert [{each["data"] for each in one if each} for one in heard] == [rung] * 3


async def test_turns_and_commands_run_on_a_cluster(store: Store) -> None:
    async with stage(store) as on:
        await on.say("In the channel", direct=False)
        await on.say("Opens a thread", opens=THREAD, direct=False)
        await on.say("/persona create pirate You are a pirate.")
        await on.say("I want to kill you")
        usage = await on.say("/usage")
        forgotten = await on.say("/reset", conversation=THREAD)

        assert "| This conversation | 2 |" in usage.notices[0].text
        assert "2 exchanges" in forgotten.notices[0].text
        assert len(await on.remembered()) == 2
        assert len(await on.engine.incidents.all(CHANNEL.tenant)) == 1
        assert [persona.name for persona in await Personas(store).all(CHANNEL.tenant)][-1] == "pirate"
        assert (await Ledger(store).of_conversation(THREAD))[1].answers == 1
