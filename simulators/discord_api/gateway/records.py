"""What apps asked of the gateway, for those who look at it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Identified:
    """An identify, `at` that simulated second; `session` is empty if it was refused."""

    at: float
    path: str
    shard: tuple[int, int] | None
    intents: int
    properties: Mapping[str, Any]
    session: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A resume, `at` that simulated second; `replayed` is how many events were missed, None if it was refused."""

    at: float
    path: str
    session: str | None
    seq: int | None
    replayed: int | None = None
