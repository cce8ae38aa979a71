"""What sessions are told, by their intents and by what the app may read."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulators.discord import DiscordSimulator
from simulators.discord_api.gateway.contents import without_content, without_others
from simulators.discord_api.gateway.intents import wanted
from tests.simulators.discord_sockets import WITHOUT_CONTENT, identified

GUILDS, MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1 << 0, 1 << 1, 1 << 9, 1 << 12, 1 << 15
HIDDEN = {"content": "", "embeds": [], "attachments": [], "components": []}


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        yield running


@pytest.mark.parametrize(
    ("intents", "event", "in_guild", "told"),
    [
        (GUILD_MESSAGES, "MESSAGE_CREATE", True, True),
        (GUILD_MESSAGES, "MESSAGE_CREATE", False, False),
        (DIRECT_MESSAGES, "MESSAGE_DELETE", False, True),
        (DIRECT_MESSAGES, "MESSAGE_DELETE", True, False),
        (GUILDS, "THREAD_CREATE", True, True),
        (0, "THREAD_CREATE", True, False),
        (0, "INTERACTION_CREATE", True, True),
        (0, "INTERACTION_CREATE", False, True),
        (GUILD_MESSAGES, "TYPING_START", True, False),
        (GUILDS, "GUILD_MEMBER_ADD", True, False),
        (MEMBERS, "GUILD_MEMBER_ADD", True, True),
    ],
)
def test_events_come_to_those_who_asked_for_them(
    intents: int, event: str, *, in_guild: bool, told: bool
) -> None:
    assert wanted(intents, event, {}, bot="1", in_guild=in_guild) is told


def test_what_happens_to_the_app_as_a_member_is_told_without_the_members_intent() -> None:
    assert wanted(0, "GUILD_MEMBER_UPDATE", {"user": {"id": "1"}}, bot="1", in_guild=True)
    assert not wanted(0, "GUILD_MEMBER_UPDATE", {"user": {"id": "2"}}, bot="1", in_guild=True)
    assert wanted(GUILDS, "THREAD_MEMBERS_UPDATE", {"removed_member_ids": ["1"]}, bot="1", in_guild=True)
    joined = {"added_members": [{"user_id": "2"}]}
    assert not wanted(GUILDS, "THREAD_MEMBERS_UPDATE", joined, bot="1", in_guild=True)


def test_what_a_message_forwards_or_answers_is_hidden_with_it() -> None:
    hidden: dict[str, Any] = {"content": "secret", "embeds": [1], "attachments": [2], "components": [3]}
    message: dict[str, Any] = {
        **hidden,
        "author": {"id": "2"},
        "mentions": [],
        "poll": {},
        "message_snapshots": [{"message": {**hidden, "timestamp": "now"}}],
        "referenced_message": {**hidden, "author": {"id": "1"}},
    }

    seen = without_content(message, "1")

    assert seen["message_snapshots"] == [{"message": {**HIDDEN, "timestamp": "now"}}]
    assert seen["referenced_message"]["content"] == "secret"
    assert {name: seen[name] for name in HIDDEN} == HIDDEN
    assert "poll" not in seen


def test_an_update_that_says_little_is_not_made_to_say_more() -> None:
    assert without_content({"id": "5", "content": "secret"}, "1") == {"id": "5", "content": ""}


def test_of_those_who_join_a_thread_an_app_hears_only_of_itself() -> None:
    update = {"id": "5", "member_count": 2, "added_members": [{"user_id": "1"}, {"user_id": "2"}]}

    assert without_others(update, "1") == {**update, "added_members": [{"user_id": "1"}]}


async def test_without_the_intent_an_app_reads_only_what_concerns_it(discord: DiscordSimulator) -> None:
    general = discord.guild.channel("general")
    ada = discord.guild.person("Ada")
    async with identified(discord, WITHOUT_CONTENT) as (socket, _):
        await ada.says("Not for you", general)
        await ada.mentions("For you", general)
        await ada.writes("Only for you")

        told = [(await socket.event("MESSAGE_CREATE"))["content"] for _ in range(3)]

    assert told == ["", f"<@{discord.app.id}> For you", "Only for you"]


async def test_with_the_intent_an_app_reads_everything(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _):
        await discord.guild.person("Ada").says("Hello", discord.guild.channel("general"))

        message = await socket.event("MESSAGE_CREATE")

    assert (message["content"], message["guild_id"]) == ("Hello", discord.guild.id)


async def test_an_edit_is_hidden_like_the_message(discord: DiscordSimulator) -> None:
    general = discord.guild.channel("general")
    ada = discord.guild.person("Ada")
    message = await ada.says("Hello", general)
    async with identified(discord, WITHOUT_CONTENT) as (socket, _):
        await ada.edits(message, general, "Secret")
        await ada.edits(message, general, f"Hey <@{discord.app.id}>")

        told = [(await socket.event("MESSAGE_UPDATE"))["content"] for _ in range(2)]

    assert told == ["", f"Hey <@{discord.app.id}>"]


async def test_guilds_come_only_to_those_who_want_them(discord: DiscordSimulator) -> None:
    async with identified(discord, GUILD_MESSAGES) as (socket, ready):
        discord.add_guild("Other")
        await discord.guild.person("Ada").says("Hello", discord.guild.channel("general"))

        first = await socket.read()

    assert ready["guilds"] == [{"id": discord.guild.id, "unavailable": True}]
    assert first["t"] == "MESSAGE_CREATE"


async def test_the_app_hears_when_it_is_let_in_and_thrown_out(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _):
        await socket.event("GUILD_CREATE")
        other = discord.add_guild("Other")
        created = await socket.event("GUILD_CREATE")
        other.remove_app()
        deleted = await socket.event("GUILD_DELETE")

    assert created["name"] == "Other"
    assert deleted["id"] == other.id
    assert "unavailable" not in deleted
