"""Connecting to Discord: what an operator reads where that fails, or brings less than it could."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.connections import opening
from adapters.platforms import Platform
from adapters.settings import Settings, SettingsError
from bot.messages import IncomingMessage
from bot.store import Store, open_store
from simulators.discord import DiscordSimulator
from tests.adapters.test_command_line import parley
from tests.conftest import running_valkey


def settings_of(discord: DiscordSimulator, **changes: Any) -> Settings:
    """Settings with which everything works."""
    given: dict[str, Any] = {
        "discord_bot_token": SecretStr(discord.app.token),
        "discord_api_url": discord.api_url,
        "discord_gateway_url": discord.gateway_url,
    }
    return Settings(**{**given, **changes})


async def refusal_of(store: Store, settings: Settings) -> str:
    """Why nothing is connected."""
    with pytest.raises(SettingsError) as refused:
        async with opening(settings)(store):
            pass
    return str(refused.value)


async def hears_nothing(message: IncomingMessage) -> None:
    """Take in nothing."""
    del message


async def listen(platform: Platform) -> str:
    """Why it does not listen any more."""
    with pytest.raises(SettingsError) as refused:
        async with asyncio.timeout(20):
            await platform.listen(hears_nothing)
    return str(refused.value)


async def until_refused(
    store: Store, discord: DiscordSimulator, change: Callable[[], None], **settings: Any
) -> str:
    """Why Discord lets nobody listen, if something changes after it was asked who the bot is."""
    async with opening(settings_of(discord, **settings))(store) as platforms:
        change()
        return await listen(platforms["discord"])


async def test_a_token_that_discord_does_not_know_is_named_with_the_place_of_the_right_one(
    store: Store,
) -> None:
    async with DiscordSimulator() as discord:
        told = await refusal_of(store, settings_of(discord, discord_bot_token=SecretStr("wrong")))

    assert told.startswith("Discord refuses DISCORD_BOT_TOKEN")
    assert "Reset Token" in told


async def test_an_address_at_which_nobody_is_discord_is_named_and_not_the_token(store: Store) -> None:
    async with DiscordSimulator() as discord:
        elsewhere = discord.api_url.removesuffix("/api/v10")
        told = await refusal_of(store, settings_of(discord, discord_api_url=elsewhere))

    assert told.startswith(f"DISCORD_API_URL is {elsewhere}, but nobody there speaks as Discord does")


async def test_what_does_not_work_without_the_intent_is_told_once(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        DiscordSimulator(message_content=False) as discord,
        opening(settings_of(discord))(store) as platforms,
    ):
        assert list(platforms) == ["discord"]

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("parley: Parley may not read messages that do not mention it")
    assert f"https://discord.com/developers/applications/{discord.app.id}/bot" in line


async def test_an_intent_that_is_taken_away_is_named(store: Store) -> None:
    async with DiscordSimulator() as discord:

        def forbid() -> None:
            discord.app.message_content = False

        told = await until_refused(store, discord, forbid)

    assert "switch on Message Content Intent" in told
    assert discord.app.id in told


async def test_a_token_that_is_reset_is_named(store: Store) -> None:
    async with DiscordSimulator() as discord:

        def reset() -> None:
            discord.app.token = "another"

        told = await until_refused(store, discord, reset)

    assert "DISCORD_BOT_TOKEN" in told


async def test_too_few_shards_are_named(store: Store) -> None:
    async with DiscordSimulator() as discord:
        discord.grow(2_600, channels=1)

        told = await until_refused(store, discord, lambda: None, discord_shards=1)

    assert "set DISCORD_SHARDS higher" in told


async def test_who_leaves_while_it_begins_to_listen_leaves_nothing_behind(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with (
            DiscordSimulator() as discord,
            open_store(url) as store,
            opening(settings_of(discord))(store) as platforms,
        ):
            listening = asyncio.create_task(platforms["discord"].listen(hears_nothing))
            await discord.until(lambda: bool(discord.identifies))
            server.send_signal(signal.SIGSTOP)  # so that it does not get on
            _, waits = await asyncio.wait([listening], timeout=0.2)
            beating = beats()

            listening.cancel()
            await asyncio.sleep(0)
            server.send_signal(signal.SIGCONT)
            await asyncio.wait([listening])

    assert waits
    assert beating
    assert all(task.done() for task in beating)


def beats() -> list[asyncio.Task[Any]]:
    """What sends heartbeats."""
    return [task for task in asyncio.all_tasks() if "Heart" in repr(task.get_coro())]


async def test_one_who_runs_it_reads_one_line(tmp_path: Path) -> None:
    run: Callable[..., Awaitable[Any]] = asyncio.to_thread
    async with DiscordSimulator() as discord:
        done = await run(
            parley,
            tmp_path,
            "run",
            DISCORD_BOT_TOKEN="wrong",
            DISCORD_API_URL=discord.api_url,
            MODEL="demo",
        )

    told = [line for line in done.stderr.splitlines() if line.startswith("parley:")]
    assert done.returncode == 78
    assert len(told) == 1
    assert "DISCORD_BOT_TOKEN" in told[0]
    assert "Traceback" not in done.stderr
