"""How often what may be asked (discord.com/developers, "Rate Limits")."""

import hashlib
import math
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from simulators.clock import Clock

Scope = Literal["user", "global", "shared"]
BAN_SECONDS = 600
"""How long invalid requests are counted, and how long a ban lasts."""
_INVALID = (401, 403, 429)
_MAJOR = re.compile(r"^/(channels|guilds|webhooks/\d+|interactions/\d+)/([^/?]+)")
_BEYOND_GLOBAL = re.compile(r"^\w+ /(interactions|webhooks)/")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in a window of `seconds` that begins with the first of them."""

    requests: int
    seconds: float


READS = Limit(5, 1)
WRITES = Limit(5, 5)
LIMITS: Mapping[str, Limit] = {
    "POST /channels/{}/messages": WRITES,
    "PATCH /channels/{}/messages/{}": WRITES,
    "DELETE /channels/{}/messages/{}": Limit(5, 1),
    "POST /channels/{}/threads": Limit(10, 10),
    "POST /channels/{}/messages/{}/threads": Limit(10, 10),
    "POST /channels/{}/typing": WRITES,
    "PUT /applications/{}/commands": Limit(5, 20),
    "POST /webhooks/{}/{}": WRITES,
    "PATCH /webhooks/{}/{}/messages/{}": WRITES,
    "DELETE /webhooks/{}/{}/messages/{}": WRITES,
}
"""Limits by route, as users of Discord measured them; what is not among them is limited as reads are."""
RENAMES = Limit(2, 600)
"""How often a channel or a thread may get another name or topic, of which no header speaks before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of the limits beside an answer; `retry_after` real seconds if it is that there were too many."""

    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    scope: Scope = "user"


@dataclass(slots=True)
class _Bucket:
    ends: float
    used: int = 0


@dataclass(slots=True)
class Limits:
    """Who asked for what how often."""

    clock: Clock
    per_second: int = 50
    """How many requests a bot has in any second, whatever they are for."""
    ban_after: int = 10_000
    """How many invalid requests in ten minutes end in a ban."""
    _buckets: dict[tuple[str, str, str], _Bucket] = field(default_factory=dict)
    _recent: dict[str, deque[float]] = field(default_factory=dict)
    _invalid: deque[float] = field(default_factory=deque)
    _banned_until: float = 0.0

    def ask(self, route: str, path: str, who: str, *, renames: bool = False) -> Verdict:
        """Count a request of `who`, a token; `route` is such as `POST /channels/{}/messages`."""
        if not _BEYOND_GLOBAL.match(route) and (wait := self._globally(who)):
            return Verdict({"X-RateLimit-Global": "true"}, self.clock.real(wait), "global")
        if route.startswith("POST /interactions/"):
            return Verdict()
        limit = LIMITS.get(route, READS)
        bucket = self._bucket((route, major_of(path), who), limit)
        left = self.clock.real(bucket.ends - self.clock.now())
        if bucket.used >= limit.requests:
            return Verdict(_headers(route, limit, 0, left), left)
        bucket.used += 1
        headers = _headers(route, limit, limit.requests - bucket.used, left)
        return (self._renamed(path, who, headers) if renames else None) or Verdict(headers)

    def refuse(self, route: str, seconds: float, scope: Scope = "shared") -> Verdict:
        """Have a request wait for so many real seconds, whatever was asked before."""
        return Verdict(_headers(route, LIMITS.get(route, READS), 0, seconds), seconds, scope)

    def note(self, status: int, scope: Scope = "user") -> None:
        """Count an answer towards the ban, if it is one of those that are counted."""
        if status not in _INVALID or scope == "shared":
            return
        now = self.clock.now()
        self._invalid.append(now)
        _forget(self._invalid, now - BAN_SECONDS)
        if len(self._invalid) >= self.ban_after:
            self._banned_until = now + BAN_SECONDS
            self._invalid.clear()

    @property
    def banned(self) -> float:
        """Real seconds for which nobody is served any more."""
        return self.clock.real(max(0.0, self._banned_until - self.clock.now()))

    def _renamed(self, path: str, who: str, headers: Mapping[str, str]) -> Verdict | None:
        bucket = self._bucket(("rename", major_of(path), who), RENAMES)
        if bucket.used >= RENAMES.requests:
            return Verdict(headers, self.clock.real(bucket.ends - self.clock.now()), "shared")
        bucket.used += 1
        return None

    def _globally(self, who: str) -> float:
        """Count a request among those of the last second. 0, or how long to wait if it is one too many."""
        now, recent = self.clock.now(), self._recent.setdefault(who, deque())
        _forget(recent, now - 1)
        if len(recent) >= self.per_second:
            return recent[0] + 1 - now
        recent.append(now)
        return 0.0

    def _bucket(self, key: tuple[str, str, str], limit: Limit) -> _Bucket:
        now, bucket = self.clock.now(), self._buckets.get(key)
        if bucket is None or bucket.ends <= now:
            bucket = self._buckets[key] = _Bucket(now + limit.seconds)
        return bucket


def major_of(path: str) -> str:
    """The part of a path whose requests are limited by themselves: a channel, a guild, a webhook with its token."""
    found = _MAJOR.match(path)
    return found[0] if found else ""


def limited(verdict: Verdict) -> tuple[dict[str, object], dict[str, str]]:
    """The body and the headers of the answer to one request too many."""
    seconds = max(0.001, round(verdict.retry_after or 0.0, 3))
    body = {
        "message": "You are being rate limited.",
        "retry_after": seconds,
        "global": verdict.scope == "global",
    }
    return body, {
        **verdict.headers,
        "Retry-After": str(math.ceil(seconds)),
        "X-RateLimit-Scope": verdict.scope,
    }


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _headers(route: str, limit: Limit, remaining: int, seconds: float) -> dict[str, str]:
    # Rounded up, so that one who waits so long is not too early.
    left = math.ceil(max(seconds, 0.0) * 1000) / 1000
    return {
        "X-RateLimit-Limit": str(limit.requests),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
    }
