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
class Board:
    """A notice board, on which a post has at most so many characters."""

    url: str
    limit: int


@dataclass(frozen=True, slots=True)
class Slack:
    """A workspace of Slack: the address of the Web API, and the bot's token."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Discord:
    """Discord: the address of the REST API, and the bot's token and id."""

    url: str
    token: str
    bot: str


@dataclass(frozen=True, slots=True)
class Job:
    """The life of one worker process: until `marks` say that all is done, or until a point of `turn`."""

    redis: str
    model: str
    platform: Board | Slack | Discord
    turn: str
    marks: tuple[str, ...]
    target: Point | None = None

    def pack(self) -> bytes:
        """The job in one line."""
        return orjson.dumps({**asdict(self), "at": type(self.platform).__name__}) + b"\n"


_PLATFORMS: dict[str, type[Board | Slack | Discord]] = {
    each.__name__: each for each in (Board, Slack, Discord)
}


def unpack(packed: bytes) -> Job:
    """The job that `pack` wrote."""
    held = orjson.loads(packed)
    target = held.pop("target")
    marks = tuple(held.pop("marks"))
    platform, at = held.pop("platform"), held.pop("at")
    return Job(
        **held,
        marks=marks,
        platform=_PLATFORMS[at](**platform),
        target=Point(**target) if target else None,
    )
