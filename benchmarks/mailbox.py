"""What the mailbox adds between hearing a message and answering it. The workers are other processes."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.embedded import embedded_valkey
from benchmarks.rig import Figure
from bot.mailbox import Limits, Mailbox
from bot.messages import Author, Conversation, IncomingMessage
from bot.store import Store, open_store

RATE = 200
STEADY = 1_000
NO_OPS = 20_000
ENDLESS = Limits(1_000_000, 1_000_000, 1_000_000)


def message(number: int) -> IncomingMessage:
    """A message in a conversation of its own, of one of a hundred tenants, whose text says when it was made."""
    conversation = Conversation(f"bench:team{number % 100}", f"c{number}")
    return IncomingMessage(f"m{number}", conversation, Author("U1", "Ada"), str(time.monotonic()))


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[str, Store, Mailbox]]:
    """An empty mailbox, and where it is."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_valkey(Path(folder)) as url, open_store(url, "bench") as store:
            yield url, store, Mailbox(store, ENDLESS)


async def started(url: str) -> Process:
    """A worker that claims already."""
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.worker", url, stdout=PIPE)
    assert worker.stdout
    await worker.stdout.readline()
    return worker


async def spans_of(worker: Process) -> list[float]:
    """End a worker; the seconds from accepting to starting of its turns."""
    worker.terminate()
    output, _ = await worker.communicate()
    return [float(span) for span in json.loads(output)]


async def waiting() -> list[Figure]:
    """Accept → started, at a steady rate, and the connections of a worker that has nothing to do."""
    async with mailbox() as (url, store, box):
        worker = await started(url)
        await asyncio.sleep(2)

        async def one(number: int) -> None:
            await asyncio.sleep(number / RATE)
            await box.accept(message(number))

        await asyncio.gather(*map(one, range(STEADY)))
        await asyncio.sleep(1)
        clients = await store.do("CLIENT LIST")
        idle = sum(client["name"] == "bench-worker" for client in clients)
        spans = sorted(await spans_of(worker))
    assert len(spans) == STEADY
    return [
        Figure("accepted → started, p50", spans[STEADY // 2] * 1000, "ms", 3),
        Figure("accepted → started, p99", spans[int(STEADY * 0.99)] * 1000, "ms", 15),
        Figure("connections of an idle worker", idle, "", 4),
    ]


async def no_ops() -> list[Figure]:
    """Turns that do nothing, as fast as one worker claims and ends them, and Redis's CPU for a turn."""
    async with mailbox() as (url, store, box):
        before = await _redis_cpu(store)
        rate = await throughput(url, store, box, workers=1)
        redis = (await _redis_cpu(store) - before) / NO_OPS * 1e6
    return [
        Figure("no-op turns of one worker", rate, "/s", 5_000, at_least=True),
        Figure("Redis CPU of a no-op turn", redis, "µs", 80),
    ]


async def scaling() -> list[Figure]:
    """No-op turns of 1, 2 and 4 workers, which depends on the cores of the machine more than on anything else."""
    figures = []
    for count in (1, 2, 4):
        async with mailbox() as (url, store, box):
            rate = await throughput(url, store, box, workers=count)
        figures.append(Figure(f"no-op turns of {count} worker(s)", rate, "/s"))
    return figures


async def throughput(url: str, store: Store, box: Mailbox, *, workers: int) -> float:
    """No-op turns a second, of messages that wait already when the workers come."""
    for start in range(0, NO_OPS, 1_000):
        await asyncio.gather(*(box.accept(message(number)) for number in range(start, start + 1_000)))
    processes = await asyncio.gather(*(started(url) for _ in range(workers)))
    ready = waits = await _waiting(store)
    begun = time.perf_counter()
    while waits:
        await asyncio.sleep(0.02)
        waits = await _waiting(store)
    took = time.perf_counter() - begun
    done = sum(len(spans) for spans in await asyncio.gather(*map(spans_of, processes)))
    assert done == NO_OPS
    return ready / took


async def _waiting(store: Store) -> int:
    counts = await store.do_all(*(("HGET", f"parley:{{{number}}}:load", "") for number in range(16)))
    return sum(int(count or 0) for count in counts)


async def _redis_cpu(store: Store) -> float:
    used = await store.do("INFO", "cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])
