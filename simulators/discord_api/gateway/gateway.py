"""The gateway as a whole: who is connected, and what they say."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from simulators.discord_api.gateway import admission
from simulators.discord_api.gateway.codes import Close, Op, Refused
from simulators.discord_api.gateway.commands import Command, identity_of, object_of, recall_of, seq_of
from simulators.discord_api.gateway.connections import Connection
from simulators.discord_api.gateway.homes import Home
from simulators.discord_api.gateway.members import tell_members
from simulators.discord_api.gateway.register import Register
from simulators.discord_api.gateway.sessions import Session
from simulators.discord_api.gateway.streams import stream_of
from simulators.discord_api.ground import Ground

_CLOSING = 1.0
"""Real seconds that an app has to say that it closes too."""


@dataclass(slots=True, eq=False)
class Gateway:
    """All the connections of the app, and its sessions. `homes` gives the guilds that it is in."""

    ground: Ground
    homes: Callable[[], Iterable[Home]]
    register: Register = field(init=False)
    connections: list[Connection] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    """The codes that the app ended connections with; 1006 where it said none and was gone."""

    heartbeats: list[int | None] = field(default_factory=list)
    """What each heartbeat said was the last event that the app had seen."""
    refusing: int = 0
    """How many of the next attempts to connect are refused."""
    _over: bool = False

    def __post_init__(self) -> None:
        self.register = Register(self.ground, self.homes)

    @property
    def sessions(self) -> list[Session]:
        """Those with a connection."""
        return [session for session in self.register.kept.values() if session.connected]

    def tell(self, name: str, data: dict[str, Any], guild_id: str | None) -> None:
        """Bring an event of a guild, or of none (direct messages), to the sessions of its shard that want it."""
        self.register.tell(name, data, guild_id)
        self.ground.changes.tell()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Be one connection, from its beginning to its end."""
        if self.refusing or self._over:
            self.refusing = max(self.refusing - 1, 0)
            return web.Response(status=503, text="try again")
        ws = web.WebSocketResponse(timeout=_CLOSING, compress=False)
        await ws.prepare(request)
        connection = Connection(ws, request, self.ground.clock, limited=self.register.limited)
        self.connections.append(connection)
        running = asyncio.create_task(self._run(connection))
        try:
            await self._listen(connection)
            if connection.told is not None:
                await running
        finally:
            running.cancel()
            self._lose(connection)
        return ws

    async def end(self) -> None:
        """Cut all connections, let nobody in any more, and return when nobody is there."""
        self._over = True
        for connection in self.connections:
            connection.drop()
        await self.ground.changes.until(lambda: not self.connections)

    async def _run(self, connection: Connection) -> None:
        try:
            query = connection.request.query
            admission.admit_version(query.get("v", ""), query.get("encoding", "json"))
            connection.stream = stream_of(query.get("compress"))
        except Refused as refused:
            connection.close(refused.code)
        await connection.run()

    async def _listen(self, connection: Connection) -> None:
        try:
            while (command := await connection.hear()) is not None:
                self._obey(connection, command)
                self.ground.changes.tell()
        except Refused as refused:
            connection.close(refused.code)

    def _obey(self, connection: Connection, command: Command) -> None:
        session = self.register.of(connection)
        if command.op is Op.HEARTBEAT:
            self.heartbeats.append(seq_of(command.data))
            connection.beat()
        elif command.op in (Op.IDENTIFY, Op.RESUME):
            if session is not None:
                raise Refused(Close.ALREADY_AUTHENTICATED)
            self._introduce(connection, command)
        elif session is None:
            raise Refused(Close.NOT_AUTHENTICATED)
        elif command.op is Op.REQUEST_GUILD_MEMBERS:
            tell_members(session, self.homes(), object_of(command.data))
        else:
            object_of(command.data)

    def _introduce(self, connection: Connection, command: Command) -> None:
        if command.op is Op.IDENTIFY:
            self.register.begin(connection, identity_of(command.data))
        else:
            self.register.resume(connection, recall_of(command.data))

    def _lose(self, connection: Connection) -> None:
        self.connections.remove(connection)
        self.register.lose(connection)
        if connection.told is None:
            self.closes.append(connection.ended_by_app)
        self.ground.changes.tell()
