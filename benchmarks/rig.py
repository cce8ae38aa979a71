"""What the benchmarks run on: a Valkey and an OpenAI simulator in other processes, and an engine in this one."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters.embedded import embedded_valkey
from bot.answer import cache_key
from bot.engine import Engine, Policy, build_engine
from bot.messages import Author, Conversation, IncomingMessage
from bot.model import Finished, Model, Piece, Prompt
from bot.openai_api import open_client
from bot.reply import Ending
from bot.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and what it should be; some only inform."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met, if there is one."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(slots=True)
class NullSink:
    """A screen that takes everything at once."""

    failures: list[str] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)

    async def status(self, text: str) -> None:
        """Show nothing."""

    def expect(self) -> None:
        """Set nothing up."""

    def write(self, text: str) -> None:
        """Show nothing."""

    async def finish(self, ending: Ending) -> None:
        """Keep the ending."""
        self.endings.append(ending)

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Show nothing."""

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Keep the failure, so that no benchmark passes on errors."""
        del private
        self.failures.append(text)

    async def attach(self, name: str, content: str) -> None:
        """Show nothing."""

    async def take_back(self, name: str) -> None:
        """Nothing stands anywhere."""

    async def find(self, key: str) -> str | None:
        """Find nothing."""


@dataclass(slots=True)
class Timed:
    """A model that notes when it was asked and when its last chunk came."""

    model: Model
    asked: dict[str, float] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)
    prompts: list[Prompt] = field(default_factory=list)

    def span(self, conversation: Conversation) -> float:
        """Seconds that a conversation's last answer took, from asking to the last chunk."""
        key = cache_key(conversation)
        return self.ended[key] - self.asked[key]

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """As the model's own."""
        self.asked[prompt.conversation] = time.perf_counter()
        self.prompts.append(prompt)
        async with aclosing(self.model.stream(prompt)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Finished):
                    self.ended[prompt.conversation] = time.perf_counter()
                yield piece


@dataclass(frozen=True, slots=True)
class Rig:
    """An engine under measurement."""

    engine: Engine
    store: Store
    timed: Timed

    @staticmethod
    def conversation(channel: str) -> Conversation:
        """The conversation of a channel."""
        return Conversation("bench:team", channel)

    async def turn(self, channel: str, text: str, number: int = 0) -> NullSink:
        """One turn, which must succeed."""
        sink = NullSink()
        author = Author("U1", "Ada")
        message = IncomingMessage(
            f"{channel}-{number}", self.conversation(channel), author, text, direct=True
        )
        await self.engine.handler(message, sink)
        assert sink.endings, sink.failures
        return sink


@asynccontextmanager
async def simulator(*options: str) -> AsyncIterator[str]:
    """The base URL of a simulator in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.openai", *options, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def rig(*options: str, policy: Policy | None = None) -> AsyncIterator[Rig]:
    """A rig whose simulator runs with these command line options."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address = await stack.enter_async_context(embedded_valkey(Path(folder)))
        store = await stack.enter_async_context(open_store(address))
        url = await stack.enter_async_context(simulator(*options))
        client = await stack.enter_async_context(open_client("bench", url))
        timed: list[Timed] = []

        def watched(model: Model) -> Model:
            timed.append(Timed(model))
            return timed[0]

        engine = build_engine(store, client, policy or Policy(), around_model=watched)
        await engine.tokens.counter(Policy().model)
        yield Rig(engine, store, timed[0])


def peak_rss() -> float:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu() -> float:
    """Seconds of CPU that this process took so far."""
    times = os.times()
    return times.user + times.system
