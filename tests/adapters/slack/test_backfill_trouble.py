"""Looking for what was written meanwhile, by several services, while Slack fails, and over and over again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from simulators.slack import Fault
from tests.adapters.answering import answer_to
from tests.adapters.slack.absence import (
    LATE,
    at_work,
    known_thread,
    later,
    texts,
    until_read,
)
from tests.adapters.slack.office import Office, open_workspace


@pytest.fixture
async def office(store: Store) -> AsyncIterator[Office]:
    """A workspace, in which Parley does not listen yet."""
    del store
    async with open_workspace() as opened:
        yield opened


async def test_two_services_that_start_at_once_answer_once(office: Office, valkey: str, store: Store) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
    await office.ada.says("Second?", office.general, thread)
    await later(store, 600)

    async with at_work(office, valkey, services=2):
        await office.until(lambda: len(texts(office, thread)) == 3)
        await until_read(office, store)

    assert len(office.slack.calls_to("conversations.replies")) == 1
    assert len(office.model.requests_to("chat")) == 2


async def test_a_service_that_dies_over_it_leaves_it_to_the_next_one(
    office: Office, valkey: str, store: Store
) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
    await office.ada.says("Second?", office.general, thread)
    await later(store, 600)
    office.slack.faults = (Fault("delay-work", "conversations.replies", seconds=30.0),)
    async with at_work(office, valkey):
        await office.until(lambda: bool(office.slack.calls_to("conversations.replies")))

    async with at_work(office, valkey):
        await office.until(lambda: len(texts(office, thread)) == 3)

    assert len(office.model.requests_to("chat")) == 2


async def test_slack_that_limits_is_obeyed(office: Office, valkey: str, store: Store) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
    await office.ada.says("Second?", office.general, thread)
    await later(store, 600)
    office.slack.faults = (
        Fault("busy", "conversations.replies", seconds=1.0),
        Fault("error-before", "conversations.replies"),
    )

    async with at_work(office, valkey):
        await office.until(lambda: len(texts(office, thread)) == 3)

    assert office.slack.impatient == []


async def test_a_conversation_that_cannot_be_read_does_not_hide_the_others(
    office: Office, valkey: str, store: Store
) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
        other = await known_thread(office, "Other?")
    await office.ada.says("Second?", office.general, thread)
    await later(store, 600)
    office.slack.faults = (Fault("refuse", "conversations.replies", error="thread_not_found"),)

    async with at_work(office, valkey):
        await office.until(lambda: len(texts(office, thread)) == 3)

    assert len(texts(office, other)) == 1


async def test_what_was_written_while_all_sockets_were_cut_is_found(office: Office, valkey: str) -> None:
    slack = office.slack
    async with at_work(office, valkey):
        thread = await known_thread(office)
        slack.faults = (Fault("refuse", "apps.connections.open", times=4, error="service_unavailable"),)
        slack.drop_sockets()
        await office.until(lambda: slack.sockets == 0)
        await office.ada.says("Second?", office.general, thread)

        await office.until(lambda: len(texts(office, thread)) == 3)

    assert LATE in texts(office, thread)[-1]
    assert len(office.model.requests_to("chat")) == 2


async def test_a_stop_that_is_found_afterwards_stops_nothing(
    office: Office, valkey: str, store: Store
) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
    await office.ada.says("Second?", office.general, thread)
    await office.ada.says("!stop", office.general, thread)
    await later(store, 600)

    async with at_work(office, valkey):
        await office.until(lambda: len(texts(office, thread)) >= 3)

    assert texts(office, thread)[1] == answer_to("Second?")
