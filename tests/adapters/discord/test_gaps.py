"""Gaps: looked for after a session that could not be resumed, and only then."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.attendance import Attendance
from bot.beside import beside
from bot.keys import attended_key, gap_key
from tests.adapters.discord.ears import RHYTHM, Hearer, House, session_key
from tests.fakes import settled

MINUTE = 60.0


async def until_gaps(house: House, hearer: Hearer, count: int) -> None:
    """Return once a process has filled so many gaps, and they are forgotten."""
    async with asyncio.timeout(10):
        await house.changes.until(lambda: len(hearer.gaps) >= count)
        while await house.store.do("EXISTS", gap_key("discord-0")):
            await settled()


async def noted(house: House) -> None:
    """Return once somebody says again that this shard is heard."""
    await house.store.do("ZREM", attended_key("discord-0"), "")
    async with asyncio.timeout(10):
        while await house.store.do("ZSCORE", attended_key("discord-0"), "") is None:
            await settled()


async def heard_before(house: House) -> Hearer:
    """A process that has heard and ended, without a gap that is left."""
    hearer = house.hearer("before")
    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)
        await house.until_heard(await house.says("before"))
        while b'"gap":true' in await house.store.do("GET", session_key(house)):
            await settled()
    return hearer


async def later(house: House, seconds: float) -> None:
    """Let the last sign be so much older."""
    await house.store.do("ZINCRBY", attended_key("discord-0"), int(-seconds * 1000), "")


async def test_a_session_that_is_resumed_leaves_no_gap_however_late(house: House) -> None:
    await heard_before(house)
    await later(house, MINUTE)
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)
        await noted(house)
        await noted(house)

    assert hearer.gaps == []
    assert len(house.discord.resumes) == 1


async def test_a_session_that_cannot_be_resumed_leaves_a_gap_since_the_last_sign(house: House) -> None:
    await heard_before(house)
    await later(house, 5 * MINUTE)
    house.discord.end_sessions()
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)

    (gap,) = hearer.gaps
    assert gap.until == pytest.approx(time.time(), abs=5)
    assert gap.until - gap.since == pytest.approx(5 * MINUTE + RHYTHM.margin, abs=5)


async def test_a_session_that_nobody_kept_leaves_one_too(house: House) -> None:
    await heard_before(house)
    await later(house, 5 * MINUTE)
    await house.store.do("DEL", session_key(house))
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)

    assert hearer.gaps[0].until - hearer.gaps[0].since == pytest.approx(5 * MINUTE + RHYTHM.margin, abs=5)


async def test_a_session_lost_in_the_midst_leaves_a_gap_however_short(house: House) -> None:
    hearer = house.hearer()
    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)

        house.discord.invalidate(resumable=False)
        await until_gaps(house, hearer, 2)

    assert len(hearer.gaps) == 2


async def test_a_connection_that_is_resumed_leaves_none(house: House) -> None:
    hearer = house.hearer()
    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)

        house.discord.drop()
        await house.discord.until(lambda: len(house.discord.resumes) == 1)
        await house.until_hears(hearer)
        await noted(house)
        await noted(house)

    assert len(hearer.gaps) == 1


async def test_who_goes_on_with_a_session_whose_gap_nobody_noted_notes_it(house: House) -> None:
    await heard_before(house)
    kept = await house.store.do("GET", session_key(house))
    await house.store.do("SET", session_key(house), kept.replace(b'"gap":false', b'"gap":true'))
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await until_gaps(house, hearer, 1)

    assert len(house.discord.resumes) == 1


async def test_each_shard_knows_whom_it_heard_of(house: House) -> None:
    hearer = house.hearer()
    async with beside(hearer.gateway(2).run()):
        await house.until_hears(hearer, 2)
        await house.until_heard(await house.says("hello"))

    mine = int(house.discord.guild.id) >> 22 & 1
    assert await Attendance(house.store, f"discord-{mine}").tenants() == [f"discord:{house.discord.guild.id}"]
    assert await Attendance(house.store, f"discord-{1 - mine}").tenants() == []
