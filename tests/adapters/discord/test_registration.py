"""The commands that Discord offers: registered at the start, where they are not there already."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.discord.payloads.menus import ASK, SUMMARIZE
from adapters.discord.rest.rest import Rest, open_rest
from adapters.discord.routes import COMMANDS, REGISTER
from adapters.discord.surfaces.registration import commands, registered
from bot.commands.declarations import COMMANDS as DECLARED
from bot.store import Store
from simulators.discord import DiscordSimulator, Fault
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_server, open_service

NEVER_ASKED: Mapping[str, Any] = {"name": "old", "description": "Of an earlier version"}


@asynccontextmanager
async def at_discord() -> AsyncIterator[tuple[DiscordSimulator, Rest]]:
    """Discord, and a way to ask it."""
    async with DiscordSimulator() as discord, open_rest(discord.api_url, discord.app.token) as rest:
        yield discord, rest


async def there(discord: DiscordSimulator, rest: Rest) -> list[dict[str, Any]]:
    """The commands that Discord has."""
    found: list[dict[str, Any]] = await rest.ask(COMMANDS, discord.app.id)
    return found


async def test_all_commands_and_both_menus_are_registered(club: Club) -> None:
    [put] = club.discord.calls_to(REGISTER)

    names = [(each["type"], each["name"]) for each in put.body]
    assert names == [(1, command.name) for command in DECLARED] + [(3, SUMMARIZE), (3, ASK)]


async def test_a_second_start_registers_nothing(valkey: str, store: Store) -> None:
    del store
    async with open_server() as club:
        for _ in range(2):
            async with open_service(club, valkey):
                asked = await club.ada.mentions("Hello", club.general)
                await club.until_answered(asked, answer_to("Hello"))

        assert len(club.discord.calls_to(COMMANDS)) == 2
        assert len(club.discord.calls_to(REGISTER)) == 1


async def test_what_discord_adds_of_its_own_makes_no_difference() -> None:
    async with at_discord() as (discord, rest):
        await registered(rest, discord.app.id)
        added = {name for each in await there(discord, rest) for name in each}

        assert {"version", "nsfw", "default_member_permissions", "application_id", "id"} <= added
        assert not await registered(rest, discord.app.id)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Something else"},
        {"contexts": [0]},
        {"options": []},
    ],
)
async def test_a_command_that_somebody_changed_is_put_right(change: dict[str, Any]) -> None:
    async with at_discord() as (discord, rest):
        await registered(rest, discord.app.id)
        ask = next(each for each in await there(discord, rest) if each["name"] == "ask")
        await rest.ask("PATCH /applications/{}/commands/{}", discord.app.id, ask["id"], json=change)

        assert await registered(rest, discord.app.id)
        assert not await registered(rest, discord.app.id)


async def test_a_command_that_somebody_deleted_is_there_again() -> None:
    async with at_discord() as (discord, rest):
        await registered(rest, discord.app.id)
        gone = (await there(discord, rest))[0]
        await rest.ask("DELETE /applications/{}/commands/{}", discord.app.id, gone["id"])

        assert await registered(rest, discord.app.id)
        assert gone["name"] in [each["name"] for each in await there(discord, rest)]


async def test_a_command_of_an_earlier_version_goes() -> None:
    async with at_discord() as (discord, rest):
        await rest.ask(REGISTER, discord.app.id, json=[NEVER_ASKED])

        assert await registered(rest, discord.app.id)
        assert "old" not in [each["name"] for each in await there(discord, rest)]


@pytest.mark.parametrize("route", [COMMANDS, REGISTER])
async def test_where_discord_fails_at_first_they_are_registered_later_and_parley_answers_meanwhile(
    valkey: str, store: Store, route: str
) -> None:
    del store
    async with open_server() as club:
        club.discord.faults = (Fault("error-before", route),)
        async with open_service(club, valkey):
            asked = await club.ada.mentions("Hello", club.general)
            await club.until_answered(asked, answer_to("Hello"))
            await club.until(lambda: 200 in [call.status for call in club.discord.calls_to(REGISTER)])

            helped = await club.ada.uses("help", club.general)

    assert helped.responded


async def test_what_discord_refuses_is_not_tried_again(valkey: str, store: Store) -> None:
    del store
    async with open_server() as club:
        club.discord.faults = (Fault("refuse", COMMANDS),)
        async with open_service(club, valkey):
            asked = await club.ada.mentions("Hello", club.general)
            await club.until_answered(asked, answer_to("Hello"))

    assert club.discord.calls_to(REGISTER) == []


def test_what_a_command_names_is_offered_while_it_is_typed() -> None:
    completed = [(" ".join(path), option["name"]) for path, option in options() if option.get("autocomplete")]

    assert completed == [
        ("help", "command"),
        ("persona use", "name"),
        ("persona show", "name"),
        ("persona edit", "name"),
        ("persona delete", "name"),
    ]


def test_what_a_form_asks_for_need_not_be_typed() -> None:
    required = {
        " ".join(path): [option["name"] for each, option in options() if each == path and option["required"]]
        for path, _ in options()
        if path[0] == "persona"
    }

    assert required["persona create"] == []
    assert required["persona edit"] == ["name"]
    assert required["persona use"] == ["name"]


def options() -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """All values that commands take, behind the names of their commands."""
    found: list[tuple[tuple[str, ...], dict[str, Any]]] = []
    for command in commands():
        for option in command.get("options", ()):
            if option["type"] == 1:
                found += [((command["name"], option["name"]), each) for each in option["options"]]
            else:
                found.append(((command["name"],), option))
    return found
