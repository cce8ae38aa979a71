"""What people write in Slack while nobody listens is answered afterwards: once, in order, and said to be late."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from tests.adapters.answering import answer_to
from tests.adapters.slack.absence import (
    LATE,
    at_work,
    known_thread,
    later,
    reads,
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


@pytest.mark.parametrize("over_http", [False, True], ids=["sockets", "http"])
async def test_what_was_written_meanwhile_is_answered_once_in_order_and_late(
    office: Office, valkey: str, store: Store, *, over_http: bool
) -> None:
    async with at_work(office, valkey, over_http=over_http):
        thread = await known_thread(office)
        greeting = await office.ada.writes("Hello")
        await office.until_answered(greeting, answer_to("Hello"), office.ada.dm)
    office.slack.app.request_url = "http://127.0.0.1:9/closed" if over_http else ""

    second = await office.ada.says("Secomd?", office.general, thread)
    await office.ada.edits(second, office.general, "Second?")
    await office.workspace.person("Bob").says("Third?", office.general, thread)
    direct = await office.ada.writes("Direct?")
    inside = await office.ada.writes("Inside?", greeting)
    others = await office.ada.says("Lunch?", office.general)
    await office.workspace.person("Bob").says("Yes.", office.general, others)
    await later(store, 600)

    async with at_work(office, valkey, over_http=over_http):
        await office.until(lambda: len(texts(office, thread)) == 5)
        await office.until(lambda: len(texts(office, direct, office.ada.dm)) == 2)
        await office.until(lambda: len(texts(office, greeting, office.ada.dm)) == 3)
        await until_read(office, store)

    first, *late = texts(office, thread)
    assert first == answer_to("First?")
    assert late[0::2] == [answer_to("Second?"), answer_to("Third?")]
    assert all(LATE in each for each in late[1::2])
    assert texts(office, direct, office.ada.dm)[0] == answer_to("Direct?")
    assert texts(office, greeting, office.ada.dm)[1] == answer_to("Inside?")
    assert texts(office, others) == []
    assert inside
    assert len(office.model.requests_to("chat")) == 6


async def test_a_thread_that_began_meanwhile_in_direct_messages_is_followed(
    office: Office, valkey: str, store: Store
) -> None:
    async with at_work(office, valkey):
        greeting = await office.ada.writes("Hello")
        await office.until_answered(greeting, answer_to("Hello"), office.ada.dm)

    began = await office.ada.writes("One?")
    await office.ada.writes("Two?", began)
    await later(store, 600)

    async with at_work(office, valkey):
        await office.until(lambda: len(texts(office, began, office.ada.dm)) == 4)

    assert texts(office, began, office.ada.dm)[::2] == [answer_to("One?"), answer_to("Two?")]


async def test_what_did_arrive_is_not_answered_again(office: Office, valkey: str, store: Store) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
        await office.ada.says("Second?", office.general, thread)
        await office.until_answered(thread, answer_to("Second?"))
    await later(store, 600)

    async with at_work(office, valkey):
        await until_read(office, store)
        later_on = await known_thread(office, "Later?")

    assert len(texts(office, thread)) == 2
    assert len(texts(office, later_on)) == 1
    assert len(office.model.requests_to("chat")) == 3


async def test_what_others_said_before_the_bot_was_asked_is_left_alone(
    office: Office, valkey: str, store: Store
) -> None:
    async with at_work(office, valkey):
        thread = await office.ada.says("Lunch?", office.general)
        await office.workspace.person("Bob").says("Where?", office.general, thread)
        await office.ada.mentions("Any idea?", office.general, thread)
        await office.until_answered(thread, answer_to("Any idea?"))
    await later(store, 600)

    async with at_work(office, valkey):
        await until_read(office, store)
        await known_thread(office, "Later?")

    assert texts(office, thread) == [answer_to("Any idea?")]


async def test_of_many_conversations_those_are_read_in_which_somebody_wrote_last(
    office: Office, valkey: str, store: Store
) -> None:
    office.slack.limits = False
    async with at_work(office, valkey):
        threads = [await known_thread(office, f"Q{number}?") for number in range(25)]
    for thread in threads:
        await office.ada.says("And then?", office.general, thread)
    await later(store, 600)

    async with at_work(office, valkey):
        await office.until(lambda: sum(len(texts(office, each)) == 3 for each in threads) >= 20)
        await until_read(office, store)

    assert [len(texts(office, each)) for each in threads] == [1] * 5 + [3] * 20


async def test_more_than_half_an_hour_is_not_looked_back(office: Office, valkey: str, store: Store) -> None:
    async with at_work(office, valkey):
        thread = await known_thread(office)
    await later(store, 86_400)

    async with at_work(office, valkey):
        await until_read(office, store)

    [call] = office.slack.calls_to("conversations.replies")
    asked = float(call.arguments["oldest"])
    assert float(thread) - 1_800 < asked < float(thread) - 1_700


async def test_after_a_moment_nothing_is_looked_for(office: Office, valkey: str) -> None:
    async with at_work(office, valkey):
        await known_thread(office)

    async with at_work(office, valkey):
        await known_thread(office, "Later?")

    assert reads(office) == 0


async def test_where_nothing_was_ever_heard_nothing_is_looked_for(office: Office, valkey: str) -> None:
    await office.ada.writes("Hello?")

    async with at_work(office, valkey):
        await known_thread(office)

    assert reads(office) == 0
