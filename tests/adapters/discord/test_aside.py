"""What only one person reads: direct messages, or what Discord shows to them alone."""

from __future__ import annotations

import pytest

from adapters.discord.replies.answers import FIRST
from adapters.discord.replies.aside import NOT_TO_YOU
from adapters.discord.routes import CREATE, DIRECT, FOLLOW_UP
from bot.reply import Ending
from simulators.discord import Fault
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.quiet import loud


async def told(desk: Desk, text: str = "Between us.") -> None:
    """Say something to Ada alone."""
    async with desk.replying() as reply:
        await reply.notice(text, private=True)


async def expire(desk: Desk) -> None:
    """Let so much of Discord's time pass that no interaction can be answered any more."""
    desk.discord.speed = 100_000
    await desk.discord.platform.clock.sleep(900)


async def test_it_is_said_in_their_direct_messages(desk: Desk) -> None:
    await told(desk)

    assert desk.texts(desk.ada.dm) == ["Between us."]
    assert desk.texts(desk.general) == []
    assert desk.general.threads == []


async def test_once_although_the_worker_dies_at_once_after_it(desk: Desk) -> None:
    await desk.posts().post(f"{desk.journal.name}/p0", "Between us.", private=True)

    await told(desk.taken_over())

    assert desk.texts(desk.ada.dm) == ["Between us."]


@pytest.mark.parametrize("fault", ["drop-after", "error-after", "garble-after", "drop-before"])
async def test_and_although_nobody_knows_whether_it_has_arrived(desk: Desk, fault: str) -> None:
    desk.discord.faults = (Fault(fault, on=CREATE), Fault(fault, on=DIRECT))  # type: ignore[arg-type] # words

    await told(desk)

    assert desk.texts() == ["Between us."]


async def test_in_direct_messages_it_stands_where_all_else_does(desk: Desk) -> None:
    direct = desk.in_place(await desk.ada.writes("Hello"), desk.ada.dm)

    await told(direct)

    assert desk.texts() == desk.texts(desk.ada.dm) == ["Between us."]
    assert desk.discord.calls_to(DIRECT) == []


async def test_who_takes_no_direct_messages_is_told_that_there_would_be_something(desk: Desk) -> None:
    desk.ada.dm.refuses = True

    await told(desk)

    (seen,) = desk.said(desk.general)
    assert (seen.text, seen.reply_to) == (NOT_TO_YOU, desk.place.after)
    assert desk.discord.pings == []
    assert loud(desk.discord.calls) == []


async def test_and_told_so_once(desk: Desk) -> None:
    desk.ada.dm.refuses = True
    await desk.posts().post(f"{desk.journal.name}/p0", "Between us.", private=True)

    await told(desk.taken_over())

    assert desk.texts() == [NOT_TO_YOU]


async def test_in_answer_to_a_private_command_it_fills_in_what_was_put_off(desk: Desk) -> None:
    async with desk.used("usage") as used:
        await told(used)

    (seen,) = desk.said(desk.general)
    assert (seen.text, seen.ephemeral, seen.thinking) == ("Between us.", True, False)


async def test_in_answer_to_one_that_everybody_saw_it_is_still_private(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used:
        assert [each.ephemeral for each in desk.said()] == [False]
        await told(used)

    (seen,) = desk.said()
    assert (seen.text, seen.ephemeral, seen.thinking) == ("Between us.", True, False)


async def test_also_behind_half_an_answer(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used, used.replying() as reply:
        reply.write("As far as it came")
        await desk.discord.until(lambda: "As far as it came" in desk.texts())
        await reply.fail("Between us.", private=True)

    assert [(each.text, each.ephemeral) for each in desk.said()] == [
        ("As far as it came", False),
        ("Between us.", True),
    ]


async def test_if_the_interaction_is_over_it_is_said_in_direct_messages(desk: Desk) -> None:
    async with desk.used("usage") as used:
        await expire(desk)
        await told(used)

    assert desk.texts(desk.ada.dm) == ["Between us."]


async def test_if_nobody_answers_the_interaction_too(desk: Desk) -> None:
    async with desk.used("ask", put_off=False, question="Well?") as used:
        began = used.discord.platform.clock.now()
        await told(used)

    assert desk.texts(desk.ada.dm) == ["Between us."]
    assert desk.discord.platform.clock.now() - began >= FIRST


async def test_an_answer_may_follow_it(desk: Desk) -> None:
    async with desk.replying() as reply:
        await reply.notice("Between us.", private=True)
        reply.write("Hello.")
        await reply.finish(Ending("complete"))

    assert desk.texts(desk.ada.dm) == ["Between us."]
    assert desk.texts(desk.thread) == ["Hello."]
    assert desk.discord.calls_to(FOLLOW_UP) == []
