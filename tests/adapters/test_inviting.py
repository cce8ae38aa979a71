"""`parley invite discord`, as a person runs it."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.routes import permissions
from simulators.discord import DiscordSimulator, Fault
from tests.adapters.test_command_line import parley
from tests.conftest import free_port

ME = "GET /users/@me"


async def invited(
    folder: Path, discord: DiscordSimulator, **changes: str
) -> subprocess.CompletedProcess[str]:
    """What `parley invite discord` says."""
    settings = {"DISCORD_BOT_TOKEN": discord.app.token, "DISCORD_API_URL": discord.api_url} | changes
    return await asyncio.to_thread(parley, folder, "invite", "discord", **settings)


async def test_the_link_lets_the_bot_in_with_what_it_needs(tmp_path: Path) -> None:
    async with DiscordSimulator() as discord:
        done = await invited(tmp_path, discord)

    [line] = done.stdout.splitlines()
    link = urlsplit(line)
    asked = parse_qs(link.query, strict_parsing=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert asked["client_id"] == [discord.app.id]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["permissions"] == [str(permissions())]


async def test_what_it_will_not_see_is_told_beside_the_link(tmp_path: Path) -> None:
    async with DiscordSimulator(message_content=False) as discord:
        done = await invited(tmp_path, discord)

    assert done.returncode == 0
    assert done.stdout.startswith("https://discord.com/oauth2/authorize?")
    assert "Message Content Intent" in done.stderr
    assert f"https://discord.com/developers/applications/{discord.app.id}/bot" in done.stderr


def test_without_a_token_it_says_where_there_is_one(tmp_path: Path) -> None:
    done = parley(tmp_path, "invite", "discord")

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("parley: DISCORD_BOT_TOKEN is missing")
    assert len(done.stderr.splitlines()) == 1


async def test_a_wrong_token_is_named(tmp_path: Path) -> None:
    async with DiscordSimulator() as discord:
        done = await invited(tmp_path, discord, DISCORD_BOT_TOKEN="wrong")

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith("parley: Discord refuses DISCORD_BOT_TOKEN")
    assert "Reset Token" in done.stderr
    assert "wrong" not in done.stderr


async def test_where_nobody_is_discord_it_names_the_address(tmp_path: Path) -> None:
    async with DiscordSimulator() as discord:
        elsewhere = discord.api_url.removesuffix("/api/v10")
        done = await invited(tmp_path, discord, DISCORD_API_URL=elsewhere)

    assert (done.returncode, done.stdout) == (78, "")
    assert done.stderr.startswith(f"parley: DISCORD_API_URL is {elsewhere}")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("busy", ME, times=None),
        Fault("error-before", ME, times=None),
        Fault("drop-before", ME, times=None),
    ],
)
async def test_while_discord_is_away_it_may_be_tried_again(tmp_path: Path, fault: Fault) -> None:
    async with DiscordSimulator() as discord:
        discord.faults = (fault,)
        done = await invited(tmp_path, discord)

    assert (done.returncode, done.stdout) == (75, "")
    assert done.stderr.startswith(f"parley: Discord cannot be reached at {discord.api_url}")
    assert len(done.stderr.splitlines()) == 1


def test_where_nobody_listens_it_may_be_tried_again(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/api/v10"

    done = parley(tmp_path, "invite", "discord", DISCORD_BOT_TOKEN="token", DISCORD_API_URL=address)

    assert (done.returncode, done.stdout) == (75, "")
    assert f"at {address}" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_has_help_with_an_example(tmp_path: Path) -> None:
    done = parley(tmp_path, "invite", "discord", "--help")

    assert done.returncode == 0
    assert "Example: parley invite discord" in done.stdout
