"""Guilds, channels, threads and people as discord.py understands what it is told of them."""

from collections.abc import AsyncIterator

import discord as library
import pytest

from simulators.discord import DiscordSimulator
from tests.simulators.discord_clients import Listening, intents, started


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        yield running


@pytest.fixture
def client() -> Listening:
    """A client that is not connected yet."""
    return Listening(intents=intents())


async def test_every_sort_of_channel_is_understood(discord: DiscordSimulator, client: Listening) -> None:
    for name, kind in [("text", 0), ("voice", 2), ("category", 4), ("news", 5), ("stage", 13), ("forum", 15)]:
        discord.guild.add_channel(name, kind)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)

        found = {channel.name: channel.type.name for channel in client.guilds[0].channels}

    assert found == {"stage": "stage_voice"} | {
        name: name for name in ("text", "voice", "category", "news", "forum")
    }


async def test_threads_come_with_their_guild(discord: DiscordSimulator, client: Listening) -> None:
    general = discord.guild.channel("general")
    ada = discord.guild.person("Ada")
    thread = await ada.opens_thread("Lighthouses", general, await ada.says("Look", general))
    await ada.archives(await ada.opens_thread("Old", general))
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        [seen] = client.guilds[0].threads

    assert (seen.id, seen.name, seen.archived) == (int(thread.id), "Lighthouses", False)
    assert seen.parent is not None
    assert (seen.parent.name, seen.owner_id) == ("general", int(ada.id))


async def test_a_thread_is_heard_of_and_what_is_said_in_it(
    discord: DiscordSimulator, client: Listening
) -> None:
    general = discord.guild.channel("general")
    ada = discord.guild.person("Ada")
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        thread = await ada.opens_thread("Lighthouses", general, await ada.says("Look", general))
        await ada.says("Inside", thread)
        await client.until(lambda: any(message.content == "Inside" for message in client.heard))

    message = client.heard[-1]
    assert isinstance(message.channel, library.Thread)
    assert (message.channel.name, message.channel.parent_id) == ("Lighthouses", int(general.id))
    assert "thread_create" in client.events


async def test_a_post_in_a_forum_is_a_thread_with_a_first_message(
    discord: DiscordSimulator, client: Listening
) -> None:
    forum = discord.guild.add_channel("help", 15)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        post = await discord.guild.person("Ada").posts_in(forum, "A question", "Why?")
        await client.until(lambda: bool(client.heard))

    [message] = client.heard
    assert isinstance(message.channel, library.Thread)
    assert message.id == message.channel.id == int(post.id)
    assert (message.channel.name, message.content) == ("A question", "Why?")
    assert isinstance(message.channel.parent, library.ForumChannel)


async def test_a_nick_and_a_role_are_seen(discord: DiscordSimulator, client: Listening) -> None:
    ada = discord.guild.person("Ada")
    discord.guild.call_by(ada, "Countess")
    role = discord.guild.add_role("Keepers", ada)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await ada.says("Hello", discord.guild.channel("general"))
        await client.until(lambda: bool(client.heard))

    author = client.heard[0].author
    assert isinstance(author, library.Member)
    assert (author.display_name, author.name) == ("Countess", "ada")
    assert int(role) in [each.id for each in author.roles]


async def test_what_the_app_may_do_is_known(discord: DiscordSimulator, client: Listening) -> None:
    quiet = discord.guild.channel("quiet")
    quiet.deny("SEND_MESSAGES")
    hidden = discord.guild.channel("hidden")
    hidden.deny("VIEW_CHANNEL")
    discord.guild.channel("general")
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await discord.guild.person("Ada").says("Not for you", hidden)
        await discord.guild.person("Ada").says("For you", quiet)
        await client.until(lambda: bool(client.heard))
        guild = client.guilds[0]
        may = {
            channel.name: channel.permissions_for(guild.me).send_messages for channel in guild.text_channels
        }

    assert may == {"quiet": False, "general": True}
    assert [message.content for message in client.heard] == ["For you"]


async def test_replies_files_edits_and_deletions_are_understood(
    discord: DiscordSimulator, client: Listening
) -> None:
    general = discord.guild.channel("general")
    ada, bob = discord.guild.person("Ada"), discord.guild.person("Bob")
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        first = await ada.says("Hello", general)
        await bob.says("Hi", general, reply_to=first)
        await client.until(lambda: len(client.heard) == 2)
        await ada.edits(first, general, "Hello, all")
        await ada.deletes(first, general)
        await client.until(lambda: "message_delete" in client.events)

    reference = client.heard[1].reference
    assert reference is not None
    assert reference.message_id == int(first)
    assert isinstance(reference.resolved, library.Message)
    assert [user.name for user in client.heard[1].mentions] == ["ada"]
    assert "message_edit" in client.events


async def test_typing_is_heard_of(discord: DiscordSimulator, client: Listening) -> None:
    ada = discord.guild.person("Ada")
    general = discord.guild.channel("general")
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await ada.types(general)

        await client.until(lambda: "typing" in client.events)

    assert general.typing == ["Ada"]


async def test_a_guild_that_goes_down_is_not_left(discord: DiscordSimulator, client: Listening) -> None:
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.take_down(discord.guild)
        await client.until(lambda: "guild_unavailable" in client.events)
        discord.bring_back(discord.guild)
        await client.until(lambda: client.events.count("guild_available") == 2)
        discord.guild.remove_app()
        await client.until(lambda: "guild_remove" in client.events)

    assert client.events.count("guild_remove") == 1


async def test_a_thousand_guilds_are_known(discord: DiscordSimulator, client: Listening) -> None:
    discord.grow(1000)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)

        assert len(client.guilds) == 1001
        assert len(list(client.get_all_channels())) == 20_000
