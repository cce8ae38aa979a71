"""A connection to Discord's gateway: discord.py speaks its protocol, and keeps nothing of what it brings.

All that is used of discord.py and aiohttp without being public is used here, and named by a test.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import aiohttp
import orjson
import yarl
from discord.errors import ConnectionClosed
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.utils import _ActiveDecompressionContext

from adapters.discord.hearing.heart import Heart

VERSION = 10
RESUMABLE = 4000
"""Closed with this code a session can be resumed; 1000 and 1001 end it (discord.com/developers, "Gateway")."""
CONNECT = 20.0
"""Seconds for a connection, and for a new session in it."""
FAREWELL = 0.5
"""Seconds that the other end has for its own close frame."""
SILENCE = 60.0
"""Seconds without any word after which the other end is gone; heartbeats are answered more often."""
_OVER = frozenset({4007, 4009})
"""Close codes after which a new session is to be started, although one may connect again."""
_NONSENSE = (LookupError, TypeError, AttributeError, ValueError, zlib.error)
"""What reading a payload raises that is none of Discord's."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who hears, and where."""

    token: str = field(repr=False)
    application: str
    gateway_url: str
    intents: int
    shards: int | None = None
    """How many there are in all; None asks Discord."""


class Resumption(NamedTuple):
    """What a session goes on with, in this process or in another one."""

    session: str
    url: str
    sequence: int


class Dispatch(NamedTuple):
    """An event as the gateway numbers it."""

    name: str
    data: Any
    sequence: int


class Ended(Exception):
    """A connection is at its end, or did not come about."""

    def __init__(self, code: int | None = None, *, resumable: bool = True, reached: bool = True) -> None:
        super().__init__(f"code {code}")
        self.code = code
        """The close code of either side, where there was one."""
        self.resumable = resumable
        """Whether the session may go on in another connection."""
        self.reached = reached
        """Whether the address was that of a gateway."""


