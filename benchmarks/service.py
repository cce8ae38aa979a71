"""Parley as a process of its own, with a Valkey and a model beside it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded import embedded_valkey
from benchmarks.rig import simulator

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Service:
    """The process."""

    process: asyncio.subprocess.Process

    def cpu(self) -> float:
        """Seconds of CPU that it took so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def rss(self) -> float:
        """Memory that it holds, in MB."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text("utf-8").split()[1]
        return int(pages) * _PAGE / 1_000_000


@asynccontextmanager
async def serving(options: tuple[str, ...], settings: Mapping[str, str]) -> AsyncIterator[Service]:
    """Parley with these settings, and a model with these options."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        redis = await stack.enter_async_context(embedded_valkey(Path(folder)))
        model = await stack.enter_async_context(simulator(*options))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "adapters", "run"),
            env={
                "PATH": os.environ["PATH"],
                "REDIS_URL": redis,
                "OPENAI_API_KEY": "key",
                "OPENAI_BASE_URL": model,
                **settings,
            },
            stderr=asyncio.subprocess.DEVNULL,
        )
        stack.push_async_callback(process.wait)
        stack.callback(process.terminate)
        yield Service(process)
