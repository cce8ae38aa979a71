"""Waiting for something to become true."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """Wakes those who wait for something to become true."""

    _next: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Something has changed."""
        changed, self._next = self._next, asyncio.Event()
        changed.set()

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds; it is asked now and after every change."""
        while not predicate():
            await self._next.wait()
