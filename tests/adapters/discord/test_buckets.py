"""Whose turn it is in a bucket, against a Discord that counts strictly, in a time of its own."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.rest.buckets import MOST_IDLE, Buckets
from adapters.discord.rest.lines import LONGEST_WAIT
from adapters.discord.rest.windows import Told
from bot.errors import PlatformBusy
from tests.adapters.virtual import virtually

POST = "POST /channels/{}/messages"
EDIT = "PATCH /channels/{}/messages/{}"
TYPING = "POST /channels/{}/typing"


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass(slots=True)
class Counter:
    """Discord's count of one bucket: it begins with its first request, and is full again when its time is over."""

    limit: int = 5
    length: float = 5.0
    ends: float = 0.0
    used: int = 0

    def take(self) -> bool:
        if now() >= self.ends:
            self.ends, self.used = now() + self.length, 0
        self.used += 1
        return self.used <= self.limit

    def told(self, name: str) -> Told:
        return Told(self.limit, max(0, self.limit - self.used), self.ends - now(), name)


@dataclass(slots=True)
class Server:
    """Discord, and the way there and back."""

    buckets: Buckets = field(default_factory=lambda: Buckets(now))
    names: dict[str, str] = field(default_factory=dict)
    limit: int = 5
    length: float = 5.0
    there: float = 0.01
    back: float = 0.01
    counters: dict[tuple[str, str], Counter] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    refused: int = 0
    under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_under_way: int = 0

    async def ask(self, what: str, route: str = POST, major: str = "C1", back: float | None = None) -> float:
        """When it was sent."""
        async with self.buckets.turn(route, major) as turn:
            turn.sent, at = True, now()
            self.sent.append(what)
            self.under_way[major] += 1
            self.most_under_way = max(self.most_under_way, self.under_way[major])
            await asyncio.sleep(self.there)
            name = self.names.get(route, f"bucket of {route}")
            counter = self.counters.setdefault((name, major), Counter(self.limit, self.length))
            if not counter.take():
                self.refused += 1
            told = counter.told(name)
            await asyncio.sleep(self.back if back is None else back)
            self.under_way[major] -= 1
            self.buckets.answer(turn, route, major, told)
        return at


async def all_of(*asked: asyncio.Task[float]) -> list[float | BaseException]:
    return await asyncio.gather(*asked, return_exceptions=True)


def test_before_the_first_answer_of_a_bucket_one_is_asked_at_a_time() -> None:
    async def work() -> None:
        server = Server(limit=100)
        first = [asyncio.create_task(server.ask(str(each))) for each in range(3)]
        await asyncio.sleep(0.015)
        assert server.most_under_way == 1
        await all_of(*first)
        assert server.most_under_way == 2

    virtually(work())


def test_a_hundred_at_once_in_one_channel_are_never_refused_and_go_in_order() -> None:
    async def work() -> None:
        server = Server(limit=50, length=2.0)
        sent = await all_of(*(asyncio.create_task(server.ask(str(each))) for each in range(100)))
        assert server.refused == 0
        assert server.sent == [str(each) for each in range(100)]
        assert all(isinstance(each, float) and each < 4.2 for each in sent)

    virtually(work())


def test_who_would_wait_too_long_is_told_at_once_for_how_long() -> None:
    async def work() -> None:
        server = Server(limit=5, length=5.0)
        await server.ask("first")
        sent = await all_of(*(asyncio.create_task(server.ask(str(each))) for each in range(20)))
        busy = [each for each in sent if isinstance(each, PlatformBusy)]
        assert len(busy) == 6
        assert all(LONGEST_WAIT < each.retry_after < 20.0 for each in busy)
        assert server.refused == 0

    virtually(work())


def test_who_waits_already_is_told_as_soon_as_it_turns_out_to_be_too_long() -> None:
    async def work() -> None:
        server = Server(limit=10, length=10.0)
        told: list[float] = []

        async def ask(what: str) -> None:
            try:
                await server.ask(what)
            except PlatformBusy:
                told.append(now())

        await asyncio.gather(*(ask(str(each)) for each in range(100)))
        assert server.sent == [str(each) for each in range(20)]
        assert len(told) == 80
        assert max(told) < 0.1

    virtually(work())


def test_channels_do_not_wait_for_each_other() -> None:
    async def work() -> None:
        server = Server(limit=1, length=9.0)
        sent = await all_of(
            *(asyncio.create_task(server.ask("", major=f"C{each}")) for each in range(50)),
        )
        assert sent == [0.0] * 50

    virtually(work())


def test_routes_that_discord_counts_together_share_a_bucket() -> None:
    async def work() -> None:
        server = Server(names={POST: "same", EDIT: "same"}, limit=5)
        await server.ask("learn", POST)
        await server.ask("learn", EDIT)
        sent = [asyncio.create_task(server.ask("", route)) for route in (POST, EDIT) * 3]
        await all_of(*sent)
        assert server.refused == 0

    virtually(work())


def test_those_who_wait_come_along_when_their_bucket_turns_out_to_be_another() -> None:
    async def work() -> None:
        server = Server(names={POST: "same", EDIT: "same"}, limit=3, length=2.0)
        await server.ask("known", POST)
        await all_of(*(asyncio.create_task(server.ask(str(each), EDIT)) for each in range(6)))
        assert server.refused == 0
        assert server.sent == ["known", "0", "1", "2", "3", "4", "5"]

    virtually(work())


