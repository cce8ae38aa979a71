"""A process that has loaded all of Parley once, and forks a service for each connection to its socket.

A service's settings are the first line that comes there; its standard error is what goes back. The end of this process
is the end of all that it started: it waits for its standard input to be closed.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from importlib import import_module
from typing import NoReturn

import openai
import orjson

from adapters.connections import opening
from adapters.logs import logging_to_stderr
from adapters.running import run_to_end
from adapters.service import Workload, serve
from adapters.settings import Settings
from bot.persona import shipped
from bot.tokens import load_count


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
    """What a service loads when it begins, and with its first turn."""
    import_module("adapters.discord.adapter")
    load_count("o200k_base")
    shipped()
    client = openai.AsyncOpenAI(api_key="key", http_client=openai.DefaultAioHttpClient())
    assert client.moderations.with_raw_response
    import_module("anyio._backends._asyncio")
    gc.freeze()


def _live(connection: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 1
    try:
        with connection.makefile("rb") as lines:
            settings = Settings(**orjson.loads(lines.readline()))
        os.dup2(connection.fileno(), 2)
        connection.close()
        os.write(2, orjson.dumps({"event": "forked", "pid": os.getpid()}) + b"\n")
        run_to_end(serve(settings, opening(settings), working=Workload()), logging_to_stderr())
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1])
