"""A Redis of the test's own, which goes away and comes back."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import free_port, running_valkey

OPTIONS = ("--appendonly", "yes")


@dataclass(slots=True)
class Server:
    """A server that keeps its data over restarts, at an address that stays."""

    folder: Path
    port: int = field(default_factory=free_port)
    _stack: ExitStack = field(default_factory=ExitStack)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, or will be again."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and return when it can be reached."""
        self._process, _ = self._stack.enter_context(running_valkey(self.folder, *OPTIONS, port=self.port))

    async def start_again(self) -> None:
        """Start it while the test goes on."""
        await asyncio.to_thread(self.start)

    def kill(self) -> None:
        """End it without a warning."""
        self._stack.close()

    def stop(self) -> None:
        """Let it hang: connections stand, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)


@contextmanager
def own_server(folder: Path) -> Iterator[Server]:
    """A running server; it is gone when the block ends."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
