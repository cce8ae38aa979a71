"""Shards, shared out among the processes that hear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.hearing.sessions import Session, Sessions
from adapters.discord.hearing.shards import Shards, Terms, shared_count
from bot.beside import beside
from bot.store import Store, open_store
from tests.adapters.discord.ears import House
from tests.fakes import settled

PATIENT = Terms(patience=60.0)
SESSION = Session("abc", "wss://gateway.example.org", 7, 4, 33_281)


@pytest.fixture(params=["server", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """A store in which nothing is kept yet."""
    kind = request.getfixturevalue("valkey" if request.param == "server" else "cluster")
    async with open_store(kind if isinstance(kind, str) else kind[0]) as opened:
        await opened.client.flushall()
        yield opened


def shards(store: Store, count: int = 4, terms: Terms = PATIENT) -> Shards:
    """What another process has of so many."""
    return Shards(store, "A1", count, terms)


async def test_who_is_alone_has_them_all(store: Store) -> None:
    alone = shards(store)

    assert await alone.renewed() == {0, 1, 2, 3}
    assert alone.pause == alone.terms.renew


async def test_nobody_takes_what_another_has(store: Store) -> None:
    first, second = shards(store, 1), shards(store, 1)
    await first.renewed()

    assert await second.renewed() == frozenset()
    assert await first.renewed() == {0}
    assert second.pause == second.terms.look


async def test_who_has_more_than_its_share_gives_it_up_and_the_others_have_it(store: Store) -> None:
    first, second = shards(store), shards(store)
    await first.renewed()

    assert await second.renewed() == frozenset()
    assert await first.renewed() == {0, 1}
    assert await second.renewed() == frozenset()  # as long as it is heard
    for number in (2, 3):
        await Sessions(first).keep(number, SESSION, last=True)
    assert await second.renewed() == {2, 3}
    assert await first.renewed() == {0, 1}


async def test_nothing_is_given_up_for_who_may_be_dead(store: Store) -> None:
    terms = Terms(lease=0.3)
    first, dead = shards(store, terms=terms), shards(store, terms=terms)
    await first.renewed()
    await dead.renewed()

    while await first.renewed() != {0, 1, 2, 3}:
        await settled()

    assert await store.do("ZCARD", f"parley:{{discord}}:sharers:{first.application}") == 2


async def test_who_comes_when_all_are_free_takes_a_fair_share(store: Store) -> None:
    gone, first, second = shards(store), shards(store), shards(store)
    for each in (gone, first, second):
        await each.renewed()
    await gone.go()

    assert await first.renewed() == {0, 1}
    assert await second.renewed() == {2, 3}


async def test_what_nobody_takes_is_taken_by_who_has_its_share(store: Store) -> None:
    gone, first, idle = shards(store), shards(store, terms=Terms(patience=0.0)), shards(store)
    for each in (gone, first, idle):
        await each.renewed()
    await gone.go()

    assert await first.renewed() == {0, 1}
    assert await first.renewed() == {0, 1, 2, 3}


async def test_the_shards_of_who_died_are_free_after_its_lease(store: Store) -> None:
    dead, other = shards(store, terms=Terms(lease=0.05)), shards(store)
    await dead.renewed()

    while not await other.renewed():
        await settled()

    assert await other.renewed() == {0, 1, 2, 3}


async def test_another_number_of_shards_waits_until_nobody_has_any_of_the_old(store: Store) -> None:
    old, new = shards(store, 1), shards(store, 2)
    await old.renewed()

    assert await new.renewed() == frozenset()
    assert await old.renewed() == {0}
    await old.go()
    assert await new.renewed() == {0, 1}
    assert await shared_count(store, "A1") == 2


async def test_a_session_is_found_by_who_has_the_shard_next(store: Store) -> None:
    first, second = Sessions(shards(store)), Sessions(shards(store))
    await first.shards.renewed()

    assert await first.keep(2, SESSION, last=True)

    assert await second.shards.renewed() == {2}
    assert await second.find(2) == SESSION
    assert await second.find(3) is None


async def test_who_has_a_shard_no_more_leaves_nothing_there(store: Store) -> None:
    first, second = Sessions(shards(store)), Sessions(shards(store))
    await first.shards.renewed()
    await first.shards.go()
    await second.shards.renewed()
    await second.keep(0, SESSION)

    assert not await first.keep(0, Session("old", "", 1, 4, 0), last=True)

    assert await second.find(0) == SESSION
    assert await second.shards.renewed() == {0, 1, 2, 3}


async def test_a_session_is_forgotten_when_discord_has_forgotten_it(store: Store) -> None:
    sessions = Sessions(shards(store))
    await sessions.shards.renewed()
    await sessions.keep(0, SESSION)

    (key,) = [key async for key in store.keys("*session*")]

    assert 60 < await store.do("TTL", key) <= 180
    await sessions.keep(0, None)
    assert await sessions.find(0) is None


async def test_two_processes_hear_half_of_the_shards_each(house: House) -> None:
    gone, first, second = (house.hearer(name) for name in ("gone", "first", "second"))
    async with beside(gone.gateway(4).run()):
        await house.until_hears(gone, 4)
        waiting = [asyncio.create_task(each.gateway(4).run()) for each in (first, second)]
        while (
            len(await house.store.do("ZRANGE", "parley:{discord}:sharers:" + house.discord.app.id, 0, -1)) < 3
        ):
            await settled()

    await house.until_hears(first, 2)
    await house.until_hears(second, 2)
    said = await house.says("to one of them")
    await house.until_heard(said)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    assert first.ids + second.ids == said
    assert {event.shard for event in first.events + second.events} == {int(house.discord.guild.id) >> 22 & 3}
    assert len(house.discord.identifies) == 4
    assert {each.shard for each in house.discord.identifies} == {(number, 4) for number in range(4)}


async def test_the_number_of_shards_is_asked_of_discord(house: House) -> None:
    house.discord.grow(1_500, channels=1)
    hearer = house.hearer()

    async with beside(hearer.gateway(None).run()):
        await house.until_connected(2)

    assert {each.shard for each in house.discord.identifies} == {(0, 2), (1, 2)}
