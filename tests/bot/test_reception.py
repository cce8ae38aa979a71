"""The reception on a real Valkey and a real notice board: what is taken in, and what people hear of the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StoreFull
from bot.mailbox import Acceptance, Limits, Mailbox
from bot.messages import Author, IncomingMessage
from bot.reception import Reception
from bot.store import Store, open_store
from simulators.noticeboard import Fault, NoticeBoard
from tests.bot.mailroom import Mailroom, neighbours, partition_of, to_incoming
from tests.conftest import running_valkey
from tests.fakes import CHANNEL, incoming
from tests.noticeboard.platform import BoardPlatform

BOARD = CHANNEL.channel
FEW = Limits(conversation=2, tenant=48, all=64)
"""A partition keeps to a share of these: 3 of a tenant, 4 of all."""


@dataclass(slots=True)
class Desk:
    """A reception, and the board on which it says what it must."""

    reception: Reception
    noticeboard: NoticeBoard

    async def bring(self, *messages: IncomingMessage) -> list[Acceptance | None]:
        """Bring messages one after the other."""
        return [await self.reception(each) for each in messages]

    def said(self, board: str = BOARD) -> list[str]:
        """What stands on a board."""
        return [post.text for post in self.noticeboard.posts(board)]


@pytest.fixture
async def platform(noticeboard: NoticeBoard) -> AsyncIterator[BoardPlatform]:
    """The board as the reception speaks on it."""
    async with aiohttp.ClientSession() as session:
        yield BoardPlatform(session, noticeboard.base_url)


@pytest.fixture
async def noticeboard() -> AsyncIterator[NoticeBoard]:
    """A board on which nothing hangs."""
    async with NoticeBoard() as running:
        yield running


@pytest.fixture
def desk(store: Store, platform: BoardPlatform, noticeboard: NoticeBoard) -> Desk:
    """A reception whose mailbox takes few messages."""
    return Desk(Reception(Mailbox(store, FEW), platform.replying), noticeboard)


@pytest.fixture
async def shut(platform: BoardPlatform, noticeboard: NoticeBoard, store: Store) -> AsyncIterator[Desk]:
    """A reception whose Redis is full."""
    away = replace(store, patience=0.0)
    await store.do("CONFIG", "SET", "maxmemory", 1)
    try:
        yield Desk(Reception(Mailbox(away), platform.replying), noticeboard)
    finally:
        await store.do("CONFIG", "SET", "maxmemory", 0)


async def test_what_is_taken_in_says_nothing(desk: Desk) -> None:
    receipts = await desk.bring(to_incoming("m1"), to_incoming("m1"), to_incoming("m2"))

    assert receipts == [Acceptance("accepted"), Acceptance("seen"), Acceptance("accepted", before=1)]
    assert desk.noticeboard.requests == 0


async def test_talk_among_others_is_not_taken_in(desk: Desk) -> None:
    [acceptance] = await desk.bring(incoming("Hello Bob", addressed=False))

    assert acceptance is None
    assert (await desk.bring(incoming("Hello")))[0] == Acceptance("accepted")


async def test_a_command_stands_in_line_as_what_it_is(desk: Desk) -> None:
    stop, reset = (incoming(f"/{word}", id=word) for word in ("stop", "reset"))

    receipts = await desk.bring(to_incoming("m1"), to_incoming("m2"), stop, reset)

    assert receipts[2:] == [Acceptance("accepted"), Acceptance("full", "tenant", 3)]


async def test_who_comes_too_late_in_a_conversation_reads_how_many_wait(desk: Desk) -> None:
    receipts = await desk.bring(*(to_incoming(f"m{number}") for number in range(3)))

    assert receipts[2] == Acceptance("full", "conversation", 2)
    [text] = desk.said()
    assert text.startswith("2 messages wait for an answer here already")
    assert "send it again" in text


async def test_a_refusal_is_said_once_however_often_the_message_comes(desk: Desk) -> None:
    await desk.bring(to_incoming("m1"), to_incoming("m2"))
    late = to_incoming("late")

    await asyncio.gather(*(desk.reception(late) for _ in range(5)))
    await desk.bring(late)

    assert len(desk.said()) == 1


async def test_each_message_that_is_refused_is_told_so(desk: Desk) -> None:
    await desk.bring(*(to_incoming(f"m{number}") for number in range(4)))

    assert [post.key for post in desk.noticeboard.posts(BOARD)] == ["m2/refused/0", "m3/refused/0"]


async def test_who_asks_when_too_many_of_a_team_wait_reads_so(desk: Desk) -> None:
    places = list(islice(neighbours(), 4))

    receipts = await desk.bring(*(to_incoming(f"m{place.channel}", place) for place in places))

    assert receipts[-1] == Acceptance("full", "tenant", 3)
    assert "of your team" in desk.said(places[-1].channel)[0]


async def test_who_asks_when_too_many_of_all_wait_reads_so(desk: Desk) -> None:
    places = [place for tenant in "abc" for place in islice(neighbours(f"test:{tenant}"), 2)]

    receipts = await desk.bring(*(to_incoming(f"m{place.tenant}", place) for place in places[:5]))

    assert receipts[-1] == Acceptance("full", "all", 4)
    assert "more questions than I can answer" in desk.said(places[4].channel)[0]


async def test_a_full_redis_is_told_to_who_asks(shut: Desk) -> None:
    [acceptance] = await shut.bring(to_incoming("m1"))

    assert acceptance is None
    assert "is full" in shut.said()[0]


async def test_what_is_neither_taken_in_nor_told_is_not_acknowledged(shut: Desk) -> None:
    shut.noticeboard.faults = (Fault("refuse", times=None),)

    with pytest.raises(StoreFull):
        await shut.bring(to_incoming("m1"))


async def test_a_refusal_that_cannot_be_told_is_let_be(desk: Desk) -> None:
    desk.noticeboard.faults = (Fault("refuse", times=None),)

    receipts = await desk.bring(*(to_incoming(f"m{number}") for number in range(3)))

    assert receipts[2] == Acceptance("full", "conversation", 2)


async def test_messages_keep_their_order_over_an_outage(tmp_path: Path, platform: BoardPlatform) -> None:
    with running_valkey(tmp_path, "--appendonly", "yes") as (server, url):
        async with open_store(url) as store:
            reception = Reception(Mailbox(store.patient(20)), platform.replying)
            server.kill()
            server.wait(10)
            ids = [f"m{number}" for number in range(12)]
            brought = []
            for each in ids:
                brought.append(asyncio.create_task(reception(incoming("Hello", id=each))))
                await asyncio.sleep(0.02)  # as far apart as people write

            port = int(url.rpartition(":")[2].partition("/")[0])
            with running_valkey(tmp_path, "--appendonly", "yes", port=port):
                acceptances = await asyncio.gather(*brought)

    assert [each.before for each in acceptances if each] == list(range(12))


async def test_in_a_thread_where_it_was_spoken_to_others_need_not_name_it(desk: Desk) -> None:
    mention = to_incoming("m1", opens="t1")
    thread, other = replace(CHANNEL, thread="t1"), replace(CHANNEL, thread="t2")

    receipts = await desk.bring(
        incoming("before", id="m0", conversation=thread, addressed=False),
        mention,
        incoming("and then?", id="m2", conversation=thread, addressed=False),
        incoming("not here", id="m3", conversation=other, addressed=False),
        incoming("nor here", id="m4", addressed=False),
    )

    assert receipts == [None, Acceptance("accepted"), Acceptance("accepted", before=1), None, None]
    [claimed] = await desk.reception.mailbox.claim(partition_of(), "w1", 1)
    assert claimed.message.id == "m1"


async def test_a_message_that_follows_up_reaches_the_engine_as_one_that_is_meant_for_it(
    desk: Desk,
) -> None:
    thread = replace(CHANNEL, thread="t1")

    await desk.bring(
        incoming("first", id="m1", conversation=thread),
        incoming("next", id="m2", conversation=thread, addressed=False),
    )
    mailroom = Mailroom(desk.reception.mailbox.store)
    [first] = await mailroom.claim()
    await mailroom.answer(first)
    [follow_up] = await mailroom.claim()

    assert (follow_up.message.id, follow_up.message.addressed) == ("m2", True)


async def test_what_was_found_afterwards_is_talk_among_others_before_somebody_spoke_to_the_bot(
    desk: Desk,
) -> None:
    thread = replace(CHANNEL, thread="t1")
    mention = replace(incoming("Hello", id="m2", conversation=thread), at=200.5)
    talk = replace(incoming("Lunch?", conversation=thread, addressed=False), late=True)

    before, _, after = await desk.bring(
        replace(talk, id="m1", at=100.0), mention, replace(talk, id="m3", at=300.0)
    )
    earlier = await desk.reception(replace(talk, id="m0", at=200.4))

    assert before is None
    assert earlier is None
    assert after
    assert after.outcome == "accepted"


async def test_a_bot_that_asks_in_vain_is_told_nothing(shut: Desk) -> None:
    bot = replace(incoming("Build failed"), author=Author("B1", "Jenkins", automatic=True))

    with pytest.raises(StoreFull):
        await shut.reception(bot)

    assert shut.said() == []


async def test_what_makes_room_is_taken_in_when_there_is_none(desk: Desk, store: Store) -> None:
    await desk.bring(to_incoming("m1"))
    await store.do("CONFIG", "SET", "maxmemory", 1)
    try:
        gone = replace(to_incoming("m1"), id="deleted-m1", changes="m1", deleted=True)
        [acceptance] = await desk.bring(gone)
    finally:
        await store.do("CONFIG", "SET", "maxmemory", 0)

    assert acceptance == Acceptance("replaced")
    assert desk.said() == []
