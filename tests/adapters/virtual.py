"""Time that passes only when everybody waits for it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose sleeps take no time."""

    def __init__(self) -> None:
        self._selector_of_loop = _Selector()
        super().__init__(self._selector_of_loop)

    def time(self) -> float:
        """Seconds that have passed."""
        return self._selector_of_loop.passed


class _Selector(selectors.SelectSelector):
    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for ever"
        self.passed += timeout
        return super().select(0)


def virtually(work: Coroutine[Any, Any, T]) -> T:
    """What becomes of it, in a time of its own."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
