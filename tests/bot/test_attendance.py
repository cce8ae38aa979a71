"""When somebody listened, and where people may speak to the bot without naming it, on a real server."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.attendance import Attendance, Gap, Rhythm
from bot.beside import beside
from bot.keys import attended_key, gap_key, known_key
from bot.mailbox import Mailbox
from bot.messages import Conversation
from bot.presence import Always, Presence, attend
from bot.store import Store, open_store
from tests.bot.mailroom import partition_of, to_incoming
from tests.fakes import CHANNEL, incoming, settled

TENANT = CHANNEL.tenant
MINUTE = 60.0


@pytest.fixture(params=["server", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """A store in which nothing is kept yet."""
    kind = request.getfixturevalue("valkey" if request.param == "server" else "cluster")
    async with open_store(kind if isinstance(kind, str) else kind[0]) as opened:
        await opened.client.flushall()
        yield opened


@pytest.fixture
def attendance(store: Store) -> Attendance:
    """Nobody has listened yet."""
    return Attendance(store, "test")


async def later(attendance: Attendance, seconds: float) -> None:
    """Let the last sign be so much older."""
    await attendance.store.do("ZINCRBY", attended_key("test"), int(-seconds * 1000), "")


async def gap_after(attendance: Attendance, seconds: float) -> Gap | None:
    """What is found when somebody listens again after so long."""
    await attendance.note([TENANT])
    await later(attendance, seconds)
    return await attendance.note()


async def test_at_first_there_is_no_gap(attendance: Attendance) -> None:
    assert await attendance.note([TENANT]) is None
    assert await attendance.tenants() == [TENANT]


async def test_a_moment_is_no_gap(attendance: Attendance) -> None:
    assert await gap_after(attendance, 2.0) is None


async def test_a_gap_goes_back_to_the_last_sign_and_a_little_before(attendance: Attendance) -> None:
    gap = await gap_after(attendance, 5 * MINUTE)

    assert gap
    assert gap.until - gap.since == pytest.approx(5 * MINUTE + attendance.rhythm.margin, abs=2)
    assert gap.until == pytest.approx(time.time(), abs=2)


async def test_a_gap_goes_back_half_an_hour_at_most(attendance: Attendance) -> None:
    gap = await gap_after(attendance, 24 * 60 * MINUTE)

    assert gap
    assert gap.until - gap.since == pytest.approx(30 * MINUTE, abs=1)


async def test_a_gap_stays_until_it_is_filled_although_somebody_listens(attendance: Attendance) -> None:
    gap = await gap_after(attendance, 5 * MINUTE)
    assert gap

    assert await attendance.note() == gap
    await attendance.filled(gap)
    assert await attendance.note() is None


async def test_a_gap_that_grew_while_it_was_filled_is_not_forgotten(attendance: Attendance) -> None:
    first = await gap_after(attendance, 5 * MINUTE)
    assert first
    await later(attendance, MINUTE)

    second = await attendance.note()
    assert second
    await attendance.filled(first)

    assert await attendance.note() == second
    assert (second.since, second.number) == (first.since, 2)


async def test_who_lost_all_ways_looks_back_however_short_it_was(attendance: Attendance) -> None:
    await attendance.note()

    gap = await attendance.note(lost=True)

    assert gap
    assert gap.until - gap.since == pytest.approx(attendance.rhythm.margin, abs=1)


async def test_one_at_a_time_looks(attendance: Attendance) -> None:
    other = replace(attendance, name="other")

    assert await attendance.hold()
    assert await attendance.hold()
    assert not await other.hold()
    await attendance.let_go()
    assert await other.hold()


async def test_who_died_over_it_is_waited_for_no_longer_than_a_lease(attendance: Attendance) -> None:
    hasty = replace(attendance, rhythm=Rhythm(lease=0.001))
    await hasty.hold()

    await settled()
    while not await replace(hasty, name="other").hold():
        await settled()


async def test_threads_in_which_somebody_spoke_to_the_bot_are_known_the_newest_first(
    attendance: Attendance, store: Store
) -> None:
    mailbox = Mailbox(store)
    for number in (1, 2, 3, 1):
        await mailbox.accept(to_incoming(f"{time.monotonic()}", replace(CHANNEL, thread=f"t{number}")))

    known = await attendance.known(TENANT)

    assert [each.thread for each in known] == ["t1", "t3", "t2"]
    assert await attendance.known("test:other") == []


async def test_a_channel_is_known_only_if_nobody_else_reads_it(attendance: Attendance, store: Store) -> None:
    mailbox, private = Mailbox(store), Conversation(TENANT, "private")
    await mailbox.accept(incoming("Hello", id="m1"))
    await mailbox.accept(incoming("Hello", id="m2", conversation=private, direct=True))
    opening = incoming(
        "Hello", id="m3", conversation=private, direct=True, opens=replace(private, thread="t")
    )
    await mailbox.accept(opening)

    known = await attendance.known(TENANT)

    assert set(known) == {private, replace(private, thread="t")}


async def test_of_very_many_conversations_the_newest_are_known(attendance: Attendance, store: Store) -> None:
    mailbox = Mailbox(store)
    for number in range(60):
        await mailbox.accept(to_incoming(f"m{number}", replace(CHANNEL, thread=f"t{number:02}")))

    known = await attendance.known(TENANT)

    assert {each.thread for each in known} == {f"t{number:02}" for number in range(20, 60)}


async def test_nothing_of_it_stays_for_ever(attendance: Attendance, store: Store) -> None:
    await gap_after(attendance, 5 * MINUTE)
    await Mailbox(store).accept(to_incoming("m1", replace(CHANNEL, thread="t1")))

    keys = (attended_key("test"), gap_key("test"), known_key(TENANT, partition_of()))

    lives = await store.do_all(*(("TTL", key) for key in keys))
    assert all(0 < life <= 30 * 86_400 for life in lives)


async def test_what_fails_to_fill_a_gap_is_not_done_for_ever(attendance: Attendance) -> None:
    await attendance.note([TENANT])
    await later(attendance, 5 * MINUTE)
    hasty, tries = replace(attendance, rhythm=Rhythm(tick=0.01)), []

    async def fails(gap: Gap) -> None:
        tries.append(gap)
        raise ValueError

    presence = Presence([Always()])
    async with beside(attend(hasty, presence, fails)):
        while not tries or await attendance.store.do("EXISTS", gap_key("test")):
            await settled()

    assert len(tries) == 1


async def test_what_was_heard_last_is_noted_at_the_end(attendance: Attendance) -> None:
    presence = Presence([Always()])

    async def nothing(gap: Gap) -> None:
        del gap

    async with beside(attend(attendance, presence, nothing)):
        while not await attendance.store.do("EXISTS", attended_key("test")):
            await settled()
        presence.heard(TENANT)

    assert await attendance.tenants() == [TENANT]


async def test_a_silence_is_no_gap_where_what_was_said_is_brought_later(attendance: Attendance) -> None:
    await attendance.note([TENANT])
    await later(attendance, 5 * MINUTE)

    assert await attendance.note(covered=True) is None
    assert await attendance.note() is None


async def test_what_could_not_be_brought_is_a_gap_all_the_same(attendance: Attendance) -> None:
    await attendance.note([TENANT])
    await later(attendance, 5 * MINUTE)

    gap = await attendance.note(lost=True, covered=True)

    assert gap
    assert gap.until - gap.since == pytest.approx(5 * MINUTE + attendance.rhythm.margin, abs=2)


async def test_what_is_brought_later_ends_no_gap_from_before(attendance: Attendance) -> None:
    gap = await gap_after(attendance, 5 * MINUTE)

    assert gap
    assert await attendance.note(covered=True) == gap


async def test_who_hears_by_what_brings_it_later_has_no_gap(attendance: Attendance) -> None:
    await attendance.note([TENANT])
    await later(attendance, 5 * MINUTE)

    async def never(gap: Gap) -> None:
        raise AssertionError(gap)

    async with beside(attend(attendance, Presence([Always()], {TENANT}, covered=True), never)):
        await later(attendance, 5 * MINUTE)
        while await attendance.store.do("ZSCORE", attended_key("test"), "") < (time.time() - MINUTE) * 1000:
            await settled()

    assert not await attendance.store.do("EXISTS", gap_key("test"))
