"""The names of a workspace's people."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from adapters.slack.web import Web
from bot.errors import PlatformError

log = structlog.get_logger()

FRESH = 3_600.0
"""Seconds for which a name is believed."""
UNKNOWN = 60.0
"""Seconds for which a name that could not be had is not asked for again."""
MOST = 5_000
PATIENCE = 0.5
"""Seconds that a turn waits for a name."""


@dataclass(slots=True)
class People:
    """Names by id, asked for once an hour."""

    web: Web
    _names: OrderedDict[str, tuple[float, str]] = field(default_factory=OrderedDict)
    _asking: dict[str, asyncio.Task[str]] = field(default_factory=dict)

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these people, as far as they are known in time."""
        asked = set(ids)
        tasks = [self._ask(each) for each in asked if self._known(each) is None]
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        return {each: self._known(each) or "" for each in asked}

    def _known(self, person: str) -> str | None:
        since, name = self._names.get(person, (0.0, ""))
        return name if since and time.monotonic() - since < FRESH else None

    def _ask(self, person: str) -> asyncio.Task[str]:
        if person not in self._asking:
            task = self._asking[person] = asyncio.create_task(self._asked(person))
            task.add_done_callback(lambda _: self._asking.pop(person, None))
        return self._asking[person]

    async def _asked(self, person: str) -> str:
        try:
            user = (await self.web.ask(self.web.client.users_info, user=person))["user"]
        except PlatformError as error:
            log.info("no_name", reason=str(error))
            self._names[person] = (time.monotonic() - FRESH + UNKNOWN, "")
            return ""
        profile = user.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or user.get("name") or person
        self._names[person] = (time.monotonic(), str(name))
        while len(self._names) > MOST:
            self._names.popitem(last=False)
        return str(name)
