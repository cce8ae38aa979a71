"""The gateway, with discord.py as it comes from its makers."""

from collections.abc import AsyncIterator
from typing import Any

import discord as library
import pytest
import yarl
from discord.gateway import DiscordWebSocket

from simulators.discord import DiscordSimulator
from tests.simulators.discord_clients import Listening, ListeningShards, intents, started
from tests.simulators.discord_sockets import identified


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        running.guild.channel("general")
        yield running


async def test_discord_py_finds_its_guilds_and_hears_messages(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await discord.guild.person("Ada").mentions("Hello", discord.guild.channel("general"))
        await client.until(lambda: bool(client.heard))

    [guild] = client.guilds
    assert (guild.name, [channel.name for channel in guild.channels]) == ("Acme", ["general"])
    assert guild.me.id == int(discord.app.id)
    [message] = client.heard
    assert isinstance(message.author, library.Member)
    assert (message.author.display_name, message.clean_content) == ("Ada", "@Parley Hello")
    assert (message.channel, message.guild) == (guild.channels[0], guild)


async def test_discord_py_hears_direct_messages(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await discord.guild.person("Ada").writes("Hello")
        await client.until(lambda: bool(client.heard))

    [message] = client.heard
    assert isinstance(message.channel, library.DMChannel)
    assert (message.content, message.guild) == ("Hello", None)


async def test_discord_py_resumes_after_a_cut_and_misses_nothing(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.drop()
        discord.guild.add_channel("missed")
        await client.until(lambda: "resumed" in client.events)
        discord.guild.add_channel("new")
        await client.until(lambda: client.channels_made == ["missed", "new"])

    assert [resumed.replayed for resumed in discord.resumes] == [1]
    assert len(discord.identifies) == 1


async def test_discord_py_resumes_when_it_is_told_to_reconnect(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.reconnect()
        await client.until(lambda: "resumed" in client.events)

    assert discord.closes[0] == 4000
    assert discord.resumes[0].path == "/resume"


@pytest.mark.parametrize("code", [4000, 4008, 1000])
async def test_discord_py_resumes_after_these_codes(discord: DiscordSimulator, code: int) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.close_connections(code)
        await client.until(lambda: "resumed" in client.events)

    assert len(discord.identifies) == 1


async def test_discord_py_resumes_an_invalid_session_that_may_be(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.invalidate(resumable=True)
        await client.until(lambda: "resumed" in client.events)

    assert len(discord.identifies) == 1


@pytest.mark.parametrize("forgotten", [False, True])
async def test_discord_py_begins_anew_when_its_session_is_over(
    discord: DiscordSimulator, *, forgotten: bool
) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        if forgotten:
            discord.end_sessions()
        else:
            discord.invalidate(resumable=False)
        await client.until(lambda: client.events.count("ready") == 2)

    assert len(discord.identifies) == 2
    assert [resumed.replayed for resumed in discord.resumes] == ([None] if forgotten else [])


class Successor(Listening):
    """A client of another process that takes up a session where it was left."""

    def __init__(self, ready: dict[str, Any], seq: int | None) -> None:
        super().__init__(intents=intents())
        self.ready, self.seq = ready, seq

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002 — the library's signature
        self.ws = await DiscordWebSocket.from_client(
            self,
            session=self.ready["session_id"],
            sequence=self.seq,
            gateway=yarl.URL(self.ready["resume_gateway_url"]),
            resume=True,
        )
        while True:
            await self.ws.poll_event()


async def test_another_process_takes_up_the_session_where_it_was_left(discord: DiscordSimulator) -> None:
    general, ada = discord.guild.channel("general"), discord.guild.person("Ada")
    async with identified(discord) as (socket, ready):
        await ada.says("Before", general)
        await socket.event("MESSAGE_CREATE")
        await socket.ws.close(code=4000)
        await discord.until(lambda: not discord.sessions)
    await ada.says("Between", general)
    successor = Successor(ready, socket.seq)

    async with started(discord, successor):
        await successor.until(lambda: bool(successor.heard))
        await ada.says("After", general)
        await successor.until(lambda: len(successor.heard) == 2)

    assert [message.content for message in successor.heard] == ["Between", "After"]
    assert len(discord.identifies) == 1


async def test_discord_py_sends_heartbeats_also_when_it_is_asked(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.ask_for_heartbeats()
        await discord.until(lambda: len(discord.heartbeats) == 2)

    assert discord.heartbeats == [None, 2]


async def test_discord_py_leaves_a_connection_that_has_fallen_silent(discord: DiscordSimulator) -> None:
    discord.speed = 600
    client = Listening(intents=intents(), heartbeat_timeout=0.4)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.speed = 1
        discord.stop_acks(silent=True)
        await client.until(lambda: "resumed" in client.events)

    assert discord.closes[0] == 4000


async def test_discord_py_gives_up_when_it_may_not_have_its_intents(discord: DiscordSimulator) -> None:
    asked = intents()
    asked.members = True
    client = Listening(intents=asked)
    async with started(discord, client) as running:
        with pytest.raises(library.PrivilegedIntentsRequired):
            await running

    assert discord.identifies[0].session == ""


async def test_discord_py_gives_up_when_its_token_is_reset(discord: DiscordSimulator) -> None:
    discord.limits = True
    discord.starts.total = 1
    client = Listening(intents=intents())
    async with started(discord, client) as running:
        await client.until(lambda: "ready" in client.events)
        discord.end_sessions()

        with pytest.raises(library.ConnectionClosed) as closed:
            await running

    assert closed.value.code == 4004


async def test_discord_py_tries_again_when_the_gateway_is_away(discord: DiscordSimulator) -> None:
    client = Listening(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        discord.refuse_connections(1)
        discord.drop()
        await client.until(lambda: "resumed" in client.events)

    assert len(discord.identifies) == 1


async def test_discord_py_runs_as_many_shards_as_it_is_told(discord: DiscordSimulator) -> None:
    for name in ("Other", "Third", "Fourth", "Fifth"):
        discord.add_guild(name)
    client = ListeningShards(intents=intents(), shard_count=2)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        await discord.guild.person("Ada").writes("Hello")
        await client.until(lambda: bool(client.heard))

    assert sorted(session.shard or () for session in discord.identifies) == [(0, 2), (1, 2)]
    assert len(client.guilds) == 5
    assert len(client.heard) == 1


async def test_discord_py_asks_how_many_shards_it_should_have(discord: DiscordSimulator) -> None:
    client = ListeningShards(intents=intents())
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)

    assert [session.shard for session in discord.identifies] == [(0, 1)]
    assert discord.calls_to("GET /gateway/bot")


async def test_discord_py_gets_the_members_that_it_asks_for(discord: DiscordSimulator) -> None:
    discord.app.members = True
    for name in ("Ada", "Bob", "Eve"):
        discord.guild.person(name)
    asked = intents()
    asked.members = True
    client = Listening(intents=asked)
    async with started(discord, client):
        await client.until(lambda: "ready" in client.events)
        [found] = await client.guilds[0].query_members("bo")

    assert sorted(member.display_name for member in client.guilds[0].members) == [
        "Ada",
        "Bob",
        "Eve",
        "Parley",
    ]
    assert found.display_name == "Bob"
