"""Socket Mode: sockets come and go, and everything that Slack brings is heard."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.sockets import SOCKETS
from bot.beside import beside
from bot.errors import PlatformRefused
from simulators.slack import Fault, SlackSimulator
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.ears import AWAY, FAST, Ears, open_ears

REFRESHES = 1_000
EVENTS = 10_000
ON_THE_WAY = 100
"""Events that are sent before the first of them has been heard."""
OPEN = "apps.connections.open"
DROPPED = 50
"""Every so many times sockets are cut; all others are announced."""


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    """Ears that no socket brings anything yet."""
    async with open_ears() as opened:
        yield opened


async def until_open(slack: SlackSimulator, count: int = SOCKETS) -> None:
    async with asyncio.timeout(10):
        await slack.until(lambda: slack.sockets == count)


async def until_renewed(slack: SlackSimulator) -> None:
    """Return once all sockets are newer than the last announcement."""
    sockets = slack.platform.sockets
    async with asyncio.timeout(10):
        await slack.until(
            lambda: slack.sockets == SOCKETS and all(each.told is None for each in sockets.open)
        )


def tasks() -> set[asyncio.Task[Any]]:
    """What runs, but for the connections that the simulator serves."""
    return {task for task in asyncio.all_tasks() if "RequestHandler" not in repr(task.get_coro())}


async def until_ended(before: set[asyncio.Task[Any]]) -> None:
    """Return once nothing runs that did not run before."""
    while left := tasks() - before:
        ended, _ = await asyncio.wait(left, timeout=5)
        assert ended, left


async def counted(slack: SlackSimulator, counts: list[int]) -> None:
    """Keep how many sockets were open, whenever that may have changed."""
    await slack.until(lambda: bool(counts.append(slack.sockets)))  # type: ignore[func-returns-value]


async def test_there_are_two_sockets_of_different_age(ears: Ears) -> None:
    async with beside(ears.sockets(replace(FAST, stagger=0.2)).run()):
        await until_open(ears.slack)

    first, second = ears.slack.calls_to(OPEN)
    assert second.at - first.at >= 0.2
    await until_open(ears.slack, 0)


@pytest.mark.parametrize("warning", [True, False], ids=["warned", "not warned"])
async def test_the_new_socket_is_open_before_the_old_one_is_closed(ears: Ears, *, warning: bool) -> None:
    counts: list[int] = []
    ears.slack.speed = 10.0 if warning else 1.0
    async with beside(ears.sockets().run()):
        await until_open(ears.slack)

        async with beside(counted(ears.slack, counts)):
            await ears.slack.refresh_sockets(warning=warning)
            await until_renewed(ears.slack)

    assert min(counts) == SOCKETS
    assert max(counts) > SOCKETS
    assert len(ears.slack.calls_to(OPEN)) == 2 * SOCKETS


async def test_ten_thousand_events_come_through_a_thousand_refreshes(ears: Ears) -> None:
    slack = ears.slack
    slack.limits, slack.speed, slack.shortest = False, 200.0, 30.0
    ada = slack.workspace.person("Ada")
    sent: list[str] = []
    refreshed = 0
    ends: list[Callable[[], Awaitable[None]]] = [
        slack.refresh_sockets,
        lambda: slack.refresh_sockets(warning=True),
        slack.disable_sockets,
    ]

    async def says(count: int) -> None:
        for _ in range(count):
            sent.append(await ada.writes(f"Q{len(sent)}"))

    async with beside(ears.sockets(replace(FAST, drain=0.01, ping=0.02)).run()):
        await until_open(slack)

        for time in itertools.count(1):
            await ends[time % len(ends)]()
            await says(10)
            await until_renewed(slack)
            await says(10)
            await ears.until(len(sent) - ON_THE_WAY, within=30.0)
            if time % DROPPED == 0:
                slack.drop_sockets()
                await says(5)
                await ears.until(len(sent))  # what no socket took comes again after a minute
            refreshed += SOCKETS
            if refreshed >= REFRESHES and len(sent) >= EVENTS:
                break
        await ears.until(len(sent), within=30.0)

    # Some come twice, since their acknowledgement had no socket any more; they are the same messages.
    assert ears.heard == set(sent)
    assert len(set(ears.messages)) == len(sent)


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(ears: Ears) -> None:
    ears.fails = [AWAY, AWAY]
    ears.slack.speed = 600.0
    async with beside(ears.sockets().run()):
        await until_open(ears.slack)

        asked = await ears.slack.workspace.person("Ada").writes("Again?")
        await ears.until(1)
        await ears.slack.until(lambda: ears.slack.deliveries[-1].outcome != "")

    assert [message.id for message in ears.messages] == [asked]
    assert [each.outcome for each in ears.slack.deliveries] == ["timeout", "timeout", "acknowledged"]


async def test_who_types_a_command_that_could_not_be_kept_is_told(ears: Ears) -> None:
    ears.fails = [AWAY]
    ada, general = ears.slack.workspace.person("Ada"), ears.slack.workspace.channel("general")
    async with beside(ears.sockets().run()):
        await until_open(ears.slack)

        reaction = await ada.types("/reset", "", general)

    assert reaction.responded
    assert [seen.text for seen in general.screen(viewer=ada)] == [AWAY.notice]


async def test_what_comes_for_a_workspace_that_is_not_known_here_is_acknowledged_and_left(ears: Ears) -> None:
    other = ears.slack.add_workspace("Other")
    async with beside(ears.sockets().run()):
        await until_open(ears.slack)

        await other.person("Eve").writes("Hello?")
        await ears.slack.until(lambda: any(each.outcome for each in ears.slack.deliveries))

    assert [each.outcome for each in ears.slack.deliveries] == ["acknowledged"]
    assert ears.messages == []


@pytest.mark.parametrize(
    "kind", ["drop-before", "drop-after", "error-before", "garble-after", "refuse", "delay-answer"]
)
async def test_a_connection_that_fails_is_tried_again_ever_more_seldom(ears: Ears, kind: FaultKind) -> None:
    ears.slack.faults = (Fault(kind, OPEN, times=8, seconds=0.3, error="service_unavailable"),)
    timing = replace(FAST, stagger=0.0, connect=0.25, first_wait=0.02, longest_wait=0.08)
    began = asyncio.get_running_loop().time()

    async with beside(ears.sockets(timing).run()):
        await until_open(ears.slack)

    assert len(ears.slack.calls_to(OPEN)) == 8 + SOCKETS
    assert asyncio.get_running_loop().time() - began >= 0.02 + 0.04 + 6 * 0.08


async def test_a_token_that_slack_refuses_at_first_ends_it(ears: Ears) -> None:
    ears.slack.faults = (Fault("refuse", OPEN, error="invalid_auth"),)

    with pytest.raises(PlatformRefused, match="invalid_auth"):
        await ears.sockets().run()

    assert len(ears.slack.calls_to(OPEN)) == 1


async def test_a_token_that_slack_refuses_for_a_while_is_tried_again(ears: Ears) -> None:
    async with beside(ears.sockets().run()):
        await until_open(ears.slack)
        ears.slack.faults = (Fault("refuse", OPEN, times=6, error="invalid_auth"),)

        await ears.slack.refresh_sockets()
        await until_renewed(ears.slack)

    assert not any(ears.slack.faults)


async def test_a_connection_that_slack_limits_is_not_tried_too_early(ears: Ears) -> None:
    ears.slack.faults = (Fault("busy", OPEN, seconds=1.0),)

    async with beside(ears.sockets(replace(FAST, connect=0.1)).run()):
        await until_open(ears.slack)

    calls = ears.slack.calls_to(OPEN)
    assert calls[-1].at - calls[0].at >= 1.0
    assert [each for each in ears.slack.impatient if each.at > calls[0].at + 0.5] == []


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05, 0.15])
@pytest.mark.parametrize("kind", ["none", "delay-answer", "error-before"])
async def test_nothing_is_left_of_sockets_that_are_ended(ears: Ears, kind: FaultKind, seconds: float) -> None:
    before = tasks()
    ears.slack.faults = (Fault(kind, OPEN, times=None, seconds=0.3),)

    async with beside(ears.sockets(replace(FAST, first_wait=0.1)).run()):
        await asyncio.sleep(seconds)

    await until_open(ears.slack, 0)
    await until_ended(before)


@pytest.mark.parametrize("steps", range(16))
async def test_nothing_is_left_of_sockets_that_are_ended_as_soon_as_they_are_open(
    ears: Ears, steps: int
) -> None:
    before = tasks()

    async with beside(ears.sockets().run()):
        await ears.slack.until(lambda: ears.slack.sockets == 1)
        for _ in range(steps):
            await asyncio.sleep(0)

    await until_open(ears.slack, 0)
    await until_ended(before)


@pytest.mark.parametrize("steps", range(0, 24, 3))
async def test_nothing_is_left_of_sockets_that_are_ended_while_others_are_closed(
    ears: Ears, steps: int
) -> None:
    before = tasks()
    slack = ears.slack

    async with beside(ears.sockets(replace(FAST, stagger=0.0, drain=0.0)).run()):
        await until_open(slack)
        await slack.refresh_sockets()
        await slack.until(lambda: slack.sockets > SOCKETS)
        for _ in range(steps):
            await asyncio.sleep(0)

    slack.speed = 1_000.0  # Slack itself closes what it announced
    await until_open(slack, 0)
    await until_ended(before)
