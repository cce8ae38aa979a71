"""What a worker that is to die is told, and the moments at which it may."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import orjson

Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of a turn: just before, or just after, its operation of that name and number (from 1)."""

    name: str
    number: int
    side: Side

    def __str__(self) -> str:
        return f"kill {self.side} {self.name} #{self.number}"


@dataclass(frozen=True, slots=True)
class Job:
    """The life of one worker process: until `marks` say that all is done, or until a point of `turn`."""

    redis: str
    model: str
    board: str
    limit: int
    """Characters of a post."""
    turn: str
    marks: tuple[str, ...]
    target: Point | None = None

    def pack(self) -> bytes:
        """The job in one line."""
        return orjson.dumps(asdict(self)) + b"\n"


def unpack(packed: bytes) -> Job:
    """The job that `pack` wrote."""
    held = orjson.loads(packed)
    target = held.pop("target")
    marks = tuple(held.pop("marks"))
    return Job(**held, marks=marks, target=Point(**target) if target else None)
