"""A streamed answer as bytes: server-sent events, each already framed as one chunk of HTTP/1.1."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from simulators.openai_api.chat.reply import Reply, deltas_of
from simulators.openai_api.errors import error_body

DONE = b"data: [DONE]\n\n"
_NOISE = b"k3Jx9QmZ2vTr7WbL"
_EMPTY = b"{}"


@dataclass(frozen=True, slots=True)
class Head:
    """The fields that all chunks of one answer share."""

    id: str
    created: int
    model: str
    usage: bool
    obfuscation: bool

    def json(self, kind: str) -> dict[str, Any]:
        """The fields, as an object of that kind begins."""
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "service_tier": "default",
            "system_fingerprint": "fp_simulator",
        }


@dataclass(frozen=True, slots=True)
class Frames:
    """A streamed answer: the role's event, one piece a token, and what follows the last token."""

    role: bytes
    tokens: tuple[bytes, ...]
    tail: bytes


def frames_of(head: Head, reply: Reply, usage: dict[str, Any], *, empty_deltas: bool) -> Frames:
    """The answer as events; with `empty_deltas` an event without content precedes every token."""
    role, *deltas = deltas_of(reply)
    idle = http_chunk(_event(head, _EMPTY)) if empty_deltas else b""
    tail = _event(head, _EMPTY, finish_reason=reply.finish_reason)
    if head.usage:
        closing = head.json("chat.completion.chunk") | {"choices": [], "usage": usage}
        tail += b"data: " + orjson.dumps(closing) + b"\n\n"
    tokens = tuple(idle + http_chunk(event) for event in _token_events(head, deltas))
    return Frames(http_chunk(_event(head, role)), tokens, http_chunk(tail + DONE))


def http_chunk(data: bytes) -> bytes:
    """`data` as one chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def error_event(message: str, code: str | None) -> bytes:
    """An event that tells of an error in the midst of a stream."""
    return b"data: " + orjson.dumps(error_body(message, "server_error", code=code)) + b"\n\n"


def malformed_event(head: Head) -> bytes:
    """An event whose JSON breaks off."""
    return b'data: {"id":"' + head.id.encode() + b'","choices":[{"del\n\n'


def _token_events(head: Head, deltas: list[bytes]) -> Iterator[bytes]:
    # What is the same in all of a stream's events is encoded once: thousands of streams run at the same time.
    before, after = _around(head, None)
    for delta in deltas:
        yield before + delta + after + _obfuscation(head, delta) + b"}\n\n"


def _event(head: Head, delta: bytes, finish_reason: str | None = None) -> bytes:
    before, after = _around(head, finish_reason)
    return before + delta + after + _obfuscation(head, delta) + b"}\n\n"


def _around(head: Head, finish_reason: str | None) -> tuple[bytes, bytes]:
    start = orjson.dumps(head.json("chat.completion.chunk")).removesuffix(b"}")
    after = b',"logprobs":null,"finish_reason":' + orjson.dumps(finish_reason) + b"}]"
    usage = b',"usage":null' if head.usage else b""
    return b"data: " + start + b',"choices":[{"index":0,"delta":', after + usage


def _obfuscation(head: Head, delta: bytes) -> bytes:
    """Noise that makes the sizes of short and long words alike, as the service adds it by default."""
    if not head.obfuscation:
        return b""
    return b',"obfuscation":"' + _NOISE[: 1 + -len(delta) % len(_NOISE)] + b'"'
