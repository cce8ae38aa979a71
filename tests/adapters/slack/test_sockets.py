"""Socket Mode: sockets come and go, and everything that Slack brings is heard."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from adapters.slack.hearing.sockets import SOCKETS
from bot.beside import beside
from simulators.slack import SlackSimulator
from tests.adapters.slack.ears import AWAY, FAST, Ears, until_open, until_renewed

REFRESHES = 1_000
EVENTS = 10_000
ON_THE_WAY = 100
"""Events that are sent before the first of them has been heard."""
OPEN = "apps.connections.open"
DROPPED = 50
"""Every so many times sockets are cut; all others are announced."""


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
