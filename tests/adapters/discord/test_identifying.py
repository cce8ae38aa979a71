"""Starting sessions: one after the other, and never the last of the day."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest

from adapters.discord.hearing.identifying import SPARE, Limits, Spacing, Starts, limits_of
from bot.allowance import Allowance
from bot.beside import beside
from bot.errors import PlatformUnclear
from bot.store import Store
from tests.adapters.discord.ears import House
from tests.fakes import settled

QUICK = Spacing(apart=0.2, look=0.01)


@dataclass
class Saying:
    """A Rest that says the same to everything, or fails."""

    starts: dict[str, Any] | None = None
    asked: int = 0

    async def ask(self, route: str, *ids: str) -> Any:
        del route, ids
        self.asked += 1
        if self.starts is None:
            raise PlatformUnclear("503")
        return {"url": "wss://gateway.example.org", "shards": 3, "session_start_limit": self.starts}


def starts(store: Store, rest: Saying | None = None) -> Starts:
    return Starts(rest or Saying(), Allowance(store, "discord"), "A1", QUICK)


async def began(starts: Starts, shard: int) -> float:
    """When a shard's turn came."""
    async with starts.turn(shard):
        return time.monotonic()


async def test_sessions_of_all_processes_begin_one_after_the_other(store: Store) -> None:
    times = sorted(await asyncio.gather(*(began(starts(store), shard) for shard in range(3))))

    assert all(later - earlier >= QUICK.apart for earlier, later in pairwise(times))


async def test_a_big_bots_shards_begin_together_where_discord_lets_them(store: Store) -> None:
    big = Saying({"total": 1000, "remaining": 900, "reset_after": 1, "max_concurrency": 2})

    times = await asyncio.gather(*(began(starts(store, big), shard) for shard in range(4)))

    even, odd = sorted(times[::2]), sorted(times[1::2])
    assert even[1] - even[0] >= QUICK.apart
    assert odd[1] - odd[0] >= QUICK.apart
    assert max(even[0], odd[0]) - min(even[0], odd[0]) < QUICK.apart


async def test_who_dies_over_it_holds_up_the_others_for_a_while_only(store: Store) -> None:
    dead = replace(starts(store), spacing=Spacing(hold=0.05))
    turn = dead.turn(0)
    await turn.__aenter__()

    async with asyncio.timeout(5):
        await began(starts(store), 0)


async def test_the_last_starts_of_the_day_are_left(store: Store) -> None:
    rest = Saying({"total": 1000, "remaining": SPARE, "reset_after": 3_600_000, "max_concurrency": 1})
    times: list[float] = []

    async def begin() -> None:
        times.append(await began(starts(store, rest), 0))

    async with beside(begin()):
        while not rest.asked:
            await settled()
        await settled()

    assert times == []


async def test_starts_are_there_again_on_the_next_day(store: Store) -> None:
    rest = Saying({"total": 1000, "remaining": 0, "reset_after": 1, "max_concurrency": 1})
    hasty = replace(starts(store, rest), spacing=replace(QUICK, longest=0.01))

    async with beside(began_of_day(rest)):
        await began(hasty, 0)

    assert rest.asked > 1


async def began_of_day(rest: Saying) -> None:
    while rest.asked < 2:
        await settled()
    rest.starts = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"session_start_limit": None},
        {"shards": "x", "session_start_limit": {"remaining": None}},
    ],
)
def test_what_cannot_be_read_limits_nothing(answer: Any) -> None:
    assert limits_of(answer) == Limits()


async def test_sessions_begin_although_discord_does_not_say_what_it_allows(store: Store) -> None:
    assert await starts(store).asked() is None
    assert await began(starts(store), 0)


async def test_many_shards_begin_at_the_pace_that_discord_demands(house: House) -> None:
    hearer = house.hearer()

    async with beside(hearer.gateway(4).run()):
        await house.until_hears(hearer, 4)

    assert [each.shard for each in house.discord.identifies] == [(number, 4) for number in range(4)]
    assert all(each.session for each in house.discord.identifies)
