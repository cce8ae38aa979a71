"""The embedded Valkey: started, shared, found again, and stopped by the last who leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from adapters.embedded import embedded_valkey
from bot.errors import StoreUnavailable

HOLD = """
import asyncio, sys
from pathlib import Path
from adapters.embedded import embedded_valkey

async def hold():
    async with embedded_valkey(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.readline)

asyncio.run(hold())
"""
"""Another process that uses the server until it is told to leave."""


async def another(folder: Path) -> asyncio.subprocess.Process:
    """A process that holds the server of a folder."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(folder), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert (await process.stdout.readline()).startswith(b"unix://")
    return process


async def value_of(url: str, name: str) -> object:
    """What a key holds, as a client of its own reads it."""
    async with Redis.from_url(url) as client:
        return await client.get(name)


async def test_what_is_kept_survives_a_restart(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url, Redis.from_url(url) as client:
        await client.set("name", "Ada")

    async with embedded_valkey(tmp_path) as url:
        assert await value_of(url, "name") == b"Ada"


async def test_nobody_else_may_read_the_folder(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path / "data") as url:
        socket = Path(url.removeprefix("unix://"))

        modes = await asyncio.to_thread(lambda: [path.stat().st_mode for path in (tmp_path / "data", socket)])

        assert [mode & 0o077 for mode in modes] == [0, 0]


async def test_the_last_who_leaves_stops_the_server(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        pass

    with pytest.raises(RedisConnectionError):
        await value_of(url, "name")


async def test_a_second_process_shares_the_server_and_keeps_it_when_the_first_leaves(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        async with Redis.from_url(url) as client:
            await client.set("name", "Ada")
        process = await another(tmp_path)

    assert await value_of(url, "name") == b"Ada"
    assert process.stdin
    process.stdin.write(b"\n")
    await process.wait()
    with pytest.raises(RedisConnectionError):
        await value_of(url, "name")


async def test_the_server_of_a_killed_process_is_found_again(tmp_path: Path) -> None:
    process = await another(tmp_path)
    url = f"unix://{tmp_path / 'valkey.sock'}"
    async with Redis.from_url(url) as client:
        await client.set("name", "Ada")
    process.kill()
    await process.wait()

    async with embedded_valkey(tmp_path) as again:
        assert again == url
        assert await value_of(url, "name") == b"Ada"


async def test_ctrl_c_does_not_reach_the_server(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        async with Redis.from_url(url) as client:
            server = int((await client.info("server"))["process_id"])

        assert os.getpgid(server) != os.getpgid(0)
        assert os.getsid(server) == server


async def test_two_that_start_at_once_start_one_server(tmp_path: Path) -> None:
    first, second = await asyncio.gather(another(tmp_path), another(tmp_path))

    async with Redis.from_url(f"unix://{tmp_path / 'valkey.sock'}") as client:
        names = {each["name"].rpartition("-")[0] for each in await client.client_list()}

    assert {f"parley-{first.pid}", f"parley-{second.pid}"} <= names
    for process in (first, second):
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with embedded_valkey(tmp_path):
        pass


async def test_a_deep_folder_has_its_socket_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    async with embedded_valkey(deep) as url:
        assert len(url) < 108
        assert await value_of(url, "name") is None


async def test_a_server_that_cannot_start_is_one_sentence(tmp_path: Path) -> None:
    appended = tmp_path / "appendonlydir"
    appended.mkdir()
    (appended / "appendonly.aof.manifest").write_text("nonsense\n")

    with pytest.raises(StoreUnavailable, match=r"did not start.*valkey.log may say why"):
        async with embedded_valkey(tmp_path):
            pass


async def test_a_server_that_dies_is_started_again_with_what_it_kept(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url:
        async with Redis.from_url(url) as client:
            await client.config_set("appendfsync", "always")
            await client.set("name", "Ada")
            os.kill(int((await client.info("server"))["process_id"]), signal.SIGKILL)

        retry = Retry(ConstantBackoff(0.05), 200)
        async with Redis.from_url(url, retry=retry, retry_on_error=[RedisConnectionError]) as client:
            assert await client.get("name") == b"Ada"


async def test_a_server_that_only_hangs_gets_no_second_one_beside_it(tmp_path: Path) -> None:
    async with embedded_valkey(tmp_path) as url, Redis.from_url(url) as client:
        process = int((await client.info("server"))["process_id"])
        os.kill(process, signal.SIGSTOP)
        late = asyncio.create_task(another(tmp_path))
        try:
            done, _ = await asyncio.wait([late], timeout=0.5)
        finally:
            os.kill(process, signal.SIGCONT)
        second = await late

        assert not done
        assert int((await client.info("server"))["process_id"]) == process
        second.kill()
        await second.wait()