class _Every(dict[str, Callable[[Any], None]]):
    """Parsers of all events that there are: each only passes on what came."""

    def __init__(self, hear: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._hear = hear

    def __missing__(self, event: str) -> Callable[[Any], None]:
        return partial(self._hear, event)


@dataclass(frozen=True, slots=True)
class _Intents:
    value: int


@dataclass(frozen=True, slots=True)
class _State:
    """What an IDENTIFY says of the bot, where discord.py has its caches."""

    _intents: _Intents
    _activity: None = None
    _status: None = None


class Wire(aiohttp.ClientWebSocketResponse):
    """A websocket that waits for the other end's farewell also when whoever read from it was cancelled.

    aiohttp takes a cancelled `receive` for an abnormal end, and cuts the connection right behind its own close frame:
    what is on its way here then resets it, before the other end has read with which code it was closed.
    """

    async def receive(self, timeout: float | None = None) -> Any:  # noqa: ASYNC109 - as aiohttp has it
        """The next message."""
        try:
            return await super().receive(timeout)
        except asyncio.CancelledError:
            self._close_code = None
            raise


async def _no_hooks(*_: object, **__: object) -> None:
    """What discord.py waits for before an IDENTIFY: whoever opens a socket has waited."""


class Socket(DiscordWebSocket):
    """A connection that hands over what comes, in its order, and finds out when nothing does any more."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, *, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(socket, loop=loop)
        self.call_hooks = _no_hooks
        self._discord_parsers = _Every(self._hear)
        self._initial_identify = False
        self._max_heartbeat_timeout = SILENCE
        self._came: Dispatch | None = None

    async def begin(self, account: Account, shard: tuple[int, int], resumption: Resumption | None) -> None:
        """Ask to go on with a session, or have a new one. Raises Ended."""
        self.token = account.token
        self._connection: Any = _State(_Intents(account.intents))
        self.shard_id, self.shard_count = shard
        with self._ending():
            await self.poll_event()
            if resumption:
                self.session_id, self.sequence = resumption.session, resumption.sequence
                await self.resume()
                return
            await self.identify()
            while self._came is None:
                await self.poll_event()

    async def next(self) -> Dispatch:
        """The next event. Raises Ended."""
        with self._ending():
            while self._came is None:
                await self.poll_event()
        came, self._came = self._came, None
        return came

    async def received_message(self, msg: Any, /) -> None:
        """Read a payload, one of a beginning with all that is relied on."""
        text = self._decompressor.decompress(msg) if isinstance(msg, bytes) else msg
        if text is None:
            return
        if self.session_id is None or "RESUMED" in text:
            payload = orjson.loads(text)
            if payload.get("op") == self.HELLO:
                self._live(payload["d"]["heartbeat_interval"] / 1000)
                return
            shard = self.shard_id, self.shard_count
            text = _completed(payload, text, {"resume_gateway_url": str(self.gateway), "shard": shard})
        await super().received_message(text)

    async def send_heartbeat(self, data: Any) -> None:
        """Send a heartbeat; whether the connection is still there is found out by who reads."""
        with suppress(ConnectionClosed, aiohttp.ClientError, OSError):
            await super().send_heartbeat(data)

    def _live(self, interval: float) -> None:
        heart = Heart(interval, lambda: self.sequence, self.send_heartbeat)
        self._keep_alive = heart  # type: ignore[assignment]  # which has a thread of its own
        heart.start(partial(self.close, RESUMABLE))

    def _hear(self, name: str, data: Any) -> None:
        self._came = Dispatch(name, data, self.sequence or 0)

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """How discord.py and aiohttp say that it is over, as `Ended`."""
        try:
            yield
        except (ReconnectWebSocket, ConnectionClosed) as end:
            code = self._close_code or self.socket.close_code
            asked = isinstance(end, ReconnectWebSocket) and end.resume
            raise Ended(code, resumable=asked and code not in _OVER) from end
        except (aiohttp.ClientError, OSError, TimeoutError, *_NONSENSE) as error:
            raise Ended(self.socket.close_code) from error


def _completed(payload: dict[str, Any], text: str, ready: dict[str, Any]) -> str:
    """A READY with all this, whatever it leaves out, and a RESUMED with data, if none; else the text as it is."""
    wanted = {"READY": ready, "RESUMED": {}}.get(payload.get("t") or "")
    if wanted is None:
        return text
    data = payload.get("d") or {}
    data |= {name: value for name, value in wanted.items() if not data.get(name)}
    return orjson.dumps(payload | {"d": data}).decode()


async def open_socket(
    http: aiohttp.ClientSession,
    account: Account,
    shard: tuple[int, int],
    resumption: Resumption | None = None,
) -> Socket:
    """A connection for a shard of so many, that asked to go on with a session, or has a new one. Raises Ended."""
    url = yarl.URL(resumption.url if resumption else account.gateway_url)
    socket = None
    try:
        async with asyncio.timeout(CONNECT):
            socket = Socket(await _connected(http, url), loop=asyncio.get_running_loop())
            socket.gateway = url
            await socket.begin(account, shard, resumption)
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        await _closed(socket)
        raise Ended(reached=False) from error
    except BaseException:
        await _closed(socket)
        raise
    return socket


async def _connected(http: aiohttp.ClientSession, url: yarl.URL) -> aiohttp.ClientWebSocketResponse:
    query: dict[str, str | int] = {
        "v": VERSION,
        "encoding": "json",
        "compress": _ActiveDecompressionContext.COMPRESSION_TYPE,
    }
    return await http.ws_connect(
        url.with_query(query),
        autoclose=False,
        max_msg_size=0,
        timeout=aiohttp.ClientWSTimeout(ws_close=FAREWELL),
    )


async def _closed(socket: Socket | None) -> None:
    if socket:
        await socket.close(RESUMABLE)
