"""Payloads as Discord sends them (discord.com/developers, "Gateway Events"), each kind in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parents[2] / "payloads" / "discord"
BOT = "1199999990000000001"
GUILD = "1100000000000000001"
TENANT = f"discord:{GUILD}"
GENERAL, NEWS, VOICE, FORUM = (f"11000000000000000{number}" for number in (10, 11, 12, 13))
DIRECT = "1100000000000000099"
ADA, BOB = "800000000000000101", "800000000000000102"
QUESTION = "1573323696766976005"
"""The message to which most payloads belong; the thread of its answer has its id."""
ASKED_AT = 1_795_180_000.25
THREAD = "1573321180184576003"
"""A thread of the channel, named after its first message."""
COMMAND, CLICK, FORM = "1573323696766976007", "1573323738710016007", "1573323822596096007"
"""The ids of interactions: commands and menus, clicks, and what was submitted."""


def payload(name: str) -> dict[str, Any]:
    """The payload of that name."""
    read: dict[str, Any] = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return read


def names(*beginnings: str) -> list[str]:
    """The names of the payloads that begin like this."""
    return sorted(path.stem for path in FOLDER.glob("*.json") if path.stem.startswith(beginnings))
