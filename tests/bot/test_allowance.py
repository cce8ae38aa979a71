from __future__ import annotations

import asyncio

from bot.allowance import Allowance
from bot.store import Store


async def test_so_many_hold_a_place_and_no_more(store: Store) -> None:
    allowance = Allowance(store, "slack:T1")

    held = [await allowance.hold("stream", f"m{number}", 60.0, most=2) for number in range(3)]

    assert held == [True, True, False]


async def test_who_holds_a_place_keeps_it(store: Store) -> None:
    allowance = Allowance(store, "slack:T1")

    held = [await allowance.hold("stream", "m1", 60.0, most=1) for _ in range(3)]

    assert held == [True] * 3


async def test_a_place_is_free_again_after_its_time(store: Store) -> None:
    allowance = Allowance(store, "slack:T1")
    await allowance.hold("stream", "m1", 60.0, most=1)

    await allowance.let_go("stream", "m1", 0.05)
    at_once = await allowance.hold("stream", "m2", 60.0, most=1)
    await asyncio.sleep(0.06)
    later = await allowance.hold("stream", "m2", 60.0, most=1)

    assert (at_once, later) == (False, True)


async def test_who_held_no_place_gives_none_back(store: Store) -> None:
    allowance = Allowance(store, "slack:T1")

    await allowance.let_go("stream", "m1", 60.0)

    assert await allowance.hold("stream", "m2", 60.0, most=1)


async def test_turns_come_at_an_interval_after_a_burst(store: Store) -> None:
    allowance = Allowance(store, "slack:T1")

    waits = [await allowance.queue("append", 10.0, burst=2) for _ in range(4)]

    assert waits[:2] == [0.0, 0.0]
    assert 9.5 < waits[2] <= 10.0
    assert 19.5 < waits[3] <= 20.0


async def test_tenants_and_allowances_share_nothing(store: Store) -> None:
    one, other = Allowance(store, "slack:T1"), Allowance(store, "slack:T2")

    held = [
        await one.hold("stream", "m1", 60.0, most=1),
        await one.hold("edited", "m1", 60.0, most=1),
        await other.hold("stream", "m1", 60.0, most=1),
    ]

    assert held == [True] * 3
