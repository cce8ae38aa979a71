"""The status line: shown until something is posted, and never left standing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.status import StatusLine, status_line
from bot.beside import beside
from bot.reply import Ending
from bot.store import Store
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.desk import Desk, open_desk

THINKING = "Thinking…"
SET = "assistant.threads.setStatus"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A thread in which only the question stands."""
    async with open_desk(store) as opened:
        yield opened


async def until_shown(desk: Desk, status: str) -> None:
    async with asyncio.timeout(5):
        await desk.slack.until(lambda: desk.general.status(desk.thread) == status)


async def until_called(desk: Desk, count: int) -> None:
    async with asyncio.timeout(5):
        await desk.slack.until(lambda: sum(call.ok for call in desk.slack.calls_to(SET)) >= count)


async def test_a_status_is_shown_and_taken_away_at_the_end(desk: Desk) -> None:
    async with status_line(desk.workspace.web, desk.place) as line:
        line.show(THINKING)
        await until_shown(desk, THINKING)

    assert desk.general.status(desk.thread) == ""


async def test_a_status_is_shown_again_before_it_fades(desk: Desk) -> None:
    desk.slack.speed = 1_200.0  # Slack takes a status away after a tenth of a second
    async with status_line(desk.workspace.web, desk.place, fades=0.05) as line:
        line.show(THINKING)
        await until_called(desk, 4)

        assert desk.general.status(desk.thread) == THINKING


async def test_a_status_that_slack_replaced_is_not_shown_again(desk: Desk) -> None:
    async with status_line(desk.workspace.web, desk.place, fades=0.02) as line:
        line.show(THINKING)
        await until_called(desk, 2)
        line.posted()
        await asyncio.sleep(0.1)
        calls = len(desk.slack.calls_to(SET))
        await asyncio.sleep(0.1)

        assert len(desk.slack.calls_to(SET)) == calls


async def test_each_status_follows_the_one_before(desk: Desk) -> None:
    desk.slack.faults = (Fault("delay-work", SET, seconds=0.1),)
    async with status_line(desk.workspace.web, desk.place) as line:
        line.show(THINKING)
        await asyncio.sleep(0.02)
        line.show("Reading…")
        line.show("Writing…")
        await until_shown(desk, "Writing…")

    assert [call.arguments["status"] for call in desk.slack.calls_to(SET)] == [THINKING, "Writing…", ""]
    assert desk.general.status(desk.thread) == ""


@pytest.mark.parametrize("kind", ["delay-work", "delay-answer"])
async def test_a_status_that_arrives_after_the_reply_does_not_stay(desk: Desk, kind: FaultKind) -> None:
    desk.slack.faults = (Fault(kind, SET, seconds=0.3),)

    async with desk.replying() as reply:
        await reply.status(THINKING)
        await asyncio.sleep(0.02)
        reply.write("Here you are.")
        await reply.finish(Ending("complete"))

    assert desk.read().strip() == "Here you are."


@pytest.mark.parametrize("kind", ["drop-before", "error-before", "garble-after", "refuse", "busy"])
async def test_a_platform_that_shows_no_status_is_no_trouble(desk: Desk, kind: FaultKind) -> None:
    desk.slack.faults = (Fault(kind, SET, times=None, seconds=1.0),)

    async with desk.replying() as reply:
        await reply.status(THINKING)
        await asyncio.sleep(0.05)
        reply.write("Here you are.")
        await reply.finish(Ending("complete"))

    assert desk.read().strip().startswith("Here you are.")


async def test_where_there_is_no_thread_or_only_a_ticket_no_status_is_shown(desk: Desk) -> None:
    for place in (replace(desk.place, thread=None), replace(desk.place, ticket="http://127.0.0.1:1/")):
        line = StatusLine(desk.workspace.web, place)
        async with beside(line.keep()):
            line.show(THINKING)
            await asyncio.sleep(0.05)

    assert desk.slack.calls_to(SET) == []
