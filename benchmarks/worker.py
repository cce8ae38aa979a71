"""A worker in a process of its own, for the benchmarks: its turns do nothing but note when they began.

    python -m benchmarks.worker URL

prints `ready` once it claims, and when it is told to leave, the seconds from accepting to starting of each turn (the
message's text is the time at which it was accepted), as a JSON list.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvloop

from benchmarks.rig import NullSink
from bot.attempts import Attempts
from bot.bell import Bell
from bot.history import History
from bot.journal import Journal
from bot.mailbox import Mailbox
from bot.messages import Conversation, IncomingMessage
from bot.reply import ReplySink
from bot.store import open_store
from bot.worker import Worker


async def main(url: str) -> None:
    """Work until SIGTERM."""
    spans: list[float] = []

    async def note(message: IncomingMessage, reply: ReplySink) -> None:
        del reply
        spans.append(time.monotonic() - float(message.text))

    @asynccontextmanager
    async def nowhere(message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        del message, journal
        yield NullSink()

    def stop(conversation: Conversation) -> bool:
        del conversation
        return False

    async with open_store(url, "bench-worker") as store:
        mailbox = Mailbox(store)
        attempt = Attempts(mailbox, lambda _: note, nowhere)
        worker = Worker(mailbox, History(store), Bell(store), attempt, stop)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.leave)
        print("ready", flush=True)
        await worker.run()
    print(json.dumps(spans), flush=True)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    uvloop.run(main(sys.argv[1]))
