"""What is known of one bucket: how many requests may go, and until when (discord.com/developers, "Rate Limits")."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says of its bucket."""

    limit: int
    remaining: int
    after: float
    """Seconds until the bucket is full again. There is a time as well, but no two clocks agree."""
    bucket: str = ""


def told_of(headers: Mapping[str, str]) -> Told | None:
    """What the headers of an answer say; None where they say nothing, or nonsense."""
    try:
        told = Told(
            max(1, int(headers["X-RateLimit-Limit"])),
            max(0, int(headers["X-RateLimit-Remaining"])),
            float(headers["X-RateLimit-Reset-After"]),
            headers.get("X-RateLimit-Bucket", ""),
        )
    except (KeyError, ValueError):
        return None
    return told if math.isfinite(told.after) and told.after >= 0 else None


@dataclass(slots=True)
class Window:
    """The requests that one bucket takes in a time, by a clock that the caller reads.

    What is assumed is never more than what Discord has: requests that are on their way count, an answer that comes
    late takes nothing back, and the time is over when the last answer said, on arrival, that it would be.
    Before its first answer it takes one request at a time.
    """

    limit: float = 0.0
    """0: not known; infinite: there is none."""
    left: float = 1.0
    ends: float | None = None
    """None until an answer tells."""
    length: float = 0.0
    """The longest time that was told."""
    _numbers: int = 0
    _out: set[int] = field(default_factory=set)

    @property
    def out(self) -> int:
        """How many requests are on their way."""
        return len(self._out)

    def is_idle(self, now: float) -> bool:
        """Whether there is nothing in it that need be known."""
        return not self._out and (self.ends is None or now >= self.ends)

    def free(self, now: float) -> float:
        """How many requests may go at once."""
        if self.ends is not None and now >= self.ends:
            self.left, self.ends = max(self.limit, 1.0) - self.out, None
        return max(0.0, self.left)

    def wait(self, now: float, before: int = 0) -> float:
        """Seconds until one more may go than those before it; infinite where only an answer can tell."""
        short = before + 1 - self.free(now)
        if short <= 0:
            return 0.0
        if self.ends is None:
            return math.inf
        return self.ends - now + (math.ceil(short / max(self.limit, 1.0)) - 1) * self.length

    def take(self) -> int:
        """Send a request; its number."""
        self._numbers += 1
        self._out.add(self._numbers)
        self.left -= 1
        return self._numbers

    def give_back(self, number: int) -> None:
        """The request was not sent after all."""
        self._out.discard(number)
        self.left += 1

    def answered(self, number: int, told: Told | None, now: float) -> None:
        """Discord has answered a request; None: it did not say anything of limits."""
        self._out.discard(number)
        if told is not None:
            self.learn(told, now, sum(other > number for other in self._out))
        elif not self.limit and self.ends is None:
            self.limit = self.left = math.inf
        self._begin_again()

    def failed(self, number: int, now: float) -> None:
        """Nobody knows what became of a request; it may have begun a time that nothing tells of."""
        if self.limit:
            self.ends = max(self.ends or now, now + self.length)
        self.leave(number)

    def leave(self, number: int) -> None:
        """What becomes of a request is counted elsewhere."""
        self._out.discard(number)
        self._begin_again()

    def limited(self, seconds: float, now: float) -> None:
        """Discord wants to hear nothing for so long."""
        self.left = 0.0
        self.ends = max(self.ends or now, now + seconds)

    def learn(self, told: Told, now: float, later: int) -> None:
        """Take over what an answer says, which does not count those that were sent later."""
        left = told.remaining - later
        self.left = min(self.left, left) if self.limit else left
        self.limit = told.limit
        self.length = max(self.length, told.after)
        self.ends = max(self.ends or now, now + told.after)

    def _begin_again(self) -> None:
        """Let one go again where nothing is left, and nothing is on its way that could tell until when."""
        if self.left <= 0 and self.ends is None and not self._out:
            self.left = 1.0
