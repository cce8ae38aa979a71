"""What Slack wants to hear nothing of for a while: whoever would speak waits, and then one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.errors import PlatformBusy

Method = tuple[str, str]
"""What is limited by itself: a method of the Web API, and the channel for those that count by channel."""

SPACING = {"chat_postMessage": 1.0, "chat_startStream": 3.0, "chat_stopStream": 3.0, "chat_appendStream": 0.6}
"""Seconds between two calls of a method that was limited (docs.slack.dev, "Rate limits")."""
USUAL = 1.2
"""The same for tier 3, where most others are."""
_FORGOTTEN = 3.0
"""Seconds after which somebody who did not take their turn is not waited for."""
_EARLY = 0.01
"""Seconds by which a sleeper may be early."""


@dataclass(slots=True)
class Quiet:
    """The waits of one workspace, as far as this process was told of them."""

    now: Callable[[], float] = time.monotonic
    _free: dict[Method, float] = field(default_factory=dict)
    """When the next one may speak that does not wait yet."""
    _turns: dict[Method, dict[str, float]] = field(default_factory=dict)
    """When each of those who wait may speak."""

    def check(self, method: Method, who: str) -> None:
        """Return if somebody may speak now. Raises PlatformBusy with the seconds until then, and keeps their turn."""
        now, turns = self.now(), self._waiting(method)
        if who not in turns:
            free = self._free.get(method, 0.0)
            if free <= now:
                return
            self._turns.setdefault(method, turns)[who] = free
            self._free[method] = free + SPACING.get(method[0], USUAL)
        if turns[who] > now + _EARLY:
            raise PlatformBusy(turns[who] - now)
        del turns[who]

    def told(self, method: Method, seconds: float) -> None:
        """Slack wants to hear nothing of this for so long: whoever waits, waits from then on, in the same order."""
        now, turns = self.now(), self._waiting(method)
        late = max(0.0, now + seconds - min(turns.values(), default=now + seconds))
        for who in turns:
            turns[who] += late
        self._free[method] = max(self._free.get(method, 0.0) + late, now + seconds)

    def _waiting(self, method: Method) -> dict[str, float]:
        """The turns of a method, without those that nobody took."""
        turns = self._turns.get(method, {})
        for who in [who for who, turn in turns.items() if turn < self.now() - _FORGOTTEN]:
            del turns[who]
        if not turns:
            self._turns.pop(method, None)
        if self._free.get(method, 0.0) <= self.now():
            self._free.pop(method, None)
        return turns
