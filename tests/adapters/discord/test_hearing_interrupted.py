"""Processes that are killed, stopped, or cut off from Redis: another one hears in their place, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.beside import beside
from bot.store import open_store
from tests.adapters.discord.ears import TERMS, House, session_key
from tests.adapters.discord.hearing_alone import HEARD, HEARS
from tests.conftest import running_valkey
from tests.fakes import settled

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process(house: House, valkey: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process, which hears."""
    house.discord.speed = 6.0  # a session is kept for longer than a lease
    app = house.discord.app
    words = (
        "-m",
        "tests.adapters.discord.hearing_alone",
        valkey,
        house.discord.gateway_url,
        app.token,
        app.id,
    )
    running = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    try:
        await house.until_connected()
        async with asyncio.timeout(10):
            # Until it has noted that it began to hear, the next process would look for what was said before.
            while b'"gap":false' not in (await house.store.do("GET", session_key(house)) or b""):
                await settled()
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def until_noted(house: House, ids: list[str]) -> None:
    """Return once the other process has noted these messages."""
    async with asyncio.timeout(10):
        while not {each.encode() for each in ids} <= set(await house.store.do("LRANGE", HEARD, 0, -1)):
            await settled()


async def test_who_is_killed_is_followed_by_who_waits_and_nothing_is_lost(house: House, valkey: str) -> None:
    standby = house.hearer("standby")
    async with process(house, valkey) as running, beside(standby.gateway().run()):
        before = await house.says("before")
        await until_noted(house, before)

        running.kill()
        killed = time.monotonic()
        after = await house.says("after it", "was killed")
        await house.until_heard(after)

    assert time.monotonic() - killed < TERMS.lease + 3.0
    assert [each for each in standby.ids if each not in before] == after
    assert len(house.discord.identifies) == 1
    assert standby.gaps == []


async def test_who_was_stopped_too_long_hears_nothing_when_it_goes_on(house: House, valkey: str) -> None:
    standby = house.hearer("standby")
    async with process(house, valkey) as running, beside(standby.gateway().run()):
        running.send_signal(signal.SIGSTOP)
        after = await house.says("while it is stopped")
        await house.until_heard(after)

        running.send_signal(signal.SIGCONT)
        async with asyncio.timeout(10):
            while await house.store.do("GET", HEARS) != b"0":
                await settled()
        said = await house.says("when it goes on")
        await house.until_heard(said)

        assert len(house.discord.sessions) == 1
    assert len(house.discord.identifies) == 1
    assert not {each.encode() for each in said} & set(await house.store.do("LRANGE", HEARD, 0, -1))


async def test_who_cannot_say_that_it_lives_stops_hearing_in_time_and_resumes_later(
    house: House, tmp_path: Path
) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with open_store(url) as store:
            hearer = house.hearer(store=store)
            async with beside(hearer.gateway().run()):
                await house.until_hears(hearer)
                await house.until_heard(await house.says("before"))

                server.send_signal(signal.SIGSTOP)
                stopped = time.monotonic()
                await house.until_connected(0)
                deaf = time.monotonic() - stopped
                said = await house.says("meanwhile")
                server.send_signal(signal.SIGCONT)
                await house.until_heard(said)

    assert deaf < TERMS.lease
    assert house.discord.closes[0] == 4000
    assert len(house.discord.identifies) == 1
