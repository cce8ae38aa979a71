"""Opening sockets: what fails is tried again, ever more seldom, and what Slack refuses is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.slack.hearing.sockets import SOCKETS
from bot.beside import beside
from bot.errors import PlatformRefused
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.ears import FAST, Ears, until_open, until_renewed

OPEN = "apps.connections.open"


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


async def test_an_address_that_fails_once_is_not_tried_again_but_another_one_is_asked_for(ears: Ears) -> None:
    ears.slack.platform.sockets.refusing = 2
    began = asyncio.get_running_loop().time()

    async with beside(ears.sockets(replace(FAST, connect=10.0, ping=5.0)).run()):
        await until_open(ears.slack)

    assert len(ears.slack.calls_to(OPEN)) == 2 + SOCKETS
    assert asyncio.get_running_loop().time() - began < 2.0


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
