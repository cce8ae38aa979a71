"""Redis goes away in the middle of everything, and comes back: nobody ends, nobody spins, every message is answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.messages import IncomingMessage
from tests.conftest import free_port
from tests.processes.child import Child
from tests.processes.server import Server
from tests.processes.site import Site, message

RUNNING = 20
PACE = 8.0
"""Tokens a second: an answer takes some five seconds."""
IDLE = 0.25
"""The most of a core that a worker takes while it has nothing to do but wait."""
UNREACHABLE = "I can't reach my memory"
FULL = "is full, so I can't take this in"


@dataclass(frozen=True, slots=True)
class Scene:
    """Turns that run in one worker, and another worker that has nothing to do."""

    running: list[IncomingMessage]
    busy: Child
    idle: Child


@asynccontextmanager
async def idle_worker_rests(worker: Child) -> AsyncIterator[None]:
    """A block during which a worker takes little of its core."""
    began, used = time.monotonic(), worker.cpu()
    yield
    share = (worker.cpu() - used) / (time.monotonic() - began)
    assert share < IDLE, f"{share:.1%} of a core"


async def begun(site: Site) -> Scene:
    """Let turns run."""
    site.behave(tokens_per_second=PACE)
    running = [message(f"b{number}") for number in range(RUNNING)]
    busy = await site.worker()
    await site.accept(*running)
    await site.all_begun(running)
    return Scene(running, busy, await site.worker())


async def refused(site: Site, board: str, why: str) -> IncomingMessage:
    """Bring a message that cannot be taken in; its author reads so."""
    asked = message(board)
    began = time.monotonic()
    await site.accept(asked)
    [told] = site.board.find(board)
    assert why in told.text
    assert time.monotonic() - began < 8
    return asked


async def check_all_well(site: Site, scene: Scene, *, asked: int = RUNNING) -> None:
    """What ran was answered once, after so many questions to the model; nobody has ended; new ones are answered."""
    await site.all_complete(scene.running, within=40)
    later = message("later")
    assert sum("doubtful" not in repr(each.body) for each in site.model.requests_to("chat")) == asked
    site.behave()
    await site.accept(later)
    await site.all_complete([later])
    await site.check_answered_once([*scene.running, later])
    assert (scene.busy.status, scene.idle.status) == (None, None)


@pytest.mark.parametrize("seconds", [0.0, 15.0])
async def test_a_server_that_crashed_and_started_again(outage: Site, server: Server, seconds: float) -> None:
    scene = await begun(outage)

    server.kill()
    async with idle_worker_rests(scene.idle):
        if seconds:
            await refused(outage, "refused", UNREACHABLE)
            await asyncio.sleep(seconds)
    await server.start_again()

    await check_all_well(outage, scene)
    assert [post.key for post in outage.board.find("refused")] == ["refused-0/refused/0"] * bool(seconds)


async def test_a_server_that_hangs_for_a_while(outage: Site, server: Server) -> None:
    scene = await begun(outage)
    until = time.monotonic() + 8

    server.stop()
    async with idle_worker_rests(scene.idle):
        doubtful = await refused(outage, "doubtful", UNREACHABLE)
        await asyncio.sleep(until - time.monotonic())
    server.go_on()

    await check_all_well(outage, scene)
    # The server may have read the message, and taken it in although its author was told otherwise.
    assert len(outage.posts(doubtful)) <= 1
    assert len(outage.board.find("doubtful")) <= 2


async def test_a_server_that_is_full(outage: Site) -> None:
    scene = await begun(outage)

    await outage.store.do("CONFIG", "SET", "maxmemory", 1)
    async with idle_worker_rests(scene.idle):
        await refused(outage, "refused", FULL)
        await outage.all_complete(scene.running)
        await outage.idle()
    remembered = [len(await outage.history.everything(each.conversation)) for each in scene.running]
    await outage.store.do("CONFIG", "SET", "maxmemory", 0)

    assert remembered == [1] * RUNNING
    await check_all_well(outage, scene)


async def test_a_server_that_was_emptied(outage: Site) -> None:
    scene = await begun(outage)

    await outage.store.do("FLUSHALL")

    await check_all_well(outage, scene, asked=2 * RUNNING)


async def test_a_server_that_only_reads(outage: Site) -> None:
    scene = await begun(outage)

    await outage.store.do("REPLICAOF", "127.0.0.1", free_port())
    async with idle_worker_rests(scene.idle):
        await refused(outage, "refused", UNREACHABLE)
    await outage.store.do("REPLICAOF", "NO", "ONE")

    await check_all_well(outage, scene)
