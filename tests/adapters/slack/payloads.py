"""Payloads as Slack sends them (docs.slack.dev, "Events API"), each kind in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parents[2] / "payloads" / "slack"
BOT = "U0PARLEY1"
TENANT = "slack:T0PARLEY1"


def payload(name: str) -> dict[str, Any]:
    """The payload of that name."""
    read: dict[str, Any] = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return read
