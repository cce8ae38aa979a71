"""How often sessions may be begun (discord.com/developers, "Gateway", Session Start Limit)."""

from dataclasses import dataclass, field
from typing import Any

from simulators.clock import Clock

_DAY = 86_400
_PACE = 5
"""Seconds between two identifies with the same key."""


@dataclass(slots=True, eq=False)
class Starts:
    """Counts the identifies of a day, and those of five seconds by the key of their shard."""

    clock: Clock
    total: int = 1000
    max_concurrency: int = 1
    _used: int = 0
    _since: float | None = None
    _last: dict[int, float] = field(default_factory=dict)

    @property
    def remaining(self) -> int:
        """How many there may still be today."""
        self._begin_day()
        return max(self.total - self._used, 0)

    def take(self) -> bool:
        """Count an identify; whether it is still one of those that a day has."""
        self._begin_day()
        if self._since is None:
            self._since = self.clock.now()
        self._used += 1
        return self._used <= self.total

    def in_pace(self, shard: int) -> bool:
        """Whether a shard may identify now: its key is its number modulo the concurrency."""
        key, now = shard % self.max_concurrency, self.clock.now()
        if now - self._last.get(key, -_PACE) < _PACE:
            return False
        self._last[key] = now
        return True

    def payload(self) -> dict[str, Any]:
        """The session start limit object; `reset_after` in milliseconds."""
        remaining = self.remaining
        left = 0.0 if self._since is None else self._since + _DAY - self.clock.now()
        return {
            "total": self.total,
            "remaining": remaining,
            "reset_after": int(left * 1000),
            "max_concurrency": self.max_concurrency,
        }

    def _begin_day(self) -> None:
        if self._since is not None and self.clock.now() - self._since >= _DAY:
            self._used, self._since = 0, None
