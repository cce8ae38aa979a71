"""Reading lines from a descriptor without stopping everything else."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from threading import Thread

_CHUNK = 65_536


class Lines:
    """The lines of a descriptor, of any length, whatever it is: a pipe, a file, a terminal, `/dev/null`.

    The event loop's own pipes would make the descriptor non-blocking, and with it all that share it, such as
    the terminal that is written to; and they refuse files. A thread that is not waited for reads instead:
    nothing else can leave while a read blocks.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = bytearray()
        self._searched = 0
        self._ended = False

    async def next(self) -> str | None:
        """The next line without its end, invalid UTF-8 replaced; None after the last. Never two at a time."""
        while (end := self._read.find(b"\n", self._searched)) < 0 and not self._ended:
            self._searched = len(self._read)
            chunk = await self._chunk()
            self._read += chunk
            self._ended = not chunk
        if end < 0 and not self._read:
            return None
        line = bytes(self._read if end < 0 else self._read[:end])
        del self._read[: len(line) + 1]
        self._searched = 0
        return line.decode(errors="replace").removesuffix("\r")

    async def _chunk(self) -> bytes:
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[bytes] = loop.create_future()

        def arrive(chunk: bytes) -> None:
            if not arrived.done():
                arrived.set_result(chunk)

        def read() -> None:
            chunk = _read(self._descriptor)
            with suppress(RuntimeError):  # the loop was closed meanwhile: nobody asks any more
                loop.call_soon_threadsafe(arrive, chunk)

        Thread(target=read, name="lines", daemon=True).start()
        return await arrived


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, _CHUNK)
    except OSError:
        return b""  # a terminal that is gone, or a closed descriptor: nothing more will come
