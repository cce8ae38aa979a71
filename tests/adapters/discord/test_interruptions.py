"""Connections that end while somebody is answered: replies go on, and what is asked meanwhile is answered once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from bot.store import Store
from simulators.discord import DiscordSimulator
from tests.adapters.answering import answer_to
from tests.adapters.discord.absence import LATE, known_thread, soon, texts
from tests.adapters.discord.club import Club, open_server, open_service

RESUMED: dict[str, Callable[[DiscordSimulator], None]] = {
    "op 7": DiscordSimulator.reconnect,
    "op 9, resumable": partial(DiscordSimulator.invalidate, resumable=True),
    "dropped": DiscordSimulator.drop,
    "closed": partial(DiscordSimulator.close_connections, code=4000),
    "closed for good": partial(DiscordSimulator.close_connections, code=1000),
}


async def begun(club: Club) -> str:
    """A question whose answer has begun, and is not complete."""
    club.behave(tokens_per_second=20)
    asked = await club.ada.mentions("Long?", club.general)
    await club.until(lambda: any("word" in each.text for each in club.replies(club.general.thread_of(asked))))
    return asked


@pytest.mark.parametrize("disturb", RESUMED.values(), ids=RESUMED)
async def test_a_connection_that_ends_is_resumed_and_nobody_notices(
    club: Club, disturb: Callable[[DiscordSimulator], None]
) -> None:
    asked = await begun(club)

    disturb(club.discord)
    meanwhile = await club.bob.mentions("Meanwhile?", club.guild.channel("random"))
    await club.until_answered(asked, answer_to("Long?"))
    await club.until(lambda: len(texts(club, club.guild.channel("random").thread_of(meanwhile))) == 1)

    assert texts(club, club.thread(asked)) == [answer_to("Long?")]
    assert len(club.model.requests_to("chat")) == 2
    assert len(club.discord.identifies) == 1
    assert len(club.discord.resumes) == 1


async def test_a_connection_on_which_nothing_is_acknowledged_is_replaced(valkey: str, store: Store) -> None:
    del store
    async with open_server() as club:
        club.discord.speed = 40.0
        async with open_service(club, valkey):
            asked = await begun(club)

            club.discord.stop_acks(silent=True)
            meanwhile = await club.bob.mentions("Meanwhile?", club.guild.channel("random"))
            await club.until_answered(asked, answer_to("Long?"))
            await club.until(lambda: len(texts(club, club.guild.channel("random").thread_of(meanwhile))) == 1)

            assert len(club.model.requests_to("chat")) == 2
            assert club.discord.closes[0] == 4000
            assert len(club.discord.resumes) == 1


@pytest.mark.parametrize(
    "lose",
    [partial(DiscordSimulator.invalidate, resumable=False), DiscordSimulator.end_sessions],
    ids=["op 9", "timed out"],
)
async def test_a_session_that_is_lost_over_a_reply_is_made_up_for(
    club: Club, store: Store, lose: Callable[[DiscordSimulator], None]
) -> None:
    thread = await known_thread(club)
    await soon(club, store)
    asked = await begun(club)

    lose(club.discord)
    await club.bob.says("Inside?", thread)
    meanwhile = await club.bob.mentions("Meanwhile?", club.guild.channel("random"))
    await club.until_answered(asked, answer_to("Long?"))
    await club.until_said(thread, LATE)
    await club.until(lambda: len(texts(club, club.guild.channel("random").thread_of(meanwhile))) == 2)

    assert texts(club, thread)[:2] == [answer_to("First?"), answer_to("Inside?")]
    assert texts(club, club.thread(asked)) == [answer_to("Long?")]
    assert len(club.model.requests_to("chat")) == 4
