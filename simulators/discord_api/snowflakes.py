"""Ids: the milliseconds since 2015, and a count (discord.com/developers, "API Reference", Snowflakes)."""

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015, in Unix milliseconds."""
_SHIFT = 22
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Snowflakes:
    """Gives each id once, each greater than the last of its sort."""

    _last: int = 0
    _last_old: int = 0
    _steps: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 — no secret

    def next(self) -> str:
        """The id of something that is made now."""
        self._last = max(of_time(time.time()), self._last + 1)
        return str(self._last)

    def old(self) -> str:
        """The id of something that was made about a month ago: some milliseconds after the last one.

        Not always as many, or all guilds would be on the same shard.
        """
        first = of_time(time.time()) - (30 * _DAY_MS << _SHIFT)
        self._last_old = max(first, self._last_old + (self._steps.randint(1, 1000) << _SHIFT))
        return str(self._last_old)


def ancient() -> str:
    """The id of something older than all else, such as the app."""
    return str(of_time(time.time()) - (90 * _DAY_MS << _SHIFT))


def of_time(seconds: float) -> int:
    """The least id of what is made at that Unix time."""
    return (int(seconds * 1000) - EPOCH_MS) << _SHIFT


def time_of(snowflake: str) -> float:
    """The Unix time at which something was made."""
    return ((int(snowflake) >> _SHIFT) + EPOCH_MS) / 1000


def stamp(seconds: float) -> str:
    """A Unix time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
