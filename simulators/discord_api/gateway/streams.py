"""How payloads are packed (discord.com/developers, "Gateway", Encoding and Compression)."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from simulators.discord_api.gateway.codes import Close, Refused

_LARGE = 1024
"""Bytes from which a payload is compressed for an app whose identify said that it may be."""


class Stream(Protocol):
    """What packs the payloads of one connection."""

    def pack(self, payload: bytes) -> str | bytes:
        """What is sent for a payload: text, or binary where it is compressed."""


@dataclass(slots=True)
class Plain:
    """Text; large payloads are compressed, each by itself, once the app has said that it takes that."""

    compressing: bool = False

    def pack(self, payload: bytes) -> str | bytes:
        """Text, or one whole zlib stream."""
        if self.compressing and len(payload) >= _LARGE:
            return zlib.compress(payload)
        return payload.decode()


@dataclass(slots=True)
class Shared:
    """One compressed stream for the whole connection, flushed after each payload."""

    _compress: Callable[[bytes], bytes]
    _flush: Callable[[], bytes]

    def pack(self, payload: bytes) -> bytes:
        """The next part of the stream."""
        return self._compress(payload) + self._flush()


def stream_of(compression: str | None) -> Stream:
    """What a connection asked for when it was opened. Raises Refused for what there is not."""
    match compression:
        case None:
            return Plain()
        case "zlib-stream":
            packing = zlib.compressobj()
            return Shared(packing.compress, lambda: packing.flush(zlib.Z_SYNC_FLUSH))
        case "zstd-stream":
            return _zstd()
        case _:
            raise Refused(Close.DECODE_ERROR)


def _zstd() -> Stream:
    """Python's own module or the package that clients use, whichever there is: who asks for it has one of them."""
    if find_spec("compression") is not None:
        module = import_module("compression.zstd")
        packing = module.ZstdCompressor()
        return Shared(packing.compress, lambda: packing.flush(packing.FLUSH_BLOCK))
    if find_spec("zstandard") is not None:
        module = import_module("zstandard")
        packing = module.ZstdCompressor().compressobj()
        return Shared(packing.compress, lambda: packing.flush(module.COMPRESSOBJ_FLUSH_BLOCK))
    raise Refused(Close.DECODE_ERROR)
