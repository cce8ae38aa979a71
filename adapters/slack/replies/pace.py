"""What may be written of a growing reply, and when: a workspace has so many starts, appends and edits a minute."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from bot.allowance import Allowance
from bot.errors import StoreError

Way = Literal["stream", "update", "end"]
"""How a reply grows: in Slack's own stream, by edits of a post, or not at all before its end."""

MINUTE = 60.0
STREAMS = 20
"""Starts and stops of streams that a workspace has in a minute (tier 2 of docs.slack.dev, "Rate limits")."""
LONGEST_STREAM = 300.0
"""Seconds after which a stream ends by itself; what holds a place is gone by then."""
APPENDS = 0.65, 6
"""Seconds between appends of a workspace, and how many may come at once: below the 100 a minute of tier 4."""
EDITED = 12
"""Replies of a workspace that grow by edits at the same time; each needs one more at its end, of 50 (tier 3)."""
EDITS = 2.0, 4
"""Seconds between edits of growing replies, and how many at once: they leave room for the last ones."""
LONGEST_EDITED = 900.0
LOOK = 1.0
"""Seconds after which an allowance that could not be asked for is asked for again."""


@dataclass(slots=True)
class Growth:
    """The way in which one reply grows, and its turns to do so."""

    allowance: Allowance
    holder: str
    way: Way | None = None

    async def ready(self) -> None:
        """Return when the reply may grow; it may never."""
        while True:
            try:
                await self._turn()
            except StoreError:
                await asyncio.sleep(LOOK)
            else:
                return

    async def _turn(self) -> None:
        first = self.way is None
        if first:
            self.way = await self._choose()
        if self.way == "end":
            await asyncio.Event().wait()
        if first:
            return
        name, (interval, burst) = ("append", APPENDS) if self.way == "stream" else ("edit", EDITS)
        await asyncio.sleep(await self.allowance.queue(name, interval, burst))

    async def fall_back(self) -> None:
        """Grow by edits from here on, or not at all."""
        self.way = "end"
        if await self._held("edited", LONGEST_EDITED, EDITED):
            self.way = "update"

    async def over(self, *, grown: bool) -> None:
        """Give back what was held: at once if it was not used, and after a minute if it was."""
        if self.way is None:
            return
        seconds = MINUTE if grown else 0.0
        with suppress(StoreError):  # it is given back by its time
            await self.allowance.let_go("stream", self.holder, seconds)
            await self.allowance.let_go("edited", self.holder, seconds)

    async def _choose(self) -> Way:
        if await self.allowance.hold("stream", self.holder, LONGEST_STREAM, STREAMS):
            return "stream"
        await self.fall_back()
        return self.way or "end"

    async def _held(self, name: str, seconds: float, most: int) -> bool:
        try:
            return await self.allowance.hold(name, self.holder, seconds, most)
        except StoreError:
            return False
