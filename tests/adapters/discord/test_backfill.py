"""What people write in Discord while nobody listens is answered afterwards: once, in order, and said to be late."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from adapters.discord.routes import SEARCH
from adapters.discord.snowflakes import time_of
from bot.store import Store
from simulators.discord import Fault
from tests.adapters.answering import answer_to
from tests.adapters.discord.absence import (
    LATE,
    at_work,
    away,
    known_thread,
    looks,
    texts,
    until_filled,
)
from tests.adapters.discord.club import Club, open_server


@pytest.fixture
async def club(store: Store) -> AsyncIterator[Club]:
    """A server, in which Parley does not listen yet."""
    del store
    async with open_server() as opened:
        yield opened


async def test_what_was_written_while_a_dead_connection_was_believed_is_answered(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    mention = await club.bob.mentions("Anybody?", club.general)
    await away(club, store, -60)  # the last sign of who listened is a minute younger than this

    async with at_work(club, valkey):
        await club.until_answered(mention, LATE)


async def test_what_was_written_meanwhile_is_answered_once_in_order_and_late(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
        await club.ada.writes("Hello")
        await club.until_said(club.ada.dm, answer_to("Hello"))
    await away(club, store)

    second = await club.ada.says("Secomd?", thread)
    await club.ada.edits(second, thread, "Second?")
    mention = await club.bob.mentions("Elsewhere?", club.general)
    await club.bob.says("Third?", thread)
    await club.ada.writes("Direct?")
    lunch = await club.ada.says("Lunch?", club.general)

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) == 5)
        await club.until(lambda: len(texts(club, club.ada.dm)) == 3)
        await club.until_answered(mention, LATE)
        await until_filled(club, store)

    first, *late = texts(club, thread)
    assert first == answer_to("First?")
    assert late[0::2] == [answer_to("Second?"), answer_to("Third?")]
    assert all(LATE in each for each in late[1::2])
    assert texts(club, club.ada.dm)[1] == answer_to("Direct?")
    assert club.general.thread_of(lunch) is None
    assert len(club.model.requests_to("chat")) == 6


async def test_a_reply_to_its_message_is_found_without_a_mention(
    club: Club, valkey: str, store: Store
) -> None:
    club.general.deny("CREATE_PUBLIC_THREADS")
    async with at_work(club, valkey):
        await club.ada.mentions("One?", club.general)
        first = await club.until_said(club.general, answer_to("One?"))
    await away(club, store)

    second = await club.bob.says("Two?", club.general, reply_to=first.id, ping=False)

    async with at_work(club, valkey):
        reply = await club.until_said(club.general, answer_to("Two?"))
        await club.until_said(club.general, LATE)

    assert reply.reply_to == second


async def test_a_server_in_which_nobody_ever_spoke_to_it_is_looked_at_too(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    other = club.discord.add_guild("Other")
    silent = club.discord.add_guild("Silent")
    await away(club, store)
    general = other.channel("general")

    asked = await other.person("Eve").mentions("Anybody?", general)

    async with at_work(club, valkey):
        await club.until(lambda: general.thread_of(asked) is not None)
        await club.until(lambda: LATE in "".join(texts(club, general.thread_of(asked))))

    assert [each for each in looks(club) if silent.id in each.path] == []


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "no content"])
async def test_where_it_may_not_search_it_reads_where_somebody_spoke(
    club: Club, valkey: str, store: Store, *, refused: bool
) -> None:
    club.discord.app.message_content = refused
    async with at_work(club, valkey):
        thread = await known_thread(club)
    await away(club, store)
    club.discord.faults = (Fault("refuse", SEARCH, times=None),) if refused else ()
    await club.bob.says("Not for it", club.general)
    mention = await club.bob.mentions("Elsewhere?", club.guild.channel("random"))
    inside = await club.bob.mentions("Inside?", thread)

    async with at_work(club, valkey):
        await club.until(lambda: len(texts(club, thread)) == 3)
        await club.until(lambda: club.guild.channel("random").thread_of(mention) is not None)
        await until_filled(club, store)

    assert inside
    assert len(club.model.requests_to("chat")) == 3
    assert bool(club.discord.calls_to(SEARCH)) is refused


async def test_what_did_arrive_is_not_answered_again(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        thread = await known_thread(club)
        await club.ada.says("Second?", thread)
        await club.until_said(thread, answer_to("Second?"))
    await away(club, store)

    async with at_work(club, valkey):
        await until_filled(club, store)
        later_on = await known_thread(club, "Later?")

    assert len(texts(club, thread)) == 2
    assert len(texts(club, later_on)) == 1
    assert len(club.model.requests_to("chat")) == 3
    assert len(looks(club)) >= 2


async def test_what_others_said_before_the_bot_was_asked_is_left_alone(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        thread = await club.ada.opens_thread("Lunch", club.general)
        await club.bob.says("Where?", thread)
        await known_thread(club, "Meanwhile?")
        await club.ada.mentions("Any idea?", thread)
        await club.until_said(thread, answer_to("Any idea?"))
    await away(club, store)

    async with at_work(club, valkey):
        await until_filled(club, store)
        await known_thread(club, "Later?")

    assert texts(club, thread) == [answer_to("Any idea?")]


async def test_more_than_half_an_hour_is_not_looked_back(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    await away(club, store, seconds=86_400)

    async with at_work(club, valkey):
        await until_filled(club, store)

    asked = {time_of(each.query.get("min_id") or each.query["after"]) for each in looks(club)}
    assert all(time.time() - 1_800 - 30 < each < time.time() - 1_700 for each in asked)
    assert len(asked) == 1


async def test_after_a_session_that_goes_on_nothing_is_looked_for(club: Club, valkey: str) -> None:
    async with at_work(club, valkey):
        await known_thread(club)
    asked = await club.ada.mentions("Between?", club.general)

    async with at_work(club, valkey):
        reply = await club.until_answered(asked, answer_to("Between?"))

    assert LATE not in reply.text
    assert looks(club) == []
    assert len(club.discord.identifies) == 1
