"""What an app sends (discord.com/developers, "Gateway Events", Send Events)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulators.discord_api.gateway.codes import COMMANDS, Close, Op, Refused

_LARGEST = 4096
"""Bytes (discord.com/developers, "Gateway", Sending Events)."""
_THRESHOLDS = range(50, 251)


@dataclass(frozen=True, slots=True)
class Command:
    """One payload of an app."""

    op: Op
    data: Any


@dataclass(frozen=True, slots=True)
class Identity:
    """How an app presents itself; `shard` is None if it said nothing of shards."""

    token: str
    intents: int
    shard: tuple[int, int] | None
    compress: bool
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recall:
    """The session that an app wants to take up again, and the last event of it that it knows.

    Clients that were cut off before their session began ask with neither.
    """

    token: str
    session_id: str | None
    seq: int | None


def command_of(raw: str | bytes) -> Command:
    """A payload. Raises Refused if it is none, or for nothing that an app may send."""
    if len(raw if isinstance(raw, bytes) else raw.encode()) > _LARGEST:
        raise Refused(Close.DECODE_ERROR)
    try:
        payload = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused(Close.DECODE_ERROR) from None
    if not isinstance(payload, dict) or not _is_int(payload.get("op")):
        raise Refused(Close.DECODE_ERROR)
    if payload["op"] not in COMMANDS:
        raise Refused(Close.UNKNOWN_OPCODE)
    return Command(Op(payload["op"]), payload.get("d"))


def identity_of(data: Any) -> Identity:
    """What an identify says. Raises Refused if something is missing or of the wrong kind."""
    said = object_of(data)
    properties = said.get("properties")
    if not isinstance(said.get("token"), str) or not isinstance(properties, dict):
        raise Refused(Close.DECODE_ERROR)
    if not isinstance(said.get("compress", False), bool):
        raise Refused(Close.DECODE_ERROR)
    if said.get("large_threshold", 50) not in _THRESHOLDS:
        raise Refused(Close.DECODE_ERROR)
    if not _is_int(said.get("intents")):
        raise Refused(Close.INVALID_INTENTS)
    return Identity(
        token=said["token"],
        intents=said["intents"],
        shard=_shard_of(said.get("shard")),
        compress=said.get("compress", False),
        properties=properties,
    )


def recall_of(data: Any) -> Recall:
    """What a resume says. Raises Refused if something is of the wrong kind."""
    said = object_of(data)
    token, session_id = said.get("token"), said.get("session_id")
    if not isinstance(token, str) or not isinstance(session_id, str | None):
        raise Refused(Close.DECODE_ERROR)
    return Recall(token, session_id, seq_of(said.get("seq")))


def seq_of(data: Any) -> int | None:
    """The number of the last event that an app has seen, None if there was none. Raises Refused."""
    if data is not None and not _is_int(data):
        raise Refused(Close.DECODE_ERROR)
    return None if data is None else int(data)


def _shard_of(shard: Any) -> tuple[int, int] | None:
    if shard is None:
        return None
    if not isinstance(shard, list) or len(shard) != len(("id", "count")) or not all(map(_is_int, shard)):
        raise Refused(Close.INVALID_SHARD)
    if not 0 <= shard[0] < shard[1]:
        raise Refused(Close.INVALID_SHARD)
    return shard[0], shard[1]


def object_of(data: Any) -> dict[str, Any]:
    """What a payload says, where that has to be an object. Raises Refused."""
    if not isinstance(data, dict):
        raise Refused(Close.DECODE_ERROR)
    return data


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
