"""Discord's ids, which tell when what they name was made (discord.com/developers, "Snowflakes")."""

from __future__ import annotations

_EPOCH = 1_420_070_400_000
"""Milliseconds from 1970 to the first second of 2015."""
_SHIFT = 22


def time_of(snowflake: str) -> float:
    """When the thing was made, in seconds since 1970; 0 of what is no id."""
    return ((int(snowflake) >> _SHIFT) + _EPOCH) / 1000 if snowflake.isdigit() else 0.0


def snowflake_at(seconds: float) -> str:
    """An id between those of what was made before this time and of what was made after it."""
    return str(max(0, int(seconds * 1000) - _EPOCH) << _SHIFT)
