"""Parked messages as an operator's command treats them, without a process."""

from __future__ import annotations

import asyncio

import pytest

from adapters.parking import look_after_parked
from adapters.settings import Settings
from bot.errors import BadRequest
from bot.messages import Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom, to_incoming

THREAD = Conversation("slack:T1", "c1", "t1")
CHANNEL = Conversation("slack:T1", "c1")


@pytest.fixture
def settings(valkey: str) -> Settings:
    """The settings of an operator."""
    return Settings(redis_url=valkey)


@pytest.fixture
async def room(store: Store) -> Mailroom:
    """A mailbox in which three messages are parked, the last one of a thread that its reply would have opened."""
    opened = Mailroom(store)
    for name, place in (("m1", CHANNEL), ("m2", THREAD)):
        await opened.mailbox.accept(to_incoming(name, place))
        [claim] = await opened.claim(conversation=place)
        await claim.park("3 attempts failed")
    await opened.mailbox.accept(to_incoming("m3", CHANNEL, opens="t3"))
    [claim] = await opened.claim(conversation=CHANNEL)
    await claim.park("3 attempts failed")
    return opened


async def test_the_list_says_where_a_reply_would_stand(
    settings: Settings, room: Mailroom, capsys: pytest.CaptureFixture[str]
) -> None:
    del room
    status = await look_after_parked(settings, (), ())

    places = [line.split()[3] for line in capsys.readouterr().out.splitlines()[1:]]
    assert status == 0
    assert places == ["slack:T1/c1", "slack:T1/c1/t1", "slack:T1/c1/t3"]


async def test_two_operators_give_a_message_back_once(
    settings: Settings, room: Mailroom, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.gather(*(look_after_parked(settings, ("all",), ()) for _ in range(3)))

    assert capsys.readouterr().out.count("Back in its conversation") == 3
    assert {claim.message.id for claim in await room.claim(conversation=CHANNEL)} == {"m1", "m2", "m3"}


async def test_a_message_is_not_retried_and_dropped(settings: Settings, room: Mailroom) -> None:
    [first, *_] = await room.mailbox.parked()

    with pytest.raises(BadRequest, match="not both"):
        await look_after_parked(settings, ("all",), (first.id,))

    assert len(await room.mailbox.parked()) == 3


async def test_a_retried_message_is_answered_once_more_in_its_turn(
    settings: Settings, room: Mailroom
) -> None:
    await room.accept("m4", CHANNEL)

    await look_after_parked(settings, ("all",), ())

    [claim, *_] = await room.claim(conversation=CHANNEL)
    await room.answer(claim)
    [following] = [each for each in await room.claim(conversation=CHANNEL) if each.message.id == "m1"]
    assert claim.message.id == "m4"
    assert following.resumed
