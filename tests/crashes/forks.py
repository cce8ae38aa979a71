"""A process that has loaded everything once, and forks a worker for each job that comes in at its socket.

Its end is the end of all that it started: it waits for its standard input to be closed.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from importlib import import_module
from typing import NoReturn

import openai
import orjson
import structlog
import uvloop
from structlog.typing import EventDict

from bot.persona import shipped
from bot.tokens import load_count
from tests.crashes.job import unpack
from tests.crashes.numbering import Tell
from tests.crashes.working import work

_BAD = {"error", "exception", "critical"}
"""What a worker never logs because another one died."""


def main(path: str) -> None:
    """Fork until nobody wants any more."""
    _load_all()
    # Nobody waits for a child: its end is the end of its connection.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        print("ready", flush=True)  # noqa: T201 - tells who started it
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _live(connection)
            connection.close()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _load_all() -> None:
    """What a worker would load with its first turn."""
    load_count("o200k_base")
    shipped()
    client = openai.AsyncOpenAI(api_key="key", http_client=openai.DefaultAioHttpClient())
    assert client.moderations.with_raw_response
    import_module("anyio._backends._asyncio")
    gc.freeze()


def _live(connection: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def tell(kind: str, news: str) -> None:
        connection.sendall(orjson.dumps((kind, news)) + b"\n")

    _log_to(tell)
    try:
        tell("process", str(os.getpid()))
        with connection.makefile("rb") as lines:
            job = unpack(lines.readline())
        uvloop.run(work(job, tell))
        tell("done", "")
    except BaseException:  # noqa: BLE001 - whoever gave the job reads it
        tell("failed", traceback.format_exc())
    os._exit(0)


def _log_to(tell: Tell) -> None:
    def told(_: object, method: str, event: EventDict) -> NoReturn:
        tell("error" if method in _BAD else "log", orjson.dumps(event, default=repr).decode())
        raise structlog.DropEvent

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info, told]
    )


if __name__ == "__main__":
    main(sys.argv[1])
