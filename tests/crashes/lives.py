"""The lives of worker processes, as the test that starts them sees them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from tests.crashes.job import Job

LONGEST = 30.0
"""Seconds of a life; a worker that is still there hangs."""


@dataclass(slots=True)
class Life:
    """What a process told of itself."""

    job: Job
    process: int = 0
    operations: list[str] = field(default_factory=list)
    """Those of the turn, in the order in which they began."""
    ended: set[str] = field(default_factory=set)
    """Which operations came to their end at least once."""
    killed: str = ""
    done: bool = False
    errors: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)

    def note(self, kind: str, news: str) -> None:
        """Take down what the process says."""
        match kind:
            case "process":
                self.process = int(news)
            case "operation":
                self.operations.append(news)
            case "ended":
                self.ended.add(news)
            case "killed":
                self.killed = news
            case "done":
                self.done = True
            case "log":
                self.logs.append(news)
            case _:
                self.errors.append(news)

    @property
    def wrong(self) -> list[str]:
        """What must not be in a life: an error, or an end that is neither its own nor its point."""
        strange = [] if self.done or self.killed else ["ended without a word"]
        return [*self.errors, *strange]


@dataclass(frozen=True, slots=True)
class Forks:
    """The process that forks workers."""

    path: Path

    async def live(self, job: Job) -> Life:
        """Let a worker live with that job, to its end."""
        life = Life(job)
        reader, writer = await asyncio.open_unix_connection(self.path)
        try:
            writer.write(job.pack())
            async with asyncio.timeout(LONGEST):
                async for line in reader:
                    life.note(*orjson.loads(line))
        except TimeoutError:
            os.kill(life.process, signal.SIGKILL)
            life.errors.append(f"hung after {life.operations[-1:]}")
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        return life


@contextlib.contextmanager
def running_forks(folder: Path) -> Iterator[Forks]:
    """The process, in a group of its own with all that it starts, for as long as the block lasts."""
    path = folder / "forks"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.crashes.forks", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Forks(path)
        process.communicate(timeout=10)
