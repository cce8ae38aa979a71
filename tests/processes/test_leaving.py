"""Workers that are told to leave: they end what they can, hand over the rest, and are gone."""

from __future__ import annotations

import asyncio
import signal
import time

import pytest

from adapters.service import MOMENT
from bot.messages import IncomingMessage
from tests.processes.child import Child
from tests.processes.server import Server
from tests.processes.site import Site, message

GRACE = 3.0
ENDLESS = 1.0
"""Tokens a second at which no answer ends within the grace."""
BRIEF = 14.0
"""Tokens a second at which it does: an answer takes three seconds, and the next worker one to start."""

AT_ONCE = 3.0
"""Seconds: less than one is promised and usual, but the machine may be busy with something else."""


def answered_by(worker: Child) -> set[str]:
    """The messages that a worker brought to their end."""
    return {line["turn"] for line in worker.said("turn")}


def ids(messages: list[IncomingMessage]) -> set[str]:
    """The ids of messages."""
    return {each.id for each in messages}


async def begun(site: Site, name: str, pace: float) -> list[IncomingMessage]:
    """Messages whose answers are being written at a pace."""
    site.behave(tokens_per_second=pace)
    asked = [message(f"{name}{number}") for number in range(10)]
    await site.accept(*asked)
    await site.all_begun(asked)
    return asked


async def test_what_ends_within_the_grace_is_ended_and_the_rest_is_handed_over(site: Site) -> None:
    leaving = await site.worker("--grace", str(GRACE))
    endless = await begun(site, "endless", ENDLESS)
    brief = await begun(site, "brief", BRIEF)
    staying = await site.worker()

    told = leaving.send(signal.SIGTERM)
    await leaving.until(lambda: bool(leaving.said("draining")))
    late = message("late")
    await site.accept(late)
    status = await leaving.ended()
    left = time.monotonic()
    await site.all_complete([*endless, *brief, late])

    handed_over = min(each.arrived for each in site.model.requests_to("chat") if each.arrived > told + GRACE)
    assert status == 0
    assert GRACE < left - told < GRACE + 2
    assert handed_over - left < 1
    assert answered_by(leaving) == ids(brief)
    assert answered_by(staying) == ids([*endless, late])
    await site.check_answered_once([*endless, *brief, late])


async def test_a_signal_that_follows_a_moment_later_ends_a_worker_at_once(site: Site) -> None:
    worker = await site.worker()
    site.behave(tokens_per_second=ENDLESS)
    asked = message("b")
    await site.accept(asked)
    await site.all_begun([asked])

    worker.send(signal.SIGTERM)
    await worker.until(lambda: bool(worker.said("draining")))
    worker.send(signal.SIGTERM)  # as when a group of processes is told, and then its parent tells them too
    await asyncio.sleep(MOMENT + 0.5)
    assert worker.status is None
    worker.send(signal.SIGTERM)
    status = await worker.ended(within=1)

    assert status == -signal.SIGTERM
    site.behave()
    await site.worker()
    await site.all_complete([asked])
    await site.check_answered_once([asked])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_who_has_nothing_to_do_is_gone_within_a_second(site: Site, number: signal.Signals) -> None:
    worker = await site.worker()
    listener, _ = await site.listener()

    told = worker.send(number)
    listener.send(number)
    statuses = {await worker.ended(), await listener.ended()}
    seconds = time.monotonic() - told

    assert statuses == {0}
    assert seconds < AT_ONCE


async def test_who_is_told_to_leave_while_redis_is_away_is_gone_all_the_same(
    outage: Site, server: Server
) -> None:
    outage.behave(tokens_per_second=ENDLESS)
    worker = await outage.worker("--grace", "1")
    asked = message("b")
    await outage.accept(asked)
    await outage.all_begun([asked])

    server.kill()
    worker.send(signal.SIGTERM)
    status = await worker.ended(within=12)
    await server.start_again()

    assert status == 0
    outage.behave()
    await outage.worker()
    await outage.all_complete([asked])
    await outage.check_answered_once([asked])
