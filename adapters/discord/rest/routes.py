"""What is asked of Discord: where it is, and which limits count it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

_BY_ID = frozenset({"channels", "guilds"})
_BY_TOKEN = frozenset({"interactions", "webhooks"})


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is asked."""

    route: str
    """Such as `PATCH /channels/{}/messages/{}`."""
    path: str
    major: str
    """What Discord counts by itself: one channel, one server, one webhook with its token ("Rate Limits")."""
    open: bool
    """Whether a token in the address is what allows it: then the bot's own limits and its token are not needed."""

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return self.route.partition(" ")[0]


def target_of(route: str, ids: tuple[str, ...]) -> Target:
    """A route, and the ids for its braces in their order."""
    template, majors, is_open = _parsed(route)
    path = template.format(*(quote(each, safe="@") for each in ids))
    return Target(route, path, "/".join(ids[:majors]), is_open)


@lru_cache(maxsize=256)
def _parsed(route: str) -> tuple[str, int, bool]:
    template = route.partition(" ")[2]
    resource = template.split("/")[1]
    if resource in _BY_ID:
        return template, 1, False
    if resource in _BY_TOKEN:
        with_token = template.startswith(f"/{resource}/{{}}/{{}}")
        return template, 2 if with_token else 1, with_token
    return template, 0, False
