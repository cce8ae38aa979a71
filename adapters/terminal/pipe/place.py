"""A pipe, a file, or a terminal that is used like one."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TextIO

from adapters.terminal.pipe.lines import Lines
from adapters.terminal.pipe.plain import Output, PlainReply, opened


class Pipe:
    """Lines in, answers out."""

    def __init__(self, lines: Lines, output: Output, prompt: str = "") -> None:
        self._lines = lines
        self._output = output
        self._prompt = prompt

    async def line(self) -> str | None:
        """The next line; None at the end, or when nobody reads the answers. Raises OSError if none can be written."""
        self._output.append(self._prompt)
        await self._output.flush()
        if isinstance(self._output.error, BrokenPipeError):
            return None
        if self._output.error:
            raise self._output.error
        return await self._lines.next()

    def reply(self) -> AbstractAsyncContextManager[PlainReply]:
        """A sink that writes to the output."""
        return _closed(PlainReply(self._output))


@asynccontextmanager
async def _closed(reply: PlainReply) -> AsyncIterator[PlainReply]:
    try:
        yield reply
    finally:
        reply.close()


@asynccontextmanager
async def in_pipe(greeting: str, lost: Callable[[], object]) -> AsyncIterator[Pipe]:
    """The standard streams. A greeting and a prompt are for a person, who types them and reads them."""
    person = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    async with opened(_descriptor(sys.stdout, os.O_WRONLY), lost) as output:
        if person and greeting:
            await PlainReply(output).notice(greeting)
        yield Pipe(Lines(_descriptor(sys.stdin, os.O_RDONLY)), output, "> " if person else "")


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _descriptor(stream: TextIO | None, flags: int) -> int:
    # A closed stream is None, and its number may meanwhile be a connection to Redis.
    if stream is None:
        return os.open(os.devnull, flags)
    if flags == os.O_WRONLY:
        stream.flush()
    return stream.fileno()
