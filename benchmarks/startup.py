"""From the command to the first prompt."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pexpect

from benchmarks.rig import Figure

ROUNDS = 5


async def first_prompt() -> list[Figure]:
    """Import, embedded Valkey and all, in a folder that has nothing yet."""
    return [Figure("start to first prompt", statistics.median(_once() for _ in range(ROUNDS)), "s", 1.5)]


def _once() -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "TERM": "xterm",
            "PYTHONPATH": str(Path.cwd()),
        }
        begun = time.perf_counter()
        child = pexpect.spawn(sys.executable, ["-m", "adapters", "chat"], cwd=folder, env=environment)
        child.expect("> ")
        took = time.perf_counter() - begun
        child.sendeof()
        child.expect(pexpect.EOF)
        return took
