"""A process under test: started, watched through its log, and ended whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from simulators.noticeboard_api.boards import Changes

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True, eq=False)
class Child:
    """A running process of Parley, and what its log has said so far."""

    process: asyncio.subprocess.Process
    log: list[dict[str, Any]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    """What it wrote that is no log: a traceback, a warning."""
    _changes: Changes = field(default_factory=Changes)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self.process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.process.returncode

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log about an event."""
        return [line for line in self.log if line["event"] == event]

    async def until(self, predicate: Callable[[], bool], within: float = 20.0) -> None:
        """Return once `predicate` holds; it is asked with each line of the log."""
        async with asyncio.timeout(within):
            await self._changes.until(predicate)

    async def started(self) -> None:
        """Return once it listens and works."""
        await self.until(lambda: bool(self.said("started")) or self.status is not None)
        assert self.status is None, self.noise

    def send(self, number: signal.Signals) -> float:
        """Send it a signal; when that was."""
        self.process.send_signal(number)
        return time.monotonic()

    async def ended(self, within: float = 20.0) -> int:
        """Its exit status, once it has ended."""
        async with asyncio.timeout(within):
            return await self.process.wait()

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    async def read(self) -> None:
        """Follow its log to the end."""
        assert self.process.stderr
        async for line in self.process.stderr:
            try:
                self.log.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                self.noise.append(line.decode())
            self._changes.tell()
        self._changes.tell()


@asynccontextmanager
async def child(environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Child]:
    """A process on the notice board for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.noticeboard.process", *arguments),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    running = Child(process)
    reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading
