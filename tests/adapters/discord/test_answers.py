"""Answers to interactions: what was put off is filled in, grows there, and goes on below it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.routes import CALLBACK, CREATE, DELETE_FOLLOW_UP, EDIT_FOLLOW_UP, FOLLOW_UP, MESSAGES
from adapters.discord.tickets import ticket_of
from bot.reply import Ending, ReplySink
from simulators.discord import Fault
from simulators.faults import FaultKind
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.quiet import loud
from tests.fakes import RecordingJournal

READ = "GET /webhooks/{}/{}/messages/{}"
COMPLETE = Ending("complete")
LONG = " ".join(f"word{number}" for number in range(500))
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


async def answered(reply: ReplySink, text: str) -> None:
    """Give an answer at once."""
    reply.write(text)
    await reply.finish(COMPLETE)


def words(desk: Desk) -> list[str]:
    """All that stands there, in its order."""
    return " ".join(desk.texts()).split()


async def test_what_was_put_off_grows_where_it_stands(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used, used.replying() as reply:
        for length, word in enumerate(("One", "two", "three."), start=1):
            reply.write(f" {word}")
            await desk.discord.until(lambda count=length: len(words(desk)) == count)  # type: ignore[misc] # a default
        await reply.finish(COMPLETE)

    (seen,) = desk.said()
    assert (seen.text, seen.thinking, seen.ephemeral) == ("One two three.", False, False)
    assert desk.discord.calls_to(CREATE) == []
    assert loud(desk.discord.calls) == []


async def test_a_long_answer_goes_on_below(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used, used.replying() as reply:
        await answered(reply, LONG)

    assert len(desk.said()) > 1
    assert words(desk) == LONG.split()
    assert loud(desk.discord.calls) == []


async def test_a_document_is_the_answer(desk: Desk) -> None:
    async with desk.used("export") as used, used.replying() as reply:
        await reply.attach("talk.md", "# Talk")

    (seen,) = desk.said()
    assert (seen.files, seen.ephemeral, seen.thinking) == ({"talk.md": b"# Talk"}, True, False)


async def test_or_stands_below_what_is_said_of_it(desk: Desk) -> None:
    async with desk.used("export") as used, used.replying() as reply:
        await reply.notice("There it is.")
        await reply.attach("talk.md", "# Talk")

    assert [(each.text, list(each.files)) for each in desk.said()] == [
        ("There it is.", []),
        ("", ["talk.md"]),
    ]


@pytest.mark.parametrize("fault", UNCLEAR)
@pytest.mark.parametrize("route", [EDIT_FOLLOW_UP, FOLLOW_UP, READ, MESSAGES])
async def test_whatever_becomes_of_a_request_the_answer_stands_once(
    desk: Desk, fault: FaultKind, route: str
) -> None:
    async with desk.used("ask", question="Well?") as used:
        desk.discord.faults = (Fault(fault, on=route, seconds=0.05),)
        async with used.replying() as reply:
            reply.write(LONG)
            await desk.discord.until(lambda: len(desk.said()) > 1)
            await answered(reply, " The end.")

    assert words(desk) == f"{LONG} The end.".split()


@pytest.mark.parametrize("known", [True, False])
async def test_whoever_goes_on_fills_in_the_same_answer(desk: Desk, *, known: bool) -> None:
    async with desk.used("ask", question="Well?") as used:
        async with used.replying() as reply:
            reply.write(LONG)
            await reply.finish(Ending("stopped"))
        told = used.journal.known()
        posts = told if known else dict.fromkeys(told, "")
        journal = RecordingJournal(used.journal.name, resumed=True, posts=posts)

        async with used.taken_over_with(journal).replying() as reply:
            await answered(reply, LONG)

    assert words(desk) == LONG.split()
    assert len(desk.discord.calls_to(FOLLOW_UP)) == len(told) - 1


async def test_where_nobody_has_put_it_off_yet_it_is_the_first_answer(desk: Desk) -> None:
    async with desk.used("usage", put_off=False) as used, used.replying() as reply:
        await answered(reply, "So much.")

    (seen,) = desk.said()
    assert (seen.text, seen.ephemeral) == ("So much.", True)
    assert loud(desk.discord.calls) == []


async def test_where_it_is_put_off_at_that_very_moment_it_is_filled_in(desk: Desk) -> None:
    desk.discord.faults = (Fault("refuse", on=EDIT_FOLLOW_UP, status=404, error="10015"),)

    async with desk.used("usage") as used, used.replying() as reply:
        await answered(reply, "So much.")

    assert [(each.text, each.thinking) for each in desk.said()] == [("So much.", False)]
    assert [call.status for call in desk.discord.calls_to(CALLBACK)] == [204, 400]


async def test_both_at_once_leave_one_answer(desk: Desk) -> None:
    async with desk.used("usage", put_off=False) as used, used.replying() as reply:
        putting_off = asyncio.create_task(desk.put_off(used.message))
        await answered(reply, "So much.")
        await asyncio.gather(putting_off, return_exceptions=True)

    assert [(each.text, each.thinking) for each in desk.said()] == [("So much.", False)]


async def test_a_private_document_goes_to_who_wanted_it_and_to_nobody_else(desk: Desk) -> None:
    async with desk.used("export") as used:
        await expire(desk)
        async with used.replying() as reply:
            await reply.attach("talk.md", "# Talk")

    assert [each.files for each in desk.said(desk.ada.dm)] == [{"talk.md": b"# Talk"}]
    assert [each.files for each in desk.said(desk.general)] == [{}]


async def test_if_the_interaction_is_over_what_everybody_may_read_is_a_message(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used:
        await expire(desk)
        async with used.replying() as reply:
            await answered(reply, "Hello.")

    assert "Hello." in desk.texts(desk.general)
    assert loud(desk.discord.calls) == []


async def test_and_a_document_is_as_well(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used:
        await expire(desk)
        async with used.replying() as reply:
            await reply.attach("talk.md", "# Talk")

    assert {"talk.md": b"# Talk"} in [each.files for each in desk.said(desk.general)]


async def test_an_answer_that_grows_when_the_interaction_ends_is_completed_all_the_same(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used, used.replying() as reply:
        reply.write("One ")
        await desk.discord.until(lambda: "One" in desk.texts())
        await expire(desk)
        reply.write("two.")
        await reply.finish(COMPLETE)

    assert desk.texts() == ["One two."]


async def test_where_nothing_was_said_nobody_waits_for_an_answer_any_more(desk: Desk) -> None:
    async with desk.used("usage") as used, used.replying():
        assert [each.thinking for each in desk.said()] == [True]

    assert desk.said() == []


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error-before", "busy"])
async def test_even_if_discord_fails_at_that_moment(desk: Desk, fault: FaultKind) -> None:
    async with desk.used("usage") as used:
        desk.discord.faults = (Fault(fault, on=DELETE_FOLLOW_UP, seconds=0.05),)
        async with used.replying():
            pass

    assert desk.said() == []


async def expire(desk: Desk) -> None:
    """Let so much of Discord's time pass that no interaction can be answered any more."""
    desk.discord.speed = 100_000
    await desk.discord.platform.clock.sleep(900)


async def test_who_deletes_the_answer_gets_it_as_a_message(desk: Desk) -> None:
    async with desk.used("ask", question="Well?") as used, used.replying() as reply:
        reply.write("One ")
        await desk.discord.until(lambda: "One" in desk.texts())
        await desk.ada.deletes(desk.said()[0].id, desk.general)
        reply.write("two.")
        await reply.finish(COMPLETE)

    assert desk.texts() == ["One two."]
    assert ticket_of(used.message.ticket).whole
