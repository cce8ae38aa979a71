from __future__ import annotations

import asyncio
import time

from bot.appetite import FIRST, LEAST, PULSE, Appetite
from bot.beside import beside

PULSES = PULSE * 3


async def after(seconds: float, appetite: Appetite) -> int:
    """How many turns may be begun after so many seconds of peace."""
    async with beside(appetite.keep(lambda: None)):
        await asyncio.sleep(seconds)
    return appetite.left


async def test_who_begins_all_that_may_be_begun_gets_more_the_next_time() -> None:
    appetite = Appetite()

    appetite.left -= FIRST
    appetite.got(FIRST, FIRST)
    left = await after(PULSES, appetite)

    assert left == 2 * FIRST


async def test_what_was_only_asked_for_is_given_back() -> None:
    appetite = Appetite()

    appetite.left -= FIRST
    appetite.got(1, FIRST)

    assert appetite.left == FIRST - 1
    assert await after(PULSES, appetite) == FIRST


async def test_an_event_loop_that_is_late_begins_less_and_at_least_one() -> None:
    appetite = Appetite()

    async with beside(appetite.keep(lambda: None)):
        for _ in range(20):
            await asyncio.sleep(0.001)
            time.sleep(PULSE * 2)  # noqa: ASYNC251 - this is the lateness
        assert appetite.left == LEAST


async def test_whoever_waits_is_woken_with_each_pulse() -> None:
    woken = asyncio.Event()

    async with beside(Appetite().keep(woken.set)), asyncio.timeout(5):
        await woken.wait()
