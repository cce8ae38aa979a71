"""A Redis that answers nobody: who uses something is told so in time, however much waits already."""

from __future__ import annotations

import signal
from pathlib import Path

from adapters.discord.hearing.interactions import UNSURE
from adapters.discord.hearing.lines import Bounds
from tests.adapters.discord.club import open_club
from tests.conftest import running_valkey


async def test_a_command_is_answered_while_more_channels_wait_than_may_at_once(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with open_club(url) as club:
            channels = [club.guild.channel(f"room-{number}") for number in range(Bounds().at_once + 1)]
            await club.ada.uses("usage", club.general)
            server.send_signal(signal.SIGSTOP)
            for channel in channels:
                await club.bob.mentions("Hello?", channel)

            used = await club.ada.uses("usage", club.general)
            server.send_signal(signal.SIGCONT)

    assert used.responded
    assert used.data["content"] == UNSURE
