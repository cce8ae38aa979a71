"""A worker without a process: turns that fail, claims that are lost, a Redis that was emptied, and leaving."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.attempts import APOLOGY, REFUSED, TRIES
from bot.claim import Claim
from bot.errors import PlatformGone, PlatformRefused, PlatformUnknown, StoreUnavailable
from bot.keys import BELL, PARTITIONS, ConversationKeys, ready_key
from bot.lanes import Claimed
from bot.mailbox import Mailbox
from bot.store import Store
from tests.bot.mailroom import Mailroom, neighbours, partition_of
from tests.bot.workshop import NEVER, OFTEN, Workshop
from tests.fakes import CHANNEL


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


@pytest.fixture
def shop(store: Store) -> Workshop:
    """A place to work, whose turns may end at once."""
    opened = Workshop(store)
    opened.open.set()
    return opened


def apologies(shop: Workshop) -> int:
    """How often somebody was told that there will be no answer."""
    return sum(said.text == APOLOGY for reply in shop.replies for said in reply.failures)


async def attempted(room: Mailroom, times: int) -> None:
    """Let attempts fail that count."""
    for _ in range(times):
        [claim] = await room.claim("before")
        await claim.release(counted=True)


async def nothing_runs(room: Mailroom) -> None:
    """Return once nothing waits or runs in the channel any more."""
    async with asyncio.timeout(10):
        while await room.waiting():  # noqa: ASYNC110 - Redis reports nothing
            await asyncio.sleep(OFTEN)


async def claimed(room: Mailroom, worker: str) -> list[Claim]:
    """What a worker gets of the channel's partition, once there is something."""
    async with asyncio.timeout(10):
        while not (claims := await room.claim(worker)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(OFTEN)
    return claims


async def test_an_attempt_that_fails_is_followed_by_another(room: Mailroom, shop: Workshop) -> None:
    shop.fails = [RuntimeError("once")]
    await room.accept("m1")

    async with shop.working():
        await shop.until(lambda: shop.done == ["m1"])
        await nothing_runs(room)

    assert shop.begun == ["m1", "m1"]
    assert apologies(shop) == 0


async def test_the_third_attempt_that_fails_parks_the_message_with_one_apology(
    room: Mailroom, shop: Workshop
) -> None:
    shop.fails = [RuntimeError("again")]
    await room.accept("poison")
    await attempted(room, TRIES - 1)
    await room.accept("behind")

    async with shop.working():
        await shop.until(lambda: shop.done == ["behind"])
        await nothing_runs(room)

    [parked] = await room.mailbox.parked()
    assert parked.message.id == "poison"
    assert shop.begun == ["poison", "behind"]
    assert apologies(shop) == 1


async def test_what_the_platform_refuses_is_tried_once_and_put_aside(room: Mailroom, shop: Workshop) -> None:
    shop.fails = [PlatformRefused("no")]
    await room.accept("refused")
    await room.accept("behind")

    async with shop.working():
        await shop.until(lambda: shop.done == ["behind"])
        await nothing_runs(room)

    [parked] = await room.mailbox.parked()
    assert (parked.message.id, parked.why) == ("refused", "the platform refuses the answer")
    assert shop.begun == ["refused", "behind"]
    assert [said.text for reply in shop.replies for said in reply.failures] == [REFUSED]


async def test_what_nobody_can_read_any_more_is_over(room: Mailroom, shop: Workshop) -> None:
    shop.fails = [PlatformGone("no such thread")]
    await room.accept("gone")

    async with shop.working():
        await nothing_runs(room)

    assert await room.mailbox.parked() == []
    assert shop.begun == ["gone"]
    assert [reply.failures for reply in shop.replies] == [[]]


async def test_a_message_that_killed_three_workers_is_not_tried_again(room: Mailroom, shop: Workshop) -> None:
    await room.accept("poison")
    await attempted(room, TRIES)

    async with shop.working():
        await nothing_runs(room)

    assert shop.begun == []
    assert [each.message.id for each in await room.mailbox.parked()] == ["poison"]
    assert apologies(shop) == 1


async def test_who_died_while_apologising_is_not_followed_by_endless_apologies(
    room: Mailroom, shop: Workshop
) -> None:
    await room.accept("poison")
    await attempted(room, TRIES + 1)

    async with shop.working():
        await nothing_runs(room)

    assert [each.message.id for each in await room.mailbox.parked()] == ["poison"]
    assert apologies(shop) == 0


async def test_what_was_running_when_redis_was_emptied_is_answered_all_the_same(
    room: Mailroom, shop: Workshop
) -> None:
    shop.open.clear()
    await room.accept("m1")

    async with shop.working():
        await shop.until(lambda: shop.begun == ["m1"])
        await room.store.do("FLUSHALL")
        shop.open.set()
        await shop.until(lambda: shop.done == ["m1"])
        await nothing_runs(room)

    assert shop.begun == ["m1", "m1"]
    assert (await room.accept("m1")).outcome == "seen"


async def test_a_worker_that_lost_its_claim_stays_silent(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    await room.accept("m1")

    async with shop.working(beat=NEVER) as worker:
        await shop.until(lambda: shop.begun == ["m1"])
        ready = ready_key(partition_of())
        [[entry, _]] = await room.store.do("XRANGE", ready, "-", "+")
        await room.store.do("XCLAIM", ready, "workers", worker.name, 0, entry, "IDLE", 60_000)
        [taken] = await room.take("other")
        shop.open.set()
        await room.answer(taken)
        await nothing_runs(room)

    assert shop.done == []
    assert [reply.notices for reply in shop.replies] == [[]]
    assert await room.answered() == ["m1"]


async def test_a_worker_takes_over_only_when_it_has_listened_for_a_lease(
    room: Mailroom, shop: Workshop
) -> None:
    await room.accept("m1")
    await room.let_rest(*await room.claim("dead"))
    began = asyncio.get_running_loop().time()

    async with shop.working(lease=0.5):
        await shop.until(lambda: shop.done == ["m1"])

    assert asyncio.get_running_loop().time() - began >= 0.5


@dataclass(frozen=True, slots=True)
class Silent(Mailbox):
    """A mailbox that answers no sign of life until it is heard again."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    unanswered: list[str] = field(default_factory=list)

    async def beat(self, worker: str) -> frozenset[str]:
        if self.heard.is_set():
            return await super(Silent, self).beat(worker)
        self.unanswered.append(worker)
        await asyncio.sleep(OFTEN / 2)
        raise StoreUnavailable("Redis is away.")


async def test_who_does_not_know_who_lives_takes_nothing_over(room: Mailroom, shop: Workshop) -> None:
    mailbox = Silent(room.store, lease=0.001)
    await room.accept("m1")
    await room.let_rest(*await room.claim("dead"))

    # A silence lasts longer than a lease, as it does when each beat is tried for a while.
    async with shop.working(mailbox=mailbox):
        async with asyncio.timeout(10):
            while len(mailbox.unanswered) < 5:  # noqa: ASYNC110 - nobody reports it
                await asyncio.sleep(OFTEN)
        assert shop.begun == []
        mailbox.heard.set()
        await shop.until(lambda: shop.done == ["m1"])


async def test_who_leaves_hands_over_what_does_not_end_in_its_grace(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    await room.accept("m1")

    async with shop.working(grace=OFTEN) as worker:
        await shop.until(lambda: shop.begun == ["m1"])
        worker.leave()
        [claim] = await claimed(room, "next")

    assert (claim.message.id, claim.tries) == ("m1", 1)
    assert await room.mailbox.beat("next") == {"next"}


async def test_who_leaves_lets_end_what_ends_in_its_grace_and_claims_nothing(
    room: Mailroom, shop: Workshop
) -> None:
    shop.open.clear()
    await room.accept("m1")

    async with shop.working(grace=5.0) as worker:
        await shop.until(lambda: shop.begun == ["m1"])
        worker.leave()
        await room.accept("m2", next(neighbours()))
        await asyncio.sleep(OFTEN * 5)
        shop.open.set()
        await shop.until(lambda: shop.done == ["m1"])
        [left] = await claimed(room, "next")

    assert shop.begun == ["m1"]
    assert left.message.id == "m2"


async def test_a_message_for_another_process_is_given_back_and_not_counted(
    room: Mailroom, shop: Workshop
) -> None:
    shop.fails = [PlatformUnknown("slack")] * 5
    await room.accept("m1")

    async with shop.working():
        await shop.until(lambda: shop.done == ["m1"])
        await nothing_runs(room)

    assert await room.mailbox.parked() == []
    assert apologies(shop) == 0


@dataclass(frozen=True, slots=True)
class WithoutOne(Mailbox):
    """A mailbox of which one partition does not answer, as if its node of a cluster were away."""

    away: int = 0

    async def claim(self, partition: int, worker: str, most: int) -> list[Claimed]:
        if partition == self.away:
            await asyncio.Event().wait()
        return await super(WithoutOne, self).claim(partition, worker, most)


async def test_a_partition_that_does_not_answer_holds_up_no_other(room: Mailroom, shop: Workshop) -> None:
    there = partition_of()
    away = next(number for number in range(PARTITIONS) if number != there)
    mailbox = WithoutOne(room.store, lease=0.1, away=away)

    async with shop.working(mailbox=mailbox):
        for each in ("m1", "m2"):
            await room.accept(each)
            await shop.until(lambda each=each: each in shop.done)  # type: ignore[misc]

    assert shop.done == ["m1", "m2"]


async def test_what_another_version_or_database_rings_is_no_trouble(room: Mailroom, shop: Workshop) -> None:
    shop.open.clear()
    await room.accept("m1")

    async with shop.working():
        await shop.until(lambda: shop.begun == ["m1"])
        lane = ConversationKeys(CHANNEL).lane
        for words in ("ready all", "ready 99", "nonsense", f"stop {lane}"):
            await room.store.do("PUBLISH", BELL, words)
        shop.open.set()
        await shop.until(lambda: shop.done == ["m1"])

    assert shop.stopped == []
