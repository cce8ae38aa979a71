"""A server takes the app away: nothing of it stays, nothing of others goes, and it may come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.hearing.departures import has_left, shard_of
from adapters.discord.places import tenant_of
from adapters.discord.rest.rest import open_rest
from adapters.discord.routes import GUILD
from bot.errors import PlatformRefused, PlatformUnclear
from bot.keys import PURGES, attended_key, escaped
from bot.purge import Purges
from bot.store import Store
from simulators.discord import DiscordSimulator, Fault, Guild
from tests.adapters.answering import answer_to
from tests.adapters.discord.absence import at_work, away, until_filled
from tests.adapters.discord.club import Club, open_server


@pytest.fixture
async def club(store: Store) -> AsyncIterator[Club]:
    """A server, in which Parley does not listen yet."""
    del store
    async with open_server() as opened:
        yield opened


async def kept_of(store: Store, guild: Guild) -> set[str]:
    """All that names a server, but the marks of its messages."""
    tenant = tenant_of(guild.id, "")
    names = [key async for key in store.keys("parley:*") if escaped(tenant) in key and ":mark:" not in key]
    if await store.do("HEXISTS", PURGES, tenant):
        names.append(PURGES)
    names += [
        key
        async for key in store.keys(attended_key("discord*"))
        if await store.do("ZSCORE", key, tenant) is not None
    ]
    return set(names)


async def until_forgotten(store: Store, guild: Guild) -> None:
    """Return once nothing is kept of a server but marks, and that it is to be looked at again."""
    async with asyncio.timeout(15):
        while not await kept_of(store, guild) <= {PURGES}:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)


async def lives(club: Club, guild: Guild) -> None:
    """Leave behind what people leave behind."""
    general = guild.channel("general")
    asked = await guild.person("Ada").mentions("What do you know?", general)
    await club.until(lambda: general.thread_of(asked) is not None)
    thread = general.thread_of(asked)
    assert thread
    await club.until_said(thread, answer_to("What do you know?"))
    await guild.person("Ada").says("!persona create pirate You are a pirate.", thread)
    await club.until_said(thread, "pirate")


async def until_noted(store: Store, guild: Guild) -> None:
    """Return once it is known where to look after a gap."""
    async with asyncio.timeout(15):
        while not any(":attended" in key for key in await kept_of(store, guild)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_of_a_server_that_takes_the_app_away_only_marks_stay(
    club: Club, valkey: str, store: Store
) -> None:
    other = club.discord.add_guild("Other")
    async with at_work(club, valkey):
        await lives(club, club.guild)
        await lives(club, other)
        await until_noted(store, club.guild)
        await until_noted(store, other)
        others = await kept_of(store, other)

        club.guild.remove_app()
        await until_forgotten(store, club.guild)

        assert await kept_of(store, other) >= others
        asked = await other.person("Ada").mentions("Still there?", other.channel("general"))
        await club.until(lambda: other.channel("general").thread_of(asked) is not None)


async def test_a_server_that_has_left_meanwhile_is_noticed_when_a_session_begins(
    club: Club, valkey: str, store: Store
) -> None:
    other = club.discord.add_guild("Other")
    async with at_work(club, valkey):
        await lives(club, club.guild)
        await lives(club, other)
        await until_noted(store, club.guild)
        await until_noted(store, other)
    await away(club, store)
    club.guild.remove_app()
    others = await kept_of(store, other)

    async with at_work(club, valkey):
        await until_forgotten(store, club.guild)
        await until_filled(club, store)

    assert await kept_of(store, other) >= others


async def test_a_server_with_an_outage_is_not_forgotten(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        await lives(club, club.guild)
        await until_noted(store, club.guild)
        club.discord.take_down(club.guild)
        await club.ada.writes("Hello")
        await club.until_said(club.ada.dm, answer_to("Hello"))
        before = await kept_of(store, club.guild)
    await away(club, store)

    async with at_work(club, valkey):
        await until_filled(club, store)

    assert await kept_of(store, club.guild) >= before
    assert not await store.do("EXISTS", PURGES)


async def test_a_server_that_comes_back_begins_anew(club: Club, valkey: str, store: Store) -> None:
    async with at_work(club, valkey):
        await lives(club, club.guild)
        club.guild.remove_app()
        await until_forgotten(store, club.guild)

        club.guild.add_app()
        asked = await club.ada.mentions("And now?", club.general)
        await club.until_answered(asked, answer_to("And now?"))

    assert "What do you know?" not in str(club.model.requests_to("chat")[-1].body)


async def test_one_that_is_back_before_it_was_forgotten_keeps_all(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        await lives(club, club.guild)
        await until_noted(store, club.guild)
        before = await kept_of(store, club.guild)
    await Purges(store).want(tenant_of(club.guild.id, ""))

    async with at_work(club, valkey), asyncio.timeout(10):
        while await store.do("EXISTS", PURGES):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    assert await kept_of(store, club.guild) >= before


async def test_as_long_as_discord_does_not_say_so_nothing_is_deleted(
    club: Club, valkey: str, store: Store
) -> None:
    async with at_work(club, valkey):
        await lives(club, club.guild)
        club.discord.faults = (Fault("error-before", GUILD, times=2, status=503),)

        club.guild.remove_app()
        await club.until(lambda: len(club.discord.calls_to(GUILD)) == 2)

        assert any(":history:" in key for key in await kept_of(store, club.guild))
        await until_forgotten(store, club.guild)


async def test_whether_a_server_has_left_is_asked_of_discord() -> None:
    async with DiscordSimulator() as discord, open_rest(discord.api_url, discord.app.token) as rest:
        here = tenant_of(discord.guild.id, "")

        assert not await has_left(rest, here)
        assert not await has_left(rest, "discord:@1")
        discord.faults = (Fault("drop-before", GUILD, times=2),)
        with pytest.raises(PlatformUnclear):
            await has_left(rest, here)
        discord.faults = (Fault("refuse", GUILD, status=403, error="50013"),)
        with pytest.raises(PlatformRefused):
            await has_left(rest, here)
        discord.guild.remove_app()
        assert await has_left(rest, here)


def test_a_server_belongs_to_one_shard() -> None:
    assert shard_of("197038439483310086", 1) == 0
    assert shard_of("197038439483310086", 4) == (197038439483310086 >> 22) % 4
