"""The status line: shown until something is posted, and never left standing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.replies.sessions import STARTS, Loader, Sessions
from adapters.slack.replies.status import StatusLine, status_line
from bot.beside import beside
from bot.reply import Ending
from bot.store import Store
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.desk import Desk, open_desk

THINKING = "Thinking…"
SET = "assistant.threads.setStatus"
WORK = "agents.sessions.setStatus"
WORKING = "is working…"


@pytest.fixture
async def agent(store: Store) -> AsyncIterator[Desk]:
    """A thread in which only the question stands."""
    async with open_desk(store) as opened:
        yield opened


@pytest.fixture
def desk(agent: Desk) -> Desk:
    """The same for an app that was made when there were no agent sessions."""
    agent.slack.app.agent = False
    return agent


def loader(desk: Desk, sessions: Sessions | None = None) -> Loader:
    """What shows statuses; it knows already that there are no sessions, unless it is given some."""
    if sessions is None:
        sessions = Sessions()
        sessions.refused(desk.workspace.team, "not_authorized")
    return Loader(desk.workspace.web, desk.place, sessions)


def asked(desk: Desk) -> list[tuple[str, str]]:
    """What was asked of Slack: methods and statuses."""
    return [
        (call.method, call.arguments["status"]) for call in desk.slack.calls if call.method in {SET, WORK}
    ]


async def until_shown(desk: Desk, status: str) -> None:
    async with asyncio.timeout(5):
        await desk.slack.until(lambda: desk.general.status(desk.thread) == status)


async def until_called(desk: Desk, count: int) -> None:
    async with asyncio.timeout(5):
        await desk.slack.until(lambda: sum(call.ok for call in desk.slack.calls_to(SET)) >= count)


async def test_a_status_is_shown_and_taken_away_at_the_end(desk: Desk) -> None:
    async with status_line(loader(desk)) as line:
        line.show(THINKING)
        await until_shown(desk, THINKING)

    assert desk.general.status(desk.thread) == ""


async def test_a_status_is_shown_again_before_it_fades(desk: Desk) -> None:
    desk.slack.speed = 1_200.0  # Slack takes a status away after a tenth of a second
    async with status_line(loader(desk), fades=0.05) as line:
        line.show(THINKING)
        await until_called(desk, 4)

        assert desk.general.status(desk.thread) == THINKING


async def test_a_status_that_slack_replaced_is_not_shown_again(desk: Desk) -> None:
    async with status_line(loader(desk), fades=0.02) as line:
        line.show(THINKING)
        await until_called(desk, 2)
        line.posted()
        await asyncio.sleep(0.1)
        calls = len(desk.slack.calls_to(SET))
        await asyncio.sleep(0.1)

        assert len(desk.slack.calls_to(SET)) == calls


async def test_each_status_follows_the_one_before(desk: Desk) -> None:
    desk.slack.faults = (Fault("delay-work", SET, seconds=0.1),)
    async with status_line(loader(desk)) as line:
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
        line = StatusLine(Loader(desk.workspace.web, place))
        async with beside(line.keep()):
            line.show(THINKING)
            await asyncio.sleep(0.05)

    assert asked(desk) == []


async def test_an_agent_works_until_its_stream_is_stopped_and_that_takes_one_call(agent: Desk) -> None:
    async with agent.replying() as reply:
        await reply.status(THINKING)
        await until_shown(agent, WORKING)
        reply.write("Here you ")
        await agent.slack.until(lambda: any(each.streaming for each in agent.seen()))
        working = agent.general.status(agent.thread)
        reply.write("are.")
        await reply.finish(Ending("complete"))

    assert working == WORKING
    assert asked(agent) == [(WORK, "processing")]
    assert agent.general.status(agent.thread) == ""


async def test_an_agent_whose_answer_was_not_streamed_is_told_to_rest(agent: Desk) -> None:
    async with agent.replying() as reply:
        await reply.status(THINKING)
        await until_shown(agent, WORKING)
        await reply.notice("Here you are.")

    assert asked(agent) == [(WORK, "processing"), (WORK, "active")]
    assert agent.general.status(agent.thread) == ""


async def test_an_agent_that_works_is_not_told_so_again_whatever_it_does(agent: Desk) -> None:
    async with status_line(loader(agent, Sessions()), fades=0.02) as line:
        line.show(THINKING)
        await until_shown(agent, WORKING)
        line.show("Reading…")
        await asyncio.sleep(0.1)

        assert asked(agent) == [(WORK, "processing")]


@pytest.mark.parametrize("posts", [False, True])
async def test_where_an_earlier_process_may_have_left_an_agent_working_it_is_told_to_rest(
    agent: Desk, *, posts: bool
) -> None:
    async with status_line(loader(agent, Sessions())) as line:
        line.show(THINKING)
        await until_shown(agent, WORKING)
        left = agent.general.status(agent.thread)
        line.posted()
        line.stopped()  # as that process believed

    async with status_line(Loader(agent.workspace.web, agent.place, Sessions(), resumed=True)) as line:
        if posts:
            line.posted()  # a whole answer, which needed no status

    assert left == WORKING
    assert agent.general.status(agent.thread) == ""


@pytest.mark.parametrize(
    "reason", ["not_authorized", "unknown_method", "missing_scope", "not_allowed_token_type"]
)
async def test_where_there_are_no_sessions_the_older_line_is_shown_and_nobody_asks_again(
    agent: Desk, reason: str
) -> None:
    agent.slack.faults = (Fault("refuse", WORK, error=reason, times=None),)
    sessions = Sessions()
    for _ in range(2):
        async with status_line(loader(agent, sessions)) as line:
            line.show(THINKING)
            await until_shown(agent, THINKING)

    assert asked(agent) == [(WORK, "processing"), *[(SET, THINKING), (SET, "")] * 2]


async def test_a_refusal_that_is_about_one_thread_says_nothing_about_others(agent: Desk) -> None:
    sessions = Sessions()
    gone = Loader(agent.workspace.web, replace(agent.place, thread="1.000001"), sessions)
    async with status_line(gone) as line:
        line.show(THINKING)
        await agent.slack.until(lambda: any(call.outcome for call in agent.slack.calls_to(SET)))

    assert sessions.has(agent.workspace.team)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "error-before", "error-after", "busy"])
async def test_a_call_that_fails_leaves_no_agent_working(agent: Desk, kind: FaultKind) -> None:
    agent.slack.faults = (Fault(kind, WORK, seconds=1.0),)

    async with agent.replying() as reply:
        await reply.status(THINKING)
        await until_shown(agent, THINKING)
        await reply.notice("Here you are.")

    assert agent.general.status(agent.thread) == ""
    assert agent.slack.impatient == []


async def test_no_more_sessions_are_begun_in_a_minute_than_slack_bears() -> None:
    time = [1_000.0]
    sessions = Sessions(lambda: time[0])

    at_once = [sessions.begin("T1") for _ in range(STARTS + 5)]
    elsewhere = sessions.begin("T2")
    time[0] += 60.0 / STARTS
    later = [sessions.begin("T1") for _ in range(2)]

    assert at_once == [True] * STARTS + [False] * 5
    assert elsewhere
    assert later == [True, False]


async def test_a_session_is_called_after_its_first_question(agent: Desk) -> None:
    called = Loader(agent.workspace.web, agent.place, Sessions(), "Well?")
    async with status_line(called) as line:
        line.show(THINKING)
        await until_shown(agent, WORKING)

    assert agent.general.sessions[agent.thread].title == "Well?"
