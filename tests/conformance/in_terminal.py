"""The terminal as a stage: a pipe, into which lines are typed, and out of which answers come."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from adapters.composition import open_engine, open_memory
from adapters.settings import Settings
from adapters.terminal.adapter import Chat, Talk
from adapters.terminal.pipe.plain import Output, PlainReply, opened
from bot.beside import beside
from bot.messages import Author, Conversation
from simulators.changes import Changes
from simulators.openai import OpenAISimulator
from simulators.openai_api.chat.messages import Responder
from tests.conformance.stage import ADA, Post, Shared

MAIN = Conversation("terminal:ada", "main")
_ERROR = re.compile(r"^Error: ", re.MULTILINE)
"""What stands before a failure, for who reads nothing but text."""


@dataclass(slots=True)
class Pipe:
    """A Place: lines that wait, and all that was printed, answer by answer."""

    output: Output
    reading: int
    """Where comes out what was printed."""
    lines: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    changes: Changes = field(default_factory=Changes)
    printed: list[str] = field(default_factory=list)
    typed: int = 0
    answered: int = 0

    async def line(self) -> str:
        """The next line."""
        return await self.lines.get()

    @asynccontextmanager
    async def reply(self) -> AsyncIterator[PlainReply]:
        """A sink for one answer."""
        self.printed.append("")
        reply = PlainReply(self.output)
        try:
            yield reply
        finally:
            reply.close()
            await self.output.flush()
            self.take()
            self.answered += 1
            self.changes.tell()

    def take(self) -> None:
        """Read what was printed since."""
        with suppress(BlockingIOError):
            while data := os.read(self.reading, 65_536):
                self.printed[-1] += data.decode()  # the texts of stories are not torn within a letter
        self.changes.tell()


@dataclass(frozen=True, slots=True)
class InTerminal:
    """A Stage: everything is one talk of one person."""

    model: OpenAISimulator
    pipe: Pipe
    stop: Callable[[Conversation], bool]

    async def asks(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Type a line."""
        await self.says(text, MAIN.channel, who, files)
        return MAIN.channel

    async def says(self, text: str, talk: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Type a line."""
        assert (talk, who, files) == (MAIN.channel, ADA, ())
        self.pipe.typed += 1
        self.pipe.lines.put_nowait(text)

    async def stops(self, talk: str) -> None:
        """Do what Ctrl-C does."""
        assert talk == MAIN.channel
        assert self.stop(MAIN)

    async def edits(self, talk: str, text: str) -> None:
        """Nobody can."""
        raise NotImplementedError

    async def deletes(self, talk: str) -> None:
        """Nobody can."""
        raise NotImplementedError

    def read(self, talk: str) -> list[Post]:
        """What was printed, answer by answer."""
        assert talk == MAIN.channel
        return [Post(_ERROR.sub("", text)) for text in self.pipe.printed if text.strip()]

    def aside(self, who: str) -> list[Post]:
        """Nothing."""
        assert who == ADA
        return []

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds."""
        async with asyncio.timeout(20.0):
            await self.pipe.changes.until(predicate)

    async def idle(self) -> None:
        """Return once every line is answered."""
        await self.until(lambda: self.pipe.answered == self.pipe.typed)


@asynccontextmanager
async def open_terminal(url: str, responder: Responder, **settings: Any) -> AsyncIterator[InTerminal]:
    """Somebody who talks with Parley in a pipe."""
    async with OpenAISimulator(responder=responder) as model:
        given = Settings(
            openai_api_key=SecretStr("key"), openai_base_url=model.base_url, redis_url=url, **settings
        )
        async with (
            open_memory(given) as store,
            open_engine(given, store) as engine,
            open_pipe() as pipe,
        ):
            chat = Chat(engine.handler, engine.running.stop, MAIN, Author("ada", ADA), _nobody, Path())
            async with beside(_talked(Talk(chat, pipe, in_pipe=True))):
                yield InTerminal(model, pipe, engine.running.stop)


@asynccontextmanager
async def open_pipe() -> AsyncIterator[Pipe]:
    """A pipe that is read whenever something comes out of it."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    loop = asyncio.get_running_loop()
    try:
        async with opened(writing, lambda: None) as output:
            pipe = Pipe(output, reading)
            loop.add_reader(reading, pipe.take)
            yield pipe
    finally:
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)


async def _talked(talk: Talk) -> None:
    await talk.run()


async def _nobody() -> tuple[str, ...]:
    return ()
