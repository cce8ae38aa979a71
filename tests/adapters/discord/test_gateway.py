"""The gateway of one process: what comes is taken in once and in order, however connections end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.beside import beside
from simulators.discord import DiscordSimulator
from tests.adapters.discord.ears import AWAY, House, session_key
from tests.fakes import settled


@dataclass(frozen=True)
class End:
    """A way in which Discord ends a connection."""

    name: str
    happen: Callable[[DiscordSimulator], None]

    def __str__(self) -> str:
        return self.name

    def __call__(self, discord: DiscordSimulator) -> None:
        self.happen(discord)


RESUMED = [
    End("asked to reconnect", DiscordSimulator.reconnect),
    End("cut", DiscordSimulator.drop),
    End("invalid but resumable", lambda discord: discord.invalidate(resumable=True)),
    End("unknown error", DiscordSimulator.close_connections),
    End("too fast", lambda discord: discord.close_connections(4008)),
]
OVER = [
    End("invalid", lambda discord: discord.invalidate(resumable=False)),
    End("timed out", DiscordSimulator.end_sessions),
    End("invalid sequence", lambda discord: discord.close_connections(4007)),
]


async def test_what_people_write_is_heard_in_its_order(house: House) -> None:
    hearer = house.hearer()
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        said = await house.says("one", "two", "three")
        await house.until_heard(said)

    assert hearer.ids == said
    assert [event.data["content"] for event in hearer.events] == ["one", "two", "three"]
    assert len(house.discord.identifies) == 1


async def test_who_ends_says_goodbye_so_that_the_session_stays(house: House) -> None:
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

    await house.until_connected(0)
    assert house.discord.closes == [4000]


async def test_the_next_process_goes_on_with_the_session(house: House) -> None:
    first, second = house.hearer("first"), house.hearer("second")
    async with beside(first.gateway().run()):
        await house.until_hears(first)
        before = await house.says("before")
        await house.until_heard(before)
    between = await house.says("between", "the two")

    async with beside(second.gateway().run()):
        await house.until_heard(between)

    assert second.ids == between
    assert len(house.discord.identifies) == 1
    assert [each.replayed for each in house.discord.resumes] == [2]


@pytest.mark.parametrize("end", RESUMED, ids=str)
async def test_a_connection_that_ends_is_resumed(house: House, end: End) -> None:
    discord, hearer = house.discord, house.hearer()
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)
        said = await house.says("before")

        end(discord)
        said += await house.says("meanwhile")
        await discord.until(lambda: len(discord.resumes) == 1)
        said += await house.says("after")
        await house.until_heard(said)

    assert hearer.ids == said
    assert len(discord.identifies) == 1


@pytest.mark.parametrize("end", OVER, ids=str)
async def test_a_session_that_is_over_is_followed_by_a_new_one(house: House, end: End) -> None:
    discord, hearer = house.discord, house.hearer()
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        end(discord)
        await discord.until(lambda: len(discord.identifies) == 2)
        await house.until_hears(hearer)
        said = await house.says("after")
        await house.until_heard(said)

    assert hearer.ids == said
    assert discord.resumes == []


async def test_a_connection_without_acknowledgements_is_left_and_resumed(house: House) -> None:
    discord, hearer = house.discord, house.hearer()
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        discord.stop_acks(silent=True)
        said = await house.says("into a dead connection")
        await house.until_heard(said)

    assert hearer.ids == said
    assert len(discord.identifies) == 1
    assert discord.closes[0] == 4000


async def test_what_cannot_be_kept_is_tried_until_it_can(house: House) -> None:
    hearer = house.hearer()
    hearer.fails = [AWAY, AWAY, AWAY]
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        said = await house.says("one", "two")
        await house.until_heard(said)

    assert hearer.ids == said


async def test_what_cannot_be_read_is_passed_over(house: House) -> None:
    hearer = house.hearer()
    hearer.fails = [KeyError("author")]
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        _, good = await house.says("unreadable", "good")
        await house.until_heard([good])

    assert hearer.ids == [good]


async def test_what_was_not_taken_in_comes_again_to_the_next_process(house: House) -> None:
    first, second = house.hearer("first"), house.hearer("second")
    async with beside(first.gateway().run()):
        await house.until_hears(first)
        before = await house.says("before")
        await house.until_heard(before)
        first.fails = [AWAY] * 1_000
        lost = await house.says("cannot be kept", "this neither")
        await house.discord.until(lambda: len(first.fails) < 1_000)

    async with beside(second.gateway().run()):
        await house.until_heard(lost)

    assert second.ids == lost
    assert len(house.discord.identifies) == 1


async def test_a_gateway_that_is_away_is_waited_for(house: House) -> None:
    hearer = house.hearer()
    house.discord.refuse_connections(3)
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)
        house.discord.refuse_connections(3)
        house.discord.drop()

        said = await house.says("meanwhile")
        await house.until_heard(said)

    assert len(house.discord.identifies) == 1


async def test_who_is_asked_for_a_heartbeat_sends_one(house: House) -> None:
    hearer = house.hearer()
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)
        beaten = len(house.discord.heartbeats)

        house.discord.ask_for_heartbeats()
        async with asyncio.timeout(10):
            await house.discord.until(lambda: len(house.discord.heartbeats) > beaten)


async def test_what_nobody_wants_is_passed_over_and_not_brought_again(house: House) -> None:
    first, second = house.hearer("first"), house.hearer("second")
    first.wanted = frozenset({"READY"})
    async with beside(first.gateway().run()):
        await house.until_hears(first)
        await house.says("nobody wants this")
        (session,) = house.discord.sessions
        async with asyncio.timeout(10):
            while f'"sequence":{session.seq},'.encode() not in await house.store.do(
                "GET", session_key(house)
            ):
                await settled()

    async with beside(second.gateway().run()):
        await house.until_hears(second)

    assert [event.name for event in first.events] == ["READY"]
    assert second.events == []


async def test_what_is_asked_about_an_event_may_fail(house: House) -> None:
    hearer = house.hearer()
    hearer.puzzle = "unreadable"
    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)

        _, good = await house.says("unreadable", "good")
        await house.until_heard([good])

    assert hearer.ids == [good]
