"""How often sessions may be begun, and by which shards."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from simulators.discord import DiscordSimulator, Guild
from tests.simulators.discord_sockets import identified, opened


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


def shard_of(guild: Guild) -> int:
    """Which of two shards has it."""
    return (int(guild.id) >> 22) % 2


async def gateway_bot(discord: DiscordSimulator) -> dict[str, Any]:
    headers = {"Authorization": f"Bot {discord.app.token}", "User-Agent": "DiscordBot (test, 1)"}
    async with aiohttp.ClientSession() as session:
        answer = await session.get(f"{discord.api_url}/gateway/bot", headers=headers)
        told: dict[str, Any] = await answer.json()
        return told


async def test_an_app_is_told_where_the_gateway_is_and_what_it_may_do(discord: DiscordSimulator) -> None:
    told = await gateway_bot(discord)

    assert (told["url"], told["shards"]) == (discord.gateway_url, 1)
    assert told["session_start_limit"] == {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 0,
        "max_concurrency": 1,
    }


async def test_everybody_may_know_where_the_gateway_is(discord: DiscordSimulator) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.get(
            f"{discord.api_url}/gateway", headers={"User-Agent": "DiscordBot (test, 1)"}
        )
        refused = await session.get(
            f"{discord.api_url}/gateway/bot", headers={"User-Agent": "DiscordBot (test, 1)"}
        )
        told = await answer.json()

    assert told == {"url": discord.gateway_url}
    assert refused.status == 401


async def test_a_shard_is_recommended_for_a_thousand_guilds(discord: DiscordSimulator) -> None:
    discord.grow(1000)

    assert (await gateway_bot(discord))["shards"] == 2


async def test_identifies_are_counted_by_the_day_and_resumes_are_not(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.ws.close(code=4000)
        await discord.until(lambda: not discord.sessions)
    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        await again.event("RESUMED")

    limit = (await gateway_bot(discord))["session_start_limit"]

    assert limit["remaining"] == 999
    assert 86_000_000 < limit["reset_after"] <= 86_400_000


async def test_the_next_day_counts_anew(discord: DiscordSimulator) -> None:
    async with identified(discord):
        pass
    discord.speed = 1_000_000
    await discord.platform.clock.sleep(86_400)
    discord.speed = 1

    assert (await gateway_bot(discord))["session_start_limit"]["remaining"] == 1000


async def test_identifies_that_come_too_fast_are_told_to_wait(discord: DiscordSimulator) -> None:
    async with identified(discord), opened(discord) as socket:
        await socket.identify(discord.app.token)
        answer = await socket.op(9)
        discord.platform.clock.shortest, discord.speed = 5, 1000
        await discord.platform.clock.sleep(5)

        await socket.identify(discord.app.token)
        await socket.event("READY")

    assert answer["d"] is False
    assert [bool(each.session) for each in discord.identifies] == [True, False, True]


async def test_sessions_with_other_numbers_of_shards_may_live_side_by_side(discord: DiscordSimulator) -> None:
    discord.limits = False
    ada = discord.guild.person("Ada")
    number = (int(discord.guild.id) >> 22) % 3
    async with identified(discord) as (alone, _), identified(discord, shard=[number, 3]) as (third, _):
        await ada.says("Hello", discord.guild.channel("general"))

        told = [await alone.event("MESSAGE_CREATE"), await third.event("MESSAGE_CREATE")]

    assert told[0] == told[1]


async def test_shards_with_different_keys_may_begin_at_once(discord: DiscordSimulator) -> None:
    discord.starts.max_concurrency = 2

    async with identified(discord, shard=[0, 4]), identified(discord, shard=[1, 4]), opened(discord) as third:
        await third.identify(discord.app.token, shard=[2, 4])
        answer = await third.op(9)

    assert answer["d"] is False


async def test_who_begins_more_sessions_than_a_day_has_loses_all_and_the_token(
    discord: DiscordSimulator,
) -> None:
    discord.starts.total = 1
    token = discord.app.token
    async with identified(discord) as (socket, _), opened(discord) as second:
        await second.identify(token)

        assert await second.closed() == 4004
        assert await socket.closed() == 4004
    assert discord.app.token != token


async def test_each_shard_has_its_guilds_and_the_first_has_direct_messages(discord: DiscordSimulator) -> None:
    discord.limits = False
    of = {shard_of(discord.guild): discord.guild}
    while len(of) < 2:
        other = discord.add_guild("Other")
        of[shard_of(other)] = other
    ada = discord.guild.person("Ada")
    async with (
        identified(discord, shard=[0, 2]) as (first, zero),
        identified(discord, shard=[1, 2]) as (second, one),
    ):
        await ada.writes("Hello")
        await ada.says("Hi", of[1].channel("general"))

        direct, spoken = await first.event("MESSAGE_CREATE"), await second.event("MESSAGE_CREATE")

    assert (zero["shard"], one["shard"]) == ([0, 2], [1, 2])
    assert of[0].id in [guild["id"] for guild in zero["guilds"]]
    assert of[1].id in [guild["id"] for guild in one["guilds"]]
    assert (direct["content"], spoken["content"]) == ("Hello", "Hi")
    assert "guild_id" not in direct
