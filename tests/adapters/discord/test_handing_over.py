"""Sessions handed from process to process: nothing is lost, nobody hears twice, and hardly any is begun anew."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from bot.beside import beside
from bot.keys import gap_key
from tests.adapters.discord.ears import Hearer, House
from tests.fakes import settled

HANDOVERS = 100


async def counted(house: House, counts: list[int]) -> None:
    """Keep how many sessions had a connection, whenever that may have changed."""
    await house.discord.until(lambda: bool(counts.append(len(house.discord.sessions))))  # type: ignore[func-returns-value]


async def begun(house: House) -> None:
    """Have a session that nobody hears any more, and no gap."""
    hearer = house.hearer("very first")
    async with beside(hearer.gateway().run()):
        async with asyncio.timeout(10):
            await house.changes.until(lambda: bool(hearer.gaps))
        while await house.store.do("EXISTS", gap_key("discord-0")):
            await settled()


async def test_a_hundred_processes_one_after_the_other_lose_nothing(house: House) -> None:
    said: list[str] = []
    hearers: list[Hearer] = []
    await begun(house)

    for number in range(HANDOVERS):
        hearers.append(house.hearer(f"process {number}"))
        async with beside(hearers[-1].gateway().run()):
            said += await house.says("while it begins")
            await house.until_hears(hearers[-1])
            said += await house.says("while it hears", "and again")
        said += await house.says("while nobody hears")
    async with beside(house.hearer("last").gateway().run()):
        await house.until_heard(said)

    assert house.heard == set(said)
    assert len(house.discord.identifies) <= HANDOVERS / 10
    assert set(house.discord.closes) == {4000}
    assert not any(hearer.gaps for hearer in hearers)


async def test_a_hundred_processes_that_wait_for_the_one_before_lose_nothing(house: House) -> None:
    said: list[str] = []
    counts: list[int] = []
    waits: list[float] = []
    before, running = house.hearer("first"), AsyncExitStack()
    await running.enter_async_context(beside(before.gateway().run()))
    await house.until_hears(before)

    async with beside(counted(house, counts)):
        for number in range(HANDOVERS):
            after, next_running = house.hearer(f"process {number}"), AsyncExitStack()
            await next_running.enter_async_context(beside(after.gateway().run()))
            said += await house.says("while both are there")
            began = time.monotonic()
            await running.aclose()
            said += await house.says("between them")
            await house.until_hears(after)
            waits.append(time.monotonic() - began)
            before, running = after, next_running
        await house.until_heard(said)
        await running.aclose()

    assert house.heard == set(said)
    assert len(house.discord.identifies) <= HANDOVERS / 10
    assert max(counts) == 1
    assert sorted(waits)[HANDOVERS // 2] < 0.3
