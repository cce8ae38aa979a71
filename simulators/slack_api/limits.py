"""How often methods may be called (https://docs.slack.dev/apis/web-api/rate-limits)."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from simulators.clock import Clock

MINUTE = 60
# A loop rounds a timer to whole milliseconds, so that an obedient client may be this much too early.
_TIMER_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in any `seconds`, counted by workspace, or by channel."""

    calls: int
    seconds: float = MINUTE
    by_channel: bool = False


TIER_1 = Limit(1)
TIER_2 = Limit(20)
TIER_3 = Limit(50)
TIER_4 = Limit(100)
SPECIAL = Limit(600)
"""Methods of which Slack says only that hundreds of calls a minute are fine."""
POSTS = Limit(1, 1, by_channel=True)
"""About one a second and channel, with short bursts."""


@dataclass(frozen=True, slots=True)
class Impatience:
    """A call that arrived `at` that monotonic time, `left` seconds before Slack had asked for it."""

    at: float
    method: str
    team: str
    channel: str
    left: float


@dataclass(slots=True)
class Limits:
    """Who called what how often, and who was asked to wait."""

    clock: Clock
    post_burst: int = 10
    """How many posts a channel takes at once, of which it gets one back a second."""
    connections: int = 20
    """How many sockets an app may open in a minute: of tier 1 a burst is tolerated, since it may have ten."""
    _calls: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)
    _empty: dict[tuple[str, ...], float] = field(default_factory=dict)
    _waits: dict[tuple[str, ...], float] = field(default_factory=dict)

    def left(self, key: tuple[str, ...]) -> float:
        """Seconds for which this was asked to be left alone; 0 if it was not."""
        left = self._waits.get(key, 0.0) - time.monotonic()
        return left if left > _TIMER_SECONDS else 0.0

    def ask(self, key: tuple[str, ...], seconds: float) -> int:
        """Ask to be left alone; the whole real seconds that are told."""
        told = max(1, math.ceil(seconds))
        self._waits[key] = time.monotonic() + told
        return told

    def exceeded(self, key: tuple[str, ...], limit: Limit) -> int:
        """Count a call. 0, or the whole real seconds to wait if it is one too many, which is not counted."""
        wait = self._after_burst(key, limit) if limit.by_channel else self._in_window(key, limit)
        return self.ask(key, self.clock.real(wait)) if wait else 0

    def _in_window(self, key: tuple[str, ...], limit: Limit) -> float:
        calls = self.connections if key[0] == "apps.connections.open" else limit.calls
        done = self._calls.setdefault(key, deque())
        now = self.clock.now()
        while done and done[0] <= now - limit.seconds:
            done.popleft()
        if len(done) >= calls:
            return done[0] + limit.seconds - now
        done.append(now)
        return 0.0

    def _after_burst(self, key: tuple[str, ...], limit: Limit) -> float:
        """A bucket that holds a burst, and gets one back every `seconds`."""
        interval, now = limit.seconds / limit.calls, self.clock.now()
        empty = max(self._empty.get(key, now), now)
        wait = empty - now - (self.post_burst - 1) * interval
        if wait > 0:
            return wait
        self._empty[key] = empty + interval
        return 0.0
