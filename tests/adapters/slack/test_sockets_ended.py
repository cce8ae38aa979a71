"""The end of sockets: nothing is left of them, whenever it comes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.hearing.sockets import SOCKETS
from bot.beside import beside
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.ears import FAST, Ears, until_open

OPEN = "apps.connections.open"


def tasks() -> set[asyncio.Task[Any]]:
    """What runs, but for the connections that the simulator serves."""
    return {task for task in asyncio.all_tasks() if "RequestHandler" not in repr(task.get_coro())}


async def until_ended(before: set[asyncio.Task[Any]]) -> None:
    """Return once nothing runs that did not run before."""
    while left := tasks() - before:
        ended, _ = await asyncio.wait(left, timeout=5)
        assert ended, left


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
