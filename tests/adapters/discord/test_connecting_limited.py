"""Connecting to Discord, where that takes its time."""

from __future__ import annotations

import time

import pytest
from pydantic import SecretStr

from adapters.connections import opening
from adapters.discord.routes import ME
from adapters.settings import Settings
from bot.store import Store
from simulators.discord import DiscordSimulator, Fault


def settings_of(discord: DiscordSimulator) -> Settings:
    return Settings(
        discord_bot_token=SecretStr(discord.app.token),
        discord_api_url=discord.api_url,
        discord_gateway_url=discord.gateway_url,
    )


async def test_a_discord_that_wants_to_be_asked_later_is_and_nobody_is_told_that_it_is_away(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async with DiscordSimulator() as discord:
        discord.faults = (Fault("busy", ME, times=2, seconds=0.2),)
        began = time.monotonic()

        async with opening(settings_of(discord))(store) as platforms:
            took = time.monotonic() - began

    assert set(platforms) == {"discord"}
    assert took >= 0.4
    assert "cannot be reached" not in capsys.readouterr().err


async def test_a_discord_that_is_away_is_tried_again_and_somebody_is_told(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async with DiscordSimulator() as discord:
        discord.faults = (Fault("error-before", ME),)

        async with opening(settings_of(discord))(store) as platforms:
            pass

    assert set(platforms) == {"discord"}
    assert "Discord cannot be reached" in capsys.readouterr().err
