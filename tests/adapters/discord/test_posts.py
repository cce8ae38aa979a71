"""The posts of a reply in Discord: each stands once, whatever becomes of its requests."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from adapters.discord.rest.refusals import Refused
from adapters.discord.routes import CREATE, EDIT, MESSAGES, OPEN_THREAD
from bot.errors import PlatformGone
from bot.reply import Ending
from simulators.discord import Fault
from simulators.faults import FaultKind
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.quiet import loud, said

COMPLETE = Ending("complete")
UNCLEAR: tuple[FaultKind, ...] = (
    "drop-before",
    "drop-after",
    "error-before",
    "error-after",
    "garble-after",
    "delay-work",
    "delay-answer",
    "busy",
)


async def answered(desk: Desk, text: str = "Hello, Ada.") -> None:
    """Give an answer that grows once."""
    async with desk.replying() as reply:
        reply.expect()
        reply.write(text)
        await reply.finish(COMPLETE)


async def test_a_key_that_was_sent_before_brings_the_earlier_message(desk: Desk) -> None:
    first = await desk.posts().post("m1/0", "Hello.")
    again = await desk.posts().post("m1/0", "Hello.")

    assert first == again
    assert desk.texts(desk.thread) == ["Hello."]


async def test_and_it_says_what_was_sent_last(desk: Desk) -> None:
    first = await desk.posts().post("m1/0", "Half", state="growing")
    again = await desk.taken_over().posts().post("m1/0", "All of it.", state="complete")

    (seen,) = desk.said(desk.thread)
    assert (first, seen.text) == (again, "All of it.")
    assert "Stop" not in seen.buttons


async def test_what_somebody_deleted_is_written_anew(desk: Desk) -> None:
    posts = desk.posts()
    first = await posts.post("m1/0", "Hello.")
    await desk.ada.deletes(first.split("/")[1], desk.thread)

    with pytest.raises(Refused):
        await posts.edit(first, "Hello again.")
    await posts.post("m1/0", "Hello again.")

    assert desk.texts(desk.thread) == ["Hello again."]


async def test_by_whoever_goes_on_too(desk: Desk) -> None:
    first = await desk.posts().post("m1/0", "Hello.")
    await desk.ada.deletes(first.split("/")[1], desk.thread)

    again = await desk.taken_over().posts().post("m1/0", "Hello again.")
    once_more = await desk.taken_over().posts().post("m1/0", "Hello again.")

    assert first != again == once_more
    assert desk.texts(desk.thread) == ["Hello again."]


async def test_an_answer_that_somebody_deletes_while_it_grows_stands_in_the_end(desk: Desk) -> None:
    async with desk.replying() as reply:
        reply.write("One ")
        await desk.discord.until(lambda: desk.texts() == ["One"])
        await desk.ada.deletes(desk.said()[0].id, desk.thread)
        reply.write("two.")
        await reply.finish(COMPLETE)

    assert desk.texts(desk.thread) == ["One two."]


@pytest.mark.parametrize("stands", [True, False])
async def test_who_deletes_the_thread_while_it_is_written_in_wants_no_more_of_it(
    desk: Desk, *, stands: bool
) -> None:
    async with desk.replying() as reply:
        if stands:
            reply.write("One ")
            await desk.discord.until(lambda: desk.texts() == ["One"])
        else:
            reply.expect()
            await desk.discord.until(lambda: desk.general.threads != [])
        await desk.ada.removes(desk.thread)
        reply.write("two.")
        with pytest.raises(PlatformGone):
            await reply.finish(COMPLETE)

    assert desk.texts() == []


async def test_by_whoever_goes_on_neither(desk: Desk) -> None:
    await answered(desk)
    await desk.ada.removes(desk.thread)
    desk.discord.faults = (Fault("refuse", on=OPEN_THREAD, status=400, error="160004"),)

    with pytest.raises(PlatformGone):
        await answered(desk.taken_over())

    assert desk.texts() == []


@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("route", [OPEN_THREAD, CREATE, EDIT])
@pytest.mark.parametrize("where", ["thread", "follow-up", "in-place"])
async def test_whatever_becomes_of_a_request_the_answer_stands_once(
    desk: Desk, fault: FaultKind, route: str, where: str
) -> None:
    if where == "follow-up":
        await desk.spot.ready()
        desk = desk.follow_up(await desk.ada.says("And then?", desk.thread))
    elif where == "in-place":
        desk = desk.in_place()
    desk.discord.faults = (Fault(fault, on=route, seconds=0.05),)

    async with desk.replying() as reply:
        reply.write("Hello, ")
        await desk.discord.until(lambda: desk.texts() == ["Hello,"])
        reply.write("Ada.")
        await reply.finish(COMPLETE)

    assert desk.texts() == ["Hello, Ada."]
    assert not loud(desk.discord.calls)


@pytest.mark.parametrize("fault", ["drop-after", "error-after", "garble-after"])
async def test_a_message_of_which_nobody_was_told_is_read_back_before_it_is_written_again(
    desk: Desk, fault: FaultKind
) -> None:
    desk.discord.faults = (Fault(fault, on=CREATE),)

    await answered(desk)

    assert len(desk.discord.calls_to(CREATE)) == 1
    assert desk.discord.calls_to(MESSAGES)
    assert desk.texts() == ["Hello, Ada."]


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_a_document_is_handed_over_once(desk: Desk, fault: FaultKind) -> None:
    desk.discord.faults = (Fault(fault, on=CREATE, seconds=0.05),)

    async with desk.replying() as reply:
        await reply.attach("talk.md", "# Talk")

    assert [each.files for each in desk.said()] == [{"talk.md": b"# Talk"}]


async def test_who_is_asked_to_wait_waits_and_so_does_the_next_worker(desk: Desk) -> None:
    desk.discord.faults = (Fault("busy", on=CREATE, seconds=0.4),)
    began = time.time()

    await answered(desk)

    assert desk.texts() == ["Hello, Ada."]
    assert desk.journal.not_before >= began + 0.4
    assert desk.journal.passed_on().not_before == desk.journal.not_before


async def test_a_message_that_may_not_be_edited_any_more_makes_room_for_another(desk: Desk) -> None:
    await answered(desk)
    again = replace(desk, journal=desk.journal.passed_on())
    desk.discord.faults = (Fault("refuse", on=EDIT, status=429, error="30046"),)

    await answered(again, "Hello once more, Ada.")

    assert desk.texts() == ["Hello once more, Ada."]


async def test_what_grows_in_an_old_message_waits_for_its_end(desk: Desk) -> None:
    posts = desk.posts()
    post = await posts.post("m1/0", "One", state="growing")
    desk.discord.faults = (Fault("refuse", on=EDIT, status=429, error="30046"),)

    await posts.edit(post, "One two", state="growing")

    assert desk.texts() == ["One"]


async def test_an_answer_is_edited_in_a_thread_in_which_nobody_wrote_for_long(desk: Desk) -> None:
    await answered(desk)
    await desk.ada.archives(desk.thread)

    await answered(desk.taken_over(), "Something else.")

    assert desk.texts() == ["Something else."]
    assert not desk.thread.archived


async def test_nothing_that_is_said_pings_or_unfolds(desk: Desk) -> None:
    text = f"@everyone <@{desk.ada.id}> <@&{desk.discord.guild.id}> https://example.com/a "

    async with desk.replying() as reply:
        await reply.notice(text)
        await reply.notice(text, private=True)
        for word in text.split() * 3:
            reply.write(f"{word} ")
            await desk.discord.until(lambda: True)
        await reply.finish(COMPLETE)
        await reply.attach("talk.md", text)
        await reply.fail(text)

    assert len(said(desk.discord.calls)) >= 5
    assert loud(desk.discord.calls) == []
    assert desk.discord.pings == []
    assert desk.discord.embeds == []
