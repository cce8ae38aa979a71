"""A server on loopback: as long as a block runs, or until somebody interrupts it."""

import asyncio
import signal
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar

import click
import uvloop
from aiohttp import web

_SHUTDOWN_SECONDS = 0.05
_BACKLOG = 2048

T = TypeVar("T")


@dataclass(slots=True)
class Server:
    """What answers at a port of loopback."""

    _runner: web.AppRunner | None = None

    async def start(self, app: web.Application, port: int) -> int:
        """Serve at a port (0: a free one); which one it is."""
        # Without cancellation a disconnect would go unnoticed while nothing is being written.
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        self._runner = runner
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=_BACKLOG).start()
        return int(runner.addresses[0][1])

    async def end(self) -> None:
        """Serve no more."""
        if self._runner is not None:
            await self._runner.cleanup()


def serve(simulator: AbstractAsyncContextManager[T], told: Callable[[T], Iterable[str]]) -> None:
    """Let a simulator run until somebody interrupts it, and say what is to be known of it."""
    uvloop.run(_served(simulator, told))


async def _served(simulator: AbstractAsyncContextManager[T], told: Callable[[T], Iterable[str]]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with simulator as running:
        for line in told(running):
            click.echo(line)
        await stop.wait()
