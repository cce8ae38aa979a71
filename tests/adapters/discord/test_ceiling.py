"""The ceiling over all requests of a bot, in a time of its own."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.rest.ceiling import Ceiling
from bot.errors import PlatformBusy
from tests.adapters.virtual import virtually


def now() -> float:
    return asyncio.get_running_loop().time()


async def sent_at(ceiling: Ceiling) -> float:
    await ceiling.turn()
    return now()


def test_in_no_second_more_go_than_the_ceiling_lets_through() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=10)
        ceiling.told(limits=True)
        begun = []
        for number in range(25):
            begun.append(asyncio.create_task(sent_at(ceiling)))
            await asyncio.sleep(0.01 * (number % 3))
        sent = await asyncio.gather(*begun)
        assert sent == sorted(sent)
        assert all(later - earlier > 0.999 for earlier, later in zip(sent, sent[10:], strict=False))
        assert sent[-1] < 2.5

    virtually(work())


def test_a_request_counts_until_a_second_after_its_answer() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=1)
        first = await ceiling.turn()
        await asyncio.sleep(0.4)
        ceiling.answered(first)
        assert await sent_at(ceiling) == 1.4

    virtually(work())


def test_before_anything_was_told_the_ceiling_holds() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=3)
        sent = await asyncio.gather(*(sent_at(ceiling) for _ in range(4)))
        assert sent == [0.0, 0.0, 0.0, 1.0]

    virtually(work())


def test_where_no_limits_are_told_nothing_waits() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=3)
        sending = [asyncio.create_task(sent_at(ceiling)) for _ in range(20)]
        await asyncio.sleep(0.25)
        ceiling.told(limits=False)
        sent = await asyncio.gather(*sending)
        assert sent[-1] == 0.25

    virtually(work())


def test_once_limits_were_told_an_answer_without_them_changes_nothing() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=3)
        ceiling.told(limits=True)
        ceiling.told(limits=False)
        sent = await asyncio.gather(*(sent_at(ceiling) for _ in range(4)))
        assert sent[-1] == 1.0

    virtually(work())


def test_when_discord_wants_to_hear_nothing_everybody_waits() -> None:
    async def work() -> None:
        ceiling = Ceiling(now)
        ceiling.limited(3.0)
        assert await sent_at(ceiling) == 3.0
        ceiling.limited(30.0)
        with pytest.raises(PlatformBusy) as told:
            await ceiling.turn()
        assert told.value.retry_after == 30.0

    virtually(work())


def test_who_would_wait_too_long_is_told_at_once() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=1)
        ends = await asyncio.gather(*(sent_at(ceiling) for _ in range(20)), return_exceptions=True)
        assert ends[:11] == [float(each) for each in range(11)]
        assert all(isinstance(each, PlatformBusy) for each in ends[11:])

    virtually(work())


def test_what_is_optional_goes_when_nobody_waits_and_in_order() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=2)
        came = []

        async def optional(name: str) -> None:
            await ceiling.room()
            ceiling.promise()
            came.append((name, now()))
            await ceiling.turn()

        needed = [asyncio.create_task(sent_at(ceiling)) for _ in range(5)]
        await asyncio.sleep(0.1)
        await asyncio.gather(optional("a"), optional("b"), optional("c"))
        assert [await each for each in needed] == [0.0, 0.0, 1.0, 1.0, 2.0]
        assert came == [("a", 2.0), ("b", 3.0), ("c", 3.0)]

    virtually(work())


def test_room_that_is_promised_is_not_given_to_another_before_a_while() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=2)
        for _ in range(2):
            await ceiling.room()
            ceiling.promise()
        await ceiling.room()
        assert 0.25 <= now() <= 1.0

    virtually(work())


def test_who_leaves_the_line_holds_up_nobody() -> None:
    async def work() -> None:
        ceiling = Ceiling(now, most=1)
        waiting = [asyncio.create_task(sent_at(ceiling)) for _ in range(3)]
        await asyncio.sleep(0.5)
        waiting[1].cancel()
        assert await waiting[2] == 1.0

    virtually(work())
