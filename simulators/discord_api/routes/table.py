"""Every route that there is, and which one a request asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.discord_api.refusals import refusal
from simulators.discord_api.routes import (
    accounts,
    channels,
    commands,
    gateways,
    guilds,
    interactions,
    messages,
    search,
    threads,
)
from simulators.discord_api.routes.invocation import Route

ROUTES: tuple[Route, ...] = (
    *accounts.ROUTES,
    *channels.ROUTES,
    *commands.ROUTES,
    *gateways.ROUTES,
    *guilds.ROUTES,
    *interactions.ROUTES,
    *messages.ROUTES,
    *search.ROUTES,
    *threads.ROUTES,
)
_PLACE = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True, slots=True)
class Found:
    """A route, and what stands in its path where it varies."""

    route: Route
    named: Mapping[str, str]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", re.escape(path)) + "$")


# What is written out goes before what varies: `/users/@me` is no user's id.
_PATTERNS = [
    (_pattern(route.path), route)
    for route in sorted(ROUTES, key=lambda route: (route.path.count("{"), route.path))
]


def found(method: str, path: str) -> Found:
    """The route that is asked for, or a refusal: 404, or 405 if it is there for another method."""
    matches = [(route, match) for pattern, route in _PATTERNS if (match := pattern.match(path))]
    for route, match in matches:
        if route.method == method:
            return Found(route, match.groupdict())
    raise refusal("method not allowed" if matches else "not found")
