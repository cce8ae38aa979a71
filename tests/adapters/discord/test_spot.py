"""Where a reply stands: in a thread that is opened for it, or in the channel where that cannot be."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.replies.spot import UNTITLED
from adapters.discord.routes import OPEN_THREAD
from bot.errors import PlatformRefused
from bot.reply import Ending
from simulators.discord import Fault
from tests.adapters.discord.desk import TITLE, Desk


async def answered(desk: Desk) -> None:
    """Give an answer."""
    async with desk.replying() as reply:
        reply.expect()
        reply.write("Hello.")
        await reply.finish(Ending("complete"))


async def test_the_thread_is_named_and_opened_with_the_first_words(desk: Desk) -> None:
    async with desk.replying() as reply:
        await reply.status("Thinking…")
        assert desk.general.threads == []
        reply.write("Hello.")
        await reply.finish(Ending("complete"))

    assert desk.thread.name == TITLE
    assert desk.texts(desk.thread) == ["Hello."]


async def test_it_is_not_named_after_a_question_to_which_there_is_no_answer(desk: Desk) -> None:
    async with desk.replying() as reply:
        await reply.fail("Nobody could judge this.")

    assert desk.thread.name == UNTITLED


async def test_what_stands_before_an_answer_waits_for_it_and_stands_there_once(desk: Desk) -> None:
    async with desk.replying("Ada asks.") as reply:
        await reply.status("Thinking…")
        assert desk.said() == []
        reply.expect()
        reply.write("Hel")
        await desk.discord.until(lambda: len(desk.said()) > 1)

    async with desk.taken_over().replying("Ada asks.") as reply:
        reply.write("Hello.")
        await reply.finish(Ending("complete"))

    assert desk.texts() == ["Ada asks.", "Hello."]


async def test_it_is_opened_once_although_several_want_it(desk: Desk) -> None:
    spot = desk.spot

    channels = await asyncio.gather(*(spot.ready() for _ in range(5)))

    assert set(channels) == {desk.thread.id}
    assert len(desk.discord.calls_to(OPEN_THREAD)) == 1


async def test_it_may_be_open_already(desk: Desk) -> None:
    await desk.bob.opens_thread("Bob's", desk.general, desk.place.after)

    await answered(desk)

    assert desk.thread.name == "Bob's"
    assert desk.texts(desk.thread) == ["Hello."]


async def test_an_archived_one_is_used_again(desk: Desk) -> None:
    await desk.spot.ready()
    await desk.ada.archives(desk.thread)

    await answered(desk)

    assert desk.texts(desk.thread) == ["Hello."]
    assert not desk.thread.archived


@pytest.mark.parametrize("reason", ["CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"])
async def test_without_the_permission_it_replies_in_the_channel(desk: Desk, reason: str) -> None:
    desk.general.deny(reason)

    await answered(desk)

    (seen,) = desk.said(desk.general)
    assert (seen.text, seen.reply_to) == ("Hello.", desk.place.after)


async def test_as_it_does_where_the_thread_is_locked(desk: Desk) -> None:
    await desk.spot.ready()
    await desk.ada.archives(desk.thread, locked=True)

    await answered(desk)

    assert [each.reply_to for each in desk.said(desk.general)] == [desk.place.after]
    assert desk.texts(desk.thread) == []


async def test_what_was_asked_in_a_thread_is_not_answered_for_the_whole_channel(desk: Desk) -> None:
    await desk.spot.ready()
    follow_up = desk.follow_up(await desk.ada.says("And?", desk.thread))
    desk.thread.vanish()
    del desk.discord.platform.channels[follow_up.place.thread or ""]

    with pytest.raises(PlatformRefused):
        await answered(follow_up)

    assert desk.texts(desk.general) == []


@pytest.mark.parametrize("code", ["160006", "50024", "50013"])
async def test_or_cannot_be_opened_at_all(desk: Desk, code: str) -> None:
    desk.discord.faults = (Fault("refuse", on=OPEN_THREAD, status=400, error=code),)

    await answered(desk)

    assert [each.reply_to for each in desk.said(desk.general)] == [desk.place.after]


async def test_a_question_that_is_gone_is_answered_without_being_replied_to(desk: Desk) -> None:
    await desk.ada.deletes(desk.place.after, desk.general)

    await answered(desk)

    (seen,) = desk.said(desk.general)
    assert (seen.text, seen.reply_to) == ("Hello.", None)


async def test_and_that_answer_too_is_found_by_whoever_goes_on(desk: Desk) -> None:
    await desk.ada.deletes(desk.place.after, desk.general)
    await desk.posts().post(f"{desk.journal.name}/0", "Hel", state="growing")

    await answered(desk.taken_over())

    assert desk.texts() == ["Hello."]


async def test_who_may_not_read_the_channel_answers_there_without_replying(desk: Desk) -> None:
    desk.general.deny("CREATE_PUBLIC_THREADS", "READ_MESSAGE_HISTORY")

    await answered(desk)

    (seen,) = desk.said(desk.general)
    assert (seen.text, seen.reply_to) == ("Hello.", None)
