"""The names of people: asked for once, and not waited for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from adapters.slack.people import PATIENCE, People
from bot.store import Store
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.slack.desk import Desk, open_desk

INFO = "users.info"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A workspace in which nobody's name was asked for."""
    async with open_desk(store) as opened:
        yield opened


@pytest.fixture
def known(desk: Desk) -> People:
    """Whom one knows in it."""
    return desk.workspace.people


async def test_a_name_is_asked_for_once(desk: Desk, known: People) -> None:
    for _ in range(3):
        assert await known.names([desk.ada.id]) == {desk.ada.id: "Ada"}

    assert len(desk.slack.calls_to(INFO)) == 1


async def test_many_who_ask_at_the_same_time_ask_once(desk: Desk, known: People) -> None:
    bob = desk.slack.workspace.person("Bob")

    answers = await asyncio.gather(*(known.names([desk.ada.id, bob.id]) for _ in range(20)))

    assert answers == [{desk.ada.id: "Ada", bob.id: "Bob"}] * 20
    assert len(desk.slack.calls_to(INFO)) == 2


async def test_a_slow_answer_is_not_waited_for_and_known_the_next_time(desk: Desk, known: People) -> None:
    desk.slack.faults = (Fault("delay-answer", INFO, seconds=PATIENCE + 0.5),)
    began = time.monotonic()

    at_first = await known.names([desk.ada.id])
    took = time.monotonic() - began
    await desk.slack.until(lambda: any(call.ok for call in desk.slack.calls_to(INFO)))
    await asyncio.sleep(0.05)

    assert at_first == {desk.ada.id: ""}
    assert took < PATIENCE + 0.3
    assert await known.names([desk.ada.id]) == {desk.ada.id: "Ada"}
    assert len(desk.slack.calls_to(INFO)) == 1


async def test_who_is_known_is_named_although_another_is_slow(desk: Desk, known: People) -> None:
    bob = desk.slack.workspace.person("Bob")
    await known.names([desk.ada.id])
    desk.slack.faults = (Fault("delay-answer", INFO, seconds=PATIENCE + 0.2),)

    assert await known.names([desk.ada.id, bob.id]) == {desk.ada.id: "Ada", bob.id: ""}


@pytest.mark.parametrize("kind", ["drop-before", "error-before", "garble-after", "refuse", "busy"])
async def test_a_name_that_cannot_be_had_is_none_and_not_asked_for_with_every_message(
    desk: Desk, known: People, kind: FaultKind
) -> None:
    desk.slack.faults = (Fault(kind, INFO, times=None, seconds=1.0),)

    for _ in range(5):
        assert await known.names([desk.ada.id]) == {desk.ada.id: ""}

    # aiohttp itself repeats a GET whose connection was cut.
    assert len(desk.slack.calls_to(INFO)) <= 2
    assert desk.slack.impatient == []


async def test_somebody_unknown_has_no_name(known: People) -> None:
    assert await known.names(["U0NOBODY1"]) == {"U0NOBODY1": ""}


async def test_nobody_is_asked_for_nothing(desk: Desk, known: People) -> None:
    assert await known.names([]) == {}
    assert desk.slack.calls_to(INFO) == []
