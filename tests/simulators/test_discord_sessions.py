"""Sessions of the gateway, by hand: how they begin, go on and end."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulators.discord import DiscordSimulator
from tests.simulators.discord_sockets import identified, opened


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        yield running


async def test_a_connection_begins_with_how_often_it_wants_heartbeats(discord: DiscordSimulator) -> None:
    async with opened(discord) as socket:
        hello = await socket.read()

    assert (hello["op"], hello["s"], hello["t"]) == (10, None, None)
    assert hello["d"]["heartbeat_interval"] == 41_250


async def test_a_session_begins_with_guilds_that_come_one_after_the_other(discord: DiscordSimulator) -> None:
    discord.guild.channel("general")
    discord.add_guild("Without the app", installed=False)

    async with identified(discord) as (socket, ready):
        created = await socket.event("GUILD_CREATE")

    assert ready["v"] == 10
    assert ready["guilds"] == [{"id": discord.guild.id, "unavailable": True}]
    assert ready["user"]["id"] == ready["application"]["id"] == discord.app.id
    assert ready["application"]["flags"] == 1 << 19
    assert ready["resume_gateway_url"].endswith("/resume")
    assert "shard" not in ready
    assert (created["name"], created["unavailable"], created["member_count"]) == ("Acme", False, 1)
    assert [channel["name"] for channel in created["channels"]] == ["general"]
    assert socket.seq == 2


async def test_heartbeats_are_acknowledged_before_and_in_a_session(discord: DiscordSimulator) -> None:
    async with opened(discord) as socket:
        await socket.send(1)
        first = await socket.op(11)
        await socket.identify(discord.app.token)
        await socket.event("READY")
        await socket.send(1, socket.seq)

        second = await socket.op(11)

    assert first == second == {"t": None, "s": None, "op": 11, "d": None}


async def test_a_heartbeat_may_be_asked_for(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _):
        discord.ask_for_heartbeats()

        assert (await socket.op(1))["d"] is None


async def test_who_sends_no_heartbeats_is_closed_and_may_resume(discord: DiscordSimulator) -> None:
    discord.platform.clock.shortest, discord.speed = 0.02, 3600
    async with identified(discord) as (socket, ready):
        code = await socket.closed()

    discord.platform.clock.shortest = 5
    async with opened(discord, url=ready["resume_gateway_url"]) as again:
        await again.resume(discord.app.token, ready["session_id"], socket.seq)
        await again.event("RESUMED")

    assert code == 4000


async def test_a_session_that_is_resumed_is_told_what_it_missed_in_order(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.event("GUILD_CREATE")
        seen = socket.seq
        discord.guild.add_channel("unread")
        discord.drop()
        await discord.until(lambda: not discord.sessions)
    discord.guild.add_channel("missed")

    async with opened(discord, url=ready["resume_gateway_url"]) as again:
        await again.resume(discord.app.token, ready["session_id"], seen)
        told = [await again.event("CHANNEL_CREATE") for _ in range(2)]
        await again.event("RESUMED")
        discord.guild.add_channel("new")
        told.append(await again.event("CHANNEL_CREATE"))

    assert [channel["name"] for channel in told] == ["unread", "missed", "new"]
    assert again.seq == 6
    [resumed] = discord.resumes
    assert (resumed.path, resumed.seq, resumed.replayed) == ("/resume", 2, 2)


@pytest.mark.parametrize("code", [1000, 1001])
async def test_an_app_that_says_goodbye_ends_its_session(discord: DiscordSimulator, code: int) -> None:
    async with identified(discord) as (socket, ready):
        await socket.ws.close(code=code)
        await discord.until(lambda: discord.closes == [code])

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        answer = await again.op(9)

    assert answer["d"] is False
    assert discord.resumes[0].replayed is None


async def test_with_another_code_a_session_is_kept_for_a_while(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.ws.close(code=4000)
        await discord.until(lambda: discord.closes == [4000])

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        await again.event("RESUMED")


async def test_a_session_that_was_away_for_too_long_is_forgotten(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.ws.close(code=4000)
        await discord.until(lambda: discord.closes == [4000])
    discord.platform.clock.shortest, discord.speed = 0, 10_000
    await discord.platform.clock.sleep(91)
    discord.speed = 1

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)

        assert (await again.op(9))["d"] is False


async def test_an_app_whose_session_is_unknown_identifies_on_the_same_connection(
    discord: DiscordSimulator,
) -> None:
    async with opened(discord) as socket:
        await socket.resume(discord.app.token, "unknown", 3)
        await socket.op(9)
        await socket.identify(discord.app.token)

        ready = await socket.event("READY")

    assert ready["session_id"] == discord.identifies[0].session


async def test_a_client_that_was_cut_off_before_its_session_began_is_told_to_begin(
    discord: DiscordSimulator,
) -> None:
    async with opened(discord) as socket:
        await socket.resume(discord.app.token, None, None)

        assert (await socket.op(9))["d"] is False


async def test_who_is_told_to_reconnect_resumes(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        discord.reconnect()
        await socket.op(7)
        discord.speed = 100
        code = await socket.closed()

    async with opened(discord, url=ready["resume_gateway_url"]) as again:
        await again.resume(discord.app.token, ready["session_id"], socket.seq)
        await again.event("RESUMED")

    assert code == 4000


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_told_nothing_more_and_resumed_if_it_may_be(
    discord: DiscordSimulator, *, resumable: bool
) -> None:
    async with identified(discord) as (socket, ready):
        await socket.event("GUILD_CREATE")
        discord.invalidate(resumable=resumable)
        discord.guild.add_channel("missed")
        first = await socket.read()

        await socket.resume(discord.app.token, ready["session_id"], socket.seq)
        second = await socket.read()

    assert (first["op"], first["d"]) == (9, resumable)
    assert (second["t"], second["d"] is False) == (("CHANNEL_CREATE", False) if resumable else (None, True))


async def test_sessions_that_are_forgotten_cannot_be_resumed(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        discord.end_sessions()
        code = await socket.closed()

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        answer = await again.op(9)

    assert (code, answer["d"]) == (4009, False)


async def test_a_session_that_is_resumed_elsewhere_leaves_its_connection(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready), opened(discord) as other:
        await other.resume(discord.app.token, ready["session_id"], 1)
        await other.event("RESUMED")

        assert await socket.closed() == 4000
        assert [session.id for session in discord.sessions] == [ready["session_id"]]


async def test_two_sessions_of_one_shard_are_both_told_everything(discord: DiscordSimulator) -> None:
    async with identified(discord) as (first, _), identified(discord) as (second, _):
        discord.guild.add_channel("news")

        told = [await first.event("CHANNEL_CREATE"), await second.event("CHANNEL_CREATE")]

    assert told[0] == told[1]
    assert len({each.session for each in discord.identifies}) == 2


async def test_acknowledgements_may_stop_on_the_connections_that_there_are(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _), opened(discord) as other:
        discord.stop_acks()
        await socket.send(1)
        discord.guild.add_channel("news")
        await socket.event("CHANNEL_CREATE")
        discord.guild.add_channel("last")
        after = await socket.read()
        async with opened(discord) as new:
            await new.send(1)
            await new.op(11)

    assert after["t"] == "CHANNEL_CREATE"
    assert other.seq is None


async def test_a_connection_may_fall_silent(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.event("GUILD_CREATE")
        discord.stop_acks(silent=True)
        discord.guild.add_channel("unheard")
        async with opened(discord) as again:
            await again.resume(discord.app.token, ready["session_id"], socket.seq)

            assert (await again.event("CHANNEL_CREATE"))["name"] == "unheard"


async def test_a_guild_that_is_down_is_not_left(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _):
        discord.take_down(discord.guild)
        deleted = await socket.event("GUILD_DELETE")
        discord.guild.add_channel("unheard")
        async with identified(discord) as (_, ready):
            discord.bring_back(discord.guild)
        created = await socket.read()

    assert deleted == {"id": discord.guild.id, "unavailable": True}
    assert ready["guilds"] == [deleted]
    assert (created["t"], created["d"]["channels"][0]["name"]) == ("GUILD_CREATE", "unheard")


async def test_connections_may_be_refused(discord: DiscordSimulator) -> None:
    discord.refuse_connections(1)

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with opened(discord):
            pass
    async with opened(discord) as socket:
        await socket.op(10)

    assert refused.value.status == 503


@pytest.mark.parametrize("query", ["v=10&encoding=json&compress=zlib-stream", "v=9&compress=zlib-stream"])
async def test_a_compressed_connection_is_one_stream(discord: DiscordSimulator, query: str) -> None:
    async with opened(discord, query) as socket:
        await socket.op(10)
        await socket.identify(discord.app.token)

        created = await socket.event("GUILD_CREATE")

    assert created["id"] == discord.guild.id


async def test_large_payloads_are_compressed_for_those_who_say_that_they_may_be(
    discord: DiscordSimulator,
) -> None:
    async with opened(discord) as socket:
        await socket.op(10)
        await socket.identify(discord.app.token, compress=True)
        ready = await socket.event("READY")
        message = await socket.ws.receive()

    assert ready["session_id"]
    assert message.type is aiohttp.WSMsgType.BINARY
