"""The addresses at which commands are answered: Slack's alone, and only as long as they work."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.places import Place
from adapters.slack.replies.tickets import LIFETIME, answered_at
from bot.errors import PlatformRefused
from bot.store import Store
from tests.adapters.slack.desk import Desk, open_desk


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A workspace in which nobody listens."""
    async with open_desk(store) as opened:
        yield opened


async def place(desk: Desk, age: float) -> Place:
    """Where a command is answered that was typed so many seconds ago."""
    desk.slack.speed = 1_000.0
    reaction = await desk.ada.types("/help", "", desk.general)
    desk.slack.speed = 1.0
    return replace(desk.place, thread=None, ticket=reaction.response_url, at=time.time() - age)


async def test_a_command_is_answered_at_its_address(desk: Desk) -> None:
    posts = replace(desk.posts(), place=await place(desk, LIFETIME - 60))

    await posts.post("m1/0", "Answered.")

    [call] = desk.slack.calls_to("response_url")
    assert call.ok
    assert "Answered." in [each.plain for each in desk.seen()]


async def test_an_address_that_has_expired_is_not_asked(desk: Desk) -> None:
    posts = replace(desk.posts(), place=await place(desk, LIFETIME + 1))

    await posts.post("m1/0", "Answered late.")

    assert desk.slack.calls_to("response_url") == []
    assert "Answered late." in [each.plain for each in desk.seen()]


async def test_an_address_of_somebody_else_is_told_nothing(desk: Desk) -> None:
    foreign = replace(desk.place, ticket="https://hooks.slack.com.evil.example/commands/1")

    with pytest.raises(PlatformRefused, match="not an address of Slack's"):
        await answered_at(foreign, {"text": "Secret"}, desk.workspace.web)
