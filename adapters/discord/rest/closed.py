"""What is closed to the bot: what Discord has just refused it is not asked for again, since refusals are counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.routes import Target

LASTS = 180.0
"""Seconds after which Discord is asked again: somebody may have changed what the bot may do."""
_CLOSED = frozenset({50_001, 50_013, 160_005})
"""No access to the channel, no permission there, or it is locked ("Opcodes and Status Codes")."""
_MOST = 10_000


@dataclass(slots=True)
class Closed:
    """The writes that were refused in the last minutes, and who knows of it."""

    now: Callable[[], float] = time.monotonic
    _kept: dict[tuple[str, ...], tuple[float, Refused]] = field(default_factory=dict)
    """Until when, the oldest first."""

    @contextmanager
    def asking(self, target: Target, *, files: bool) -> Iterator[None]:
        """A block that asks for something. Raises Refused at once where it was refused a moment ago."""
        write = (target.route, target.major)
        if _is_write(target) and (known := self.known(*write)):
            raise Refused(known.code, known.status, known.message)
        try:
            yield
        except Refused as refused:
            # Files take a permission of their own.
            if _is_write(target) and refused.code in _CLOSED and not files:
                self.note(refused, *write)
            raise

    def known(self, *what: str) -> Refused | None:
        """The refusal that was noted for this in the last minutes."""
        until, refused = self._kept.get(what, (0.0, None))
        return refused if self.now() < until else None

    def note(self, refused: Refused, *what: str) -> None:
        """Know of this refusal for some minutes."""
        self._kept.pop(what, None)
        self._kept[what] = (self.now() + LASTS, refused)
        if len(self._kept) > _MOST:
            del self._kept[next(iter(self._kept))]


def _is_write(target: Target) -> bool:
    """Whether something is to be shown in a channel by this."""
    return target.method == "POST" and target.path.startswith("/channels/")
