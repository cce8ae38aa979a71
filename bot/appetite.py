"""A worker's appetite: how many turns it begins at once, which is as many as its event loop bears.

Beginning a turn takes some milliseconds. A thousand at once would keep everything else in the process waiting for
seconds: acknowledgements that a platform wants within three, signs of life, answers that are being written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

PULSE = 0.01
"""Seconds from one look at the event loop to the next."""
LATE, IN_TIME = 0.005, 0.002
"""Seconds by which the loop may be late before less is begun, and up to which more may be."""
FIRST, LEAST, MOST = 4, 1, 1_000
"""Turns that are begun in a pulse: before anything is known, in the worst case, and in the best."""


@dataclass(slots=True)
class Appetite:
    """Halves when the event loop is late, and doubles when it is not although all was begun that might be."""

    left: int = FIRST
    """Turns that may still be asked for before the next pulse."""
    _portion: int = FIRST
    _begun: int = 0

    async def keep(self, wake: Callable[[], None]) -> None:
        """Look at the event loop, for ever; call `wake` when there is appetite again."""
        loop = asyncio.get_running_loop()
        while True:
            looked = loop.time()
            await asyncio.sleep(PULSE)
            self._digest(loop.time() - looked - PULSE)
            wake()

    def got(self, begun: int, asked: int) -> None:
        """So many turns were begun of those that were asked for."""
        self._begun += begun
        self.left = min(self._portion, self.left + asked - begun)

    def _digest(self, late: float) -> None:
        if late > LATE:
            self._portion = max(LEAST, self._portion // 2)
        elif late < IN_TIME and self._begun >= self._portion:
            self._portion = min(MOST, self._portion * 2)
        self.left, self._begun = self._portion, 0