def test_a_route_whose_bucket_changes_its_name_goes_on() -> None:
    async def work() -> None:
        server = Server(limit=3, length=2.0)
        for number in range(8):
            server.names[POST] = f"name {number % 2}"
            await server.ask("", POST)
        assert len(server.sent) == 8

    virtually(work())


def test_who_leaves_the_line_takes_nothing_and_holds_up_nobody() -> None:
    async def work() -> None:
        server = Server(limit=2, length=3.0)
        await server.ask("")
        await server.ask("")
        waiting = [asyncio.create_task(server.ask(str(each))) for each in range(4)]
        await asyncio.sleep(0.5)
        waiting[0].cancel()
        waiting[2].cancel()
        sent = await all_of(*waiting)
        assert [each for each in sent if isinstance(each, float)] == [pytest.approx(3.02, abs=0.05)] * 2
        assert server.sent[2:] == ["1", "3"]
        assert server.refused == 0

    virtually(work())


def test_a_request_whose_fate_nobody_knows_holds_up_nobody() -> None:
    async def work() -> None:
        server = Server()

        async def lost() -> None:
            async with server.buckets.turn(POST, "C1") as turn:
                turn.sent = True
                raise ConnectionResetError

        for _ in range(3):
            with pytest.raises(ConnectionResetError):
                await lost()
        assert await server.ask("") == 0.0

    virtually(work())


def test_a_refusal_keeps_everybody_in_the_bucket_waiting() -> None:
    async def work() -> None:
        server = Server(length=1.0)
        await server.ask("first")
        async with server.buckets.turn(POST, "C1") as turn:
            turn.sent = True
            server.buckets.limit(turn, 4.0)
        at = now()
        assert await server.ask("") == pytest.approx(at + 4.0, abs=0.05)
        async with server.buckets.turn(POST, "C1") as turn:
            turn.sent = True
            server.buckets.limit(turn, 40.0)
        with pytest.raises(PlatformBusy) as told:
            await server.ask("")
        assert told.value.retry_after == pytest.approx(40.0, abs=0.05)

    virtually(work())


def test_there_is_room_only_above_what_is_spared() -> None:
    async def work() -> None:
        server = Server(limit=3, length=5.0)
        await server.ask("")
        assert server.buckets.has_room(POST, "C1", 1)
        await server.ask("")
        assert not server.buckets.has_room(POST, "C1", 1)
        await server.buckets.room(POST, "C1", 1)
        assert now() == pytest.approx(5.0, abs=0.1)

    virtually(work())


def test_a_bucket_of_one_has_room_when_it_is_full() -> None:
    async def work() -> None:
        server = Server(limit=1, length=2.0)
        await server.buckets.room(TYPING, "C1", 1)
        await server.ask("", TYPING)
        await server.buckets.room(TYPING, "C1", 1)
        assert now() == pytest.approx(2.0, abs=0.1)

    virtually(work())


def test_there_is_no_room_as_long_as_somebody_waits() -> None:
    async def work() -> None:
        server = Server(limit=2, length=2.0)
        for _ in range(2):
            await server.ask("")
        waiting = [asyncio.create_task(server.ask(str(each))) for each in range(3)]
        await asyncio.sleep(0)
        await server.buckets.room(POST, "C1", 1)
        assert all(each.done() for each in waiting)
        await all_of(*waiting)

    virtually(work())


def test_buckets_that_nobody_uses_are_forgotten() -> None:
    async def work() -> None:
        server = Server()
        for number in range(3 * MOST_IDLE):
            await server.ask("", major=str(number))
        await asyncio.sleep(60.0)
        await server.ask("", major="another")
        assert len(server.buckets) < MOST_IDLE

    virtually(work())


def test_buckets_in_use_are_not_forgotten() -> None:
    async def work() -> None:
        server = Server(limit=1, length=9.0)
        await server.ask("", major="busy")
        waiting = asyncio.create_task(server.ask("", major="busy"))
        for number in range(2 * MOST_IDLE):
            await server.ask("", major=str(number), back=0.0)
        await waiting
        assert server.refused == 0

    virtually(work())


seconds = st.floats(0.0, 3.0)


@given(
    limit=st.integers(1, 7),
    length=st.floats(0.1, 9.0),
    asked=st.lists(
        st.tuples(seconds, st.floats(0.0, 2.0), st.sampled_from([POST, EDIT]), st.booleans()), max_size=30
    ),
    there=st.floats(0.0, 0.5),
)
def test_whatever_happens_no_more_go_than_discord_allows_and_everybody_comes_to_an_end(
    limit: int, length: float, asked: list[tuple[float, float, str, bool]], there: float
) -> None:
    async def work() -> None:
        server = Server(names={POST: "same", EDIT: "same"}, limit=limit, length=length, there=there)

        async def later(delay: float, back: float, route: str, impatient: bool) -> float:  # noqa: FBT001 - drawn
            await asyncio.sleep(delay)
            asking = asyncio.create_task(server.ask("", route, back=back))
            if impatient:
                await asyncio.wait([asking], timeout=back)
                asking.cancel()
            return await asking

        await server.ask("learn", POST)
        await server.ask("learn", EDIT)
        server.refused = 0
        ends = await all_of(*(asyncio.create_task(later(*each)) for each in asked))
        assert server.refused == 0
        for end in ends:
            assert isinstance(end, float | PlatformBusy | asyncio.CancelledError)
        assert now() < 120.0

    virtually(work())
