"""Sending a chat answer over the connection, whole or broken in the way a fault says."""

import asyncio
import socket
import struct
from dataclasses import dataclass

from aiohttp import web

from simulators.openai_api.behaviour import Fault
from simulators.openai_api.chat.chunks import Frames, Head, error_event, http_chunk, malformed_event
from simulators.openai_api.chat.pace import Pace, send_paced

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Broken(Exception):
    """A fault has ended the connection."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A streamed answer, ready to be sent at a pace."""

    head: Head
    frames: Frames
    pace: Pace

    async def send(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        """Send the answer, up to the fault if there is one. Raises Broken if nothing more can be sent."""
        if fault is not None and fault.after_tokens is None:
            await break_off(request, fault)
        await until(self.pace.start)
        response = web.StreamResponse(headers=_HEADERS)
        response.enable_chunked_encoding()
        await response.prepare(request)
        tokens = self.frames.tokens if fault is None else self.frames.tokens[: fault.after_tokens]
        await self._send_tokens(request, tokens)
        if fault is None:
            _transport(request).write(self.frames.tail)
        else:
            await self._break(request, fault)
        await response.write_eof()
        return response

    async def _send_tokens(self, request: web.Request, tokens: tuple[bytes, ...]) -> None:
        # Written to the transport itself: the response's own write is a coroutine and costs more.
        pieces = (self.frames.role + b"".join(tokens[:1]), *tokens[1:])
        await send_paced(_transport(request), pieces, self.pace)

    async def _break(self, request: web.Request, fault: Fault) -> None:
        if fault.kind in ("reset", "silence"):
            await break_off(request, fault)
        transport = _transport(request)
        if fault.kind == "malformed":
            transport.write(http_chunk(malformed_event(self.head)))
        elif fault.kind == "stream_error":
            message = fault.message or "The server had an error while processing your request."
            transport.write(http_chunk(error_event(message, fault.code)))


async def break_off(request: web.Request, fault: Fault) -> None:
    """Reset the connection, or say nothing until the client has gone; other faults change nothing here."""
    if fault.kind == "silence":
        await asyncio.get_running_loop().create_future()
    if fault.kind == "reset":
        reset(_transport(request))
        raise Broken


def reset(transport: asyncio.Transport) -> None:
    """Close the connection with a reset, as a crashed server does, instead of an orderly end."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    transport.abort()


async def until(time: float) -> None:
    """Sleep until that time of the loop's clock."""
    pause = time - asyncio.get_running_loop().time()
    if pause > 0:
        await asyncio.sleep(pause)


def _transport(request: web.Request) -> asyncio.Transport:
    """The connection's transport. Raises ConnectionResetError if the client has gone."""
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError
    return transport
