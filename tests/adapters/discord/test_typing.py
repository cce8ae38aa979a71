"""It types until something stands there, and no longer."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.discord.replies.typing import Typing
from adapters.discord.routes import TYPING
from bot.beside import beside
from bot.reply import Ending
from simulators.discord import Fault
from tests.adapters.discord.desk import Desk


async def until_typing(desk: Desk, times: int = 1) -> None:
    """Return once it was asked so often to be shown typing."""
    await desk.discord.until(
        lambda: len([call for call in desk.discord.calls_to(TYPING) if call.ok]) >= times
    )


async def test_it_types_where_people_look_until_the_first_words_stand(desk: Desk) -> None:
    async with desk.replying() as reply:
        await reply.status("Thinking…")
        await until_typing(desk)
        assert desk.general.typing == ["Parley"]
        await reply.notice("Hello.")

    assert len(desk.discord.calls_to(TYPING)) == 1
    assert desk.thread.typing == []


async def test_it_types_again_before_discord_takes_it_away(desk: Desk) -> None:
    typing = Typing(desk.rest, desk.spot, lasts=0.01)

    async with beside(typing.keep()):
        typing.begin()
        await until_typing(desk, 3)
        typing.end()
        count = len(desk.discord.calls_to(TYPING))
        await asyncio.sleep(0.1)

    assert len(desk.discord.calls_to(TYPING)) <= count + 1


async def test_in_the_thread_once_it_is_open(desk: Desk) -> None:
    spot = desk.spot
    await spot.ready()
    typing = Typing(desk.rest, spot)

    async with beside(typing.keep()):
        typing.begin()
        await until_typing(desk)

    assert desk.thread.typing == ["Parley"]
    assert desk.general.typing == []


async def test_it_moves_to_the_thread_as_soon_as_that_is_open(desk: Desk) -> None:
    async with desk.replying() as reply:
        await reply.status("Thinking…")
        await until_typing(desk)
        reply.expect()
        await until_typing(desk, 2)
        assert desk.thread.typing == ["Parley"]
        await reply.notice("Hello.")

    assert desk.thread.typing == []
    assert len(desk.discord.calls_to(TYPING)) == 2


@pytest.mark.parametrize("fault", ["drop-before", "error-before", "refuse", "busy"])
async def test_a_discord_that_does_not_show_it_is_no_trouble(desk: Desk, fault: str) -> None:
    desk.discord.faults = (Fault(fault, on=TYPING, times=None),)  # type: ignore[arg-type] # a word of its kinds

    async with desk.replying() as reply:
        await reply.status("Thinking…")
        await desk.discord.until(lambda: bool(desk.discord.calls_to(TYPING)))
        reply.write("Hello.")
        await reply.finish(Ending("complete"))

    assert desk.texts() == ["Hello."]


async def test_where_discord_itself_says_that_an_answer_follows_it_does_not_type(desk: Desk) -> None:
    async with desk.used("usage") as used, used.replying() as reply:
        await reply.status("Thinking…")
        assert [each.thinking for each in desk.said()] == [True]
        await reply.notice("So much.")

    assert desk.discord.calls_to(TYPING) == []


async def test_what_is_asked_again_in_the_thread_is_typed_there(desk: Desk) -> None:
    await desk.spot.ready()
    follow_up = desk.follow_up(await desk.ada.says("And?", desk.thread))

    async with replace(follow_up).replying() as reply:
        await reply.status("Thinking…")
        await until_typing(desk)
        assert desk.thread.typing == ["Parley"]
        await reply.notice("Hello.")
