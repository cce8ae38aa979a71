"""Lines: events of one channel in their order, of several channels at once, and how far all of them are taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.hearing.lines import Bounds, Event, Progress, line_of, open_lines
from bot.beside import beside
from tests.adapters.discord.ears import AWAY, BOUNDS
from tests.fakes import settled


def nothing() -> None:
    pass


def message(channel: str, number: int) -> Event:
    return Event("MESSAGE_CREATE", {"channel_id": channel, "id": str(number)})


@given(
    st.lists(st.booleans(), max_size=30).flatmap(
        lambda waits: st.tuples(st.just(waits), st.permutations(range(len(waits))))
    )
)
def test_progress_is_what_has_no_gap_before_it(drawn: tuple[Sequence[bool], Sequence[int]]) -> None:
    waits, order = drawn
    progress, open_ones = Progress(100), set()
    for number, wait in enumerate(waits, start=101):
        (progress.began if wait else progress.came)(number)
        open_ones |= {number} if wait else set()

    for index in order:
        progress.ended(101 + index)
        open_ones.discard(101 + index)

        assert progress.sequence == min(open_ones, default=101 + len(waits)) - 1
    assert progress.last == 100 + len(waits)


async def test_one_channel_waits_for_no_other() -> None:
    taken: list[str] = []
    held = asyncio.Event()

    async def take_in(event: Event) -> None:
        if event.data["id"] == "1":
            await held.wait()
        taken.append(event.data["id"])

    async with open_lines(take_in) as lines:
        for number, channel in enumerate(["a", "a", "b", "b"], start=1):
            await lines.put(message(channel, number), nothing)
        await settled()
        before = list(taken)
        held.set()

    assert before == ["3", "4"]
    assert taken == ["3", "4", "1", "2"]


async def test_so_many_channels_at_once_and_not_more() -> None:
    now, most = 0, 0

    async def take_in(event: Event) -> None:
        nonlocal now, most
        del event
        now += 1
        most = max(most, now)
        await settled()
        now -= 1

    async with open_lines(take_in, Bounds(at_once=3)) as lines:
        for number in range(20):
            await lines.put(message(str(number), number), nothing)

    assert most == 3


async def test_when_too_many_wait_no_more_are_read() -> None:
    held = asyncio.Event()
    put: list[int] = []

    async def take_in(event: Event) -> None:
        del event
        await held.wait()

    async with open_lines(take_in, Bounds(most=5)) as lines:

        async def read() -> None:
            for number in range(8):
                await lines.put(message("a", number), nothing)
                put.append(number)

        async with beside(read()):
            await settled()
            before = len(put)
            held.set()
            while len(put) < 8:
                await settled()

    assert before == 5


async def test_what_cannot_be_kept_holds_up_its_channel_alone() -> None:
    taken: list[str] = []
    done: list[str] = []
    fails = [AWAY, AWAY]

    async def take_in(event: Event) -> None:
        if event.data["channel_id"] == "a" and fails:
            raise fails.pop()
        taken.append(event.data["id"])

    async with open_lines(take_in, BOUNDS) as lines:
        for number, channel in enumerate(["a", "a", "b"], start=1):
            await lines.put(message(channel, number), lambda number=number: done.append(str(number)))  # type: ignore[misc]
        while len(taken) < 3:
            await settled()

    assert taken == done == ["3", "1", "2"]


async def test_what_waits_at_the_end_is_not_done() -> None:
    done: list[str] = []

    async def take_in(event: Event) -> None:
        del event
        raise AWAY

    async with open_lines(take_in, Bounds(grace=0.01)) as lines:
        await lines.put(message("a", 1), lambda: done.append("1"))

    assert done == []


async def test_a_moment_is_left_for_what_is_being_taken_in() -> None:
    done: list[str] = []

    async def take_in(event: Event) -> None:
        del event
        await settled()

    with suppress(KeyError):
        async with open_lines(take_in) as lines:
            await lines.put(message("a", 1), lambda: done.append("1"))
            raise KeyError

    assert done == ["1"]


@pytest.mark.parametrize(
    ("name", "data", "line"),
    [
        ("MESSAGE_CREATE", {"id": "1", "channel_id": "2", "guild_id": "3"}, "2"),
        ("INTERACTION_CREATE", {"id": "1", "channel_id": "2"}, "1"),
        ("THREAD_CREATE", {"id": "2", "parent_id": "4", "guild_id": "3"}, "2"),
        ("GUILD_MEMBER_ADD", {"guild_id": "3"}, "3"),
        ("GUILD_DELETE", {"id": "3"}, ""),
        ("READY", {"v": 10}, ""),
        ("STRANGE", None, ""),
    ],
)
def test_events_stand_in_the_line_of_their_channel(name: str, data: object, line: str) -> None:
    assert line_of(Event(name, data)) == line
