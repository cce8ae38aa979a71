"""The sessions that there are: begun, resumed, lost and forgotten."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.discord_api.apps import new_token
from simulators.discord_api.gateway import admission
from simulators.discord_api.gateway.codes import GOODBYES, RESUMABLE, Close, Op, Refused
from simulators.discord_api.gateway.commands import Identity, Recall
from simulators.discord_api.gateway.connections import Connection
from simulators.discord_api.gateway.homes import Home
from simulators.discord_api.gateway.records import Identified, Resumed
from simulators.discord_api.gateway.sessions import Session
from simulators.discord_api.gateway.starts import Starts
from simulators.discord_api.gateway.streams import Plain
from simulators.discord_api.gateway.welcome import Welcome
from simulators.discord_api.ground import Ground

KEPT_FOR = 90
"""Seconds that a session without a connection may be resumed. Discord says "for a few minutes", apps report less."""


@dataclass(slots=True, eq=False)
class Register:
    """All sessions of the app. Without `limited` they may be begun as often as one likes."""

    ground: Ground
    homes: Callable[[], Iterable[Home]]
    limited: bool = True
    kept: dict[str, Session] = field(default_factory=dict)
    """The sessions that there are, connected or not."""
    down: set[str] = field(default_factory=set)
    """The ids of guilds that have an outage: nothing is told of them."""
    identifies: list[Identified] = field(default_factory=list)
    resumes: list[Resumed] = field(default_factory=list)
    starts: Starts = field(init=False)

    def __post_init__(self) -> None:
        self.starts = Starts(self.ground.clock)

    def of(self, connection: Connection) -> Session | None:
        """The session that is told of things there."""
        return next((session for session in self.kept.values() if session.connection is connection), None)

    def tell(self, name: str, data: dict[str, Any], guild_id: str | None) -> None:
        """Bring an event to the sessions of its shard that want it."""
        self._forget_lost()
        if guild_id in self.down:
            return
        for session in self.kept.values():
            if session.hears_of(guild_id):
                session.tell(name, data, in_guild=guild_id is not None)

    def begin(self, connection: Connection, identity: Identity) -> None:
        """Begin a session, unless it is too early for that. Raises Refused."""
        note = Identified(
            at=self.ground.clock.now(),
            path=connection.path,
            shard=identity.shard,
            intents=identity.intents,
            properties=identity.properties,
        )
        self.identifies.append(note)
        session = self._admitted(identity)
        if session is None:
            connection.say(Op.INVALID_SESSION, data=False)
            return
        self.identifies[-1] = replace(note, session=session.id)
        self.kept[session.id] = session
        if isinstance(connection.stream, Plain):
            connection.stream.compressing = identity.compress
        session.attach(connection)
        welcome = Welcome(self.ground.app, self.homes(), self.down, self.ground.site.resume_url)
        welcome.tell(session, sharded=identity.shard is not None)

    def resume(self, connection: Connection, recall: Recall) -> None:
        """Take a session up again, or say that it must be begun anew. Raises Refused."""
        self._forget_lost()
        note = Resumed(self.ground.clock.now(), connection.path, recall.session_id, recall.seq)
        self.resumes.append(note)
        admission.admit_token(self.ground.app, recall.token)
        session = self.kept.get(recall.session_id or "")
        if session is None or not self._knows(session, recall.seq):
            connection.say(Op.INVALID_SESSION, data=False)
            return
        if session.connection is not None:
            session.connection.close(Close.UNKNOWN_ERROR)
        self.resumes[-1] = replace(note, replayed=session.resume(connection, recall.seq or 0))

    def lose(self, connection: Connection) -> None:
        """A connection has ended: its session is kept for a while, unless the code that it ended with ends it."""
        session = self.of(connection)
        if session is None:
            return
        session.connection, session.lost_at = None, self.ground.clock.now()
        over = (
            connection.ended_by_app in GOODBYES
            if connection.told is None
            else connection.told not in RESUMABLE
        )
        if over:
            self.forget(session)

    def forget(self, session: Session) -> None:
        """End a session: it cannot be resumed, and is told nothing any more."""
        self.kept.pop(session.id, None)

    def _admitted(self, identity: Identity) -> Session | None:
        """A new session, None if it comes too soon after another."""
        app = self.ground.app
        admission.admit_token(app, identity.token)
        admission.admit_intents(app, identity.intents)
        shard = identity.shard or (0, 1)
        session = Session(app.id, identity.intents, shard)
        admission.admit_guilds(sum(session.hears_of(home.id) for home in self.homes()))
        if self.limited and not self.starts.take():
            self._reset_token()
            raise Refused(Close.AUTHENTICATION_FAILED)
        return session if not self.limited or self.starts.in_pace(shard[0]) else None

    def _knows(self, session: Session, seq: int | None) -> bool:
        """Whether all that came after an event can still be told. Raises Refused if there was no such event."""
        if seq is None or not 0 <= seq <= session.seq:
            self.forget(session)
            raise Refused(Close.INVALID_SEQ)
        return session.remembers(seq)

    def _reset_token(self) -> None:
        """End everything, since the app has begun too many sessions ("Gateway", Identifying)."""
        self.ground.app.token = new_token(self.ground.app.id)
        for session in list(self.kept.values()):
            self.forget(session)
            if session.connection is not None:
                session.connection.close(Close.AUTHENTICATION_FAILED)

    def _forget_lost(self) -> None:
        clock = self.ground.clock
        oldest = clock.now() - clock.lifetime(KEPT_FOR)
        for session in list(self.kept.values()):
            if session.lost_at is not None and session.lost_at < oldest:
                self.forget(session)
