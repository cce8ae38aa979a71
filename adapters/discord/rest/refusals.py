"""What Discord's answers mean: something, or an error of ours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import orjson

from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear

USUAL_WAIT = 1.0
"""Seconds, where a refusal for the rate does not say how long."""
USUAL_BAN = 60.0
"""The same where it is not Discord that refuses, but what stands before it."""
NOT_INDEXED = 110_000
"""The code of a search for which Discord is not ready yet (discord.com/developers, "Search Guild Messages")."""
OLD_EDITS = 30_046
"""Says 429 of edits of messages that are older than an hour. What is asked next is not limited by it."""
_ACCEPTED = 202
_LIMITED = 429
_MOST_FIELDS = 3
_LONGEST = 200

Scope = Literal["user", "shared", "global", "address"]
"""Whom a limit counts: the bot, all bots in a place, all that the bot asks, or everybody at our address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def read(self) -> Any:
        """What the JSON says; None of an empty one. Raises ValueError."""
        return orjson.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Limited:
    """A refusal for the rate."""

    seconds: float
    scope: Scope


class Refused(PlatformRefused):
    """Discord refuses it."""

    def __init__(
        self, code: int, status: int, message: str = "", fields: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(
            (f"{code} {message}" if code else message or f"answered {status}")[:_LONGEST].strip()
        )
        self.code = code
        """Of its JSON (discord.com/developers, "Opcodes and Status Codes"); 0 where there is none."""
        self.status = status
        self.message = message
        self.fields = fields
        """Those of what was sent in which something is wrong."""


@contextmanager
def platform_errors() -> Iterator[None]:
    """Errors of connections, as ours."""
    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise PlatformUnclear(type(error).__name__) from error


def content_of(answer: Answer) -> Any:
    """What an answer brings. Raises PlatformError."""
    status = answer.status
    if limited := limited_of(answer):
        raise PlatformBusy(limited.seconds)
    if status >= 500 or status < 200 or 300 <= status < 400:  # noqa: PLR2004 - the statuses of HTTP
        raise PlatformUnclear(f"answered {status}")
    if status >= 400:  # noqa: PLR2004 - as above
        raise _refused(answer)
    try:
        content = answer.read()
    except ValueError as error:
        raise PlatformUnclear(f"answered {status}, but no JSON") from error
    if status == _ACCEPTED and isinstance(content, dict) and content.get("code") == NOT_INDEXED:
        raise PlatformBusy(seconds_of(content.get("retry_after")) or USUAL_WAIT)
    return content


def limited_of(answer: Answer) -> Limited | None:
    """The limit that an answer tells of; None of any other answer."""
    if answer.status != _LIMITED:
        return None
    told = _object_in(answer)
    if told.get("code") == OLD_EDITS:
        return None
    seconds = seconds_of(told.get("retry_after")) or seconds_of(answer.headers.get("Retry-After"))
    if "retry_after" not in told and not told.get("code"):
        # Discord's own limits always say how long, in JSON. What stands before it blocks our address with a page.
        return Limited(seconds or USUAL_BAN, "address")
    return Limited(seconds or USUAL_WAIT, _scope_of(answer, told))


def seconds_of(told: object) -> float:
    """Seconds that are told as a number, or in a header; 0 of anything else."""
    try:
        seconds = float(told if isinstance(told, str | int | float) else 0)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _scope_of(answer: Answer, told: Mapping[str, Any]) -> Scope:
    if told.get("global") or "X-RateLimit-Global" in answer.headers:
        return "global"
    match answer.headers.get("X-RateLimit-Scope"):
        case "global":
            return "global"
        case "shared":
            return "shared"
        case _:
            return "user"


def _refused(answer: Answer) -> Refused:
    told = _object_in(answer)
    code = told.get("code")
    errors = told.get("errors")
    fields = ", ".join([*_fields_in(errors, "")][:_MOST_FIELDS])
    message = str(told.get("message") or "")
    return Refused(
        code if isinstance(code, int) else 0,
        answer.status,
        f"{message}: {fields}" if fields else message,
        frozenset(errors) if isinstance(errors, dict) else frozenset(),
    )


def _fields_in(errors: object, path: str) -> Iterator[str]:
    """What is wrong with which fields; not their values, which a person may have written."""
    if not isinstance(errors, dict):
        return
    for name, below in errors.items():
        if name == "_errors" and isinstance(below, list):
            codes = [str(each.get("code")) for each in below if isinstance(each, dict)]
            yield f"{path} {' '.join(codes)}".strip()
        else:
            yield from _fields_in(below, f"{path}.{name}" if path else str(name))


def _object_in(answer: Answer) -> Mapping[str, Any]:
    try:
        told = answer.read()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
