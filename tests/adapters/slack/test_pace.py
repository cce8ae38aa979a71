"""How replies of one workspace share what Slack allows, on a real Valkey."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.replies.pace import APPENDS, EDITED, STREAMS, Growth
from bot.allowance import Allowance
from bot.store import Store

SOON = 0.2
"""Seconds in which whoever need not wait is ready."""


@pytest.fixture
def allowance(store: Store) -> Allowance:
    """A workspace in which nothing was written yet."""
    return Allowance(store, "slack:T1")


async def is_ready(growth: Growth, within: float = SOON) -> bool:
    """Whether a reply may grow by then."""
    try:
        async with asyncio.timeout(within):
            await growth.ready()
    except TimeoutError:
        return False
    return True


async def grown(allowance: Allowance, count: int) -> list[Growth]:
    """So many replies that want to grow at the same time."""
    growths = [Growth(allowance, f"m{number}") for number in range(count)]
    for each in growths:
        await is_ready(each, 0.05 if each.way == "end" else SOON)
    return growths


async def test_the_first_replies_stream_the_next_are_edited_and_the_rest_come_at_their_end(
    allowance: Allowance,
) -> None:
    growths = await grown(allowance, STREAMS + EDITED + 2)

    ways = [each.way for each in growths]
    assert ways == ["stream"] * STREAMS + ["update"] * EDITED + ["end"] * 2


async def test_what_comes_at_its_end_is_never_ready(allowance: Allowance) -> None:
    growth = Growth(allowance, "m1", "end")

    assert not await is_ready(growth)


async def test_streams_of_a_workspace_append_one_after_the_other(allowance: Allowance) -> None:
    interval, burst = APPENDS
    growths = await grown(allowance, 10)

    at_once = [await is_ready(each) for each in growths]

    assert at_once == [True] * burst + [False] * (10 - burst)
    assert await is_ready(Growth(allowance, "late"), within=SOON)  # the first write of a stream is its start
    assert interval * 100 >= 60


async def test_a_stream_that_ended_counts_for_another_minute(allowance: Allowance) -> None:
    growths = await grown(allowance, STREAMS)
    await growths[0].over(grown=True)

    next_one = Growth(allowance, "next")
    await is_ready(next_one)

    assert next_one.way == "update"


async def test_a_reply_that_never_grew_gives_its_place_back_at_once(allowance: Allowance) -> None:
    growths = await grown(allowance, STREAMS)
    await growths[0].over(grown=False)

    next_one = Growth(allowance, "next")
    await is_ready(next_one)

    assert next_one.way == "stream"


async def test_a_stream_that_fails_is_edited_while_there_is_room(allowance: Allowance) -> None:
    growths = await grown(allowance, EDITED + 1)

    for each in growths:
        await each.fall_back()

    assert [each.way for each in growths] == ["update"] * EDITED + ["end"]


async def test_workspaces_share_nothing(store: Store) -> None:
    await grown(Allowance(store, "slack:T1"), STREAMS)

    other = Growth(Allowance(store, "slack:T2"), "m1")
    await is_ready(other)

    assert other.way == "stream"
