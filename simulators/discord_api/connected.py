"""The gateway as a test sees it: who is connected, and what Discord does to them."""

from dataclasses import dataclass

from aiohttp import web

from simulators.discord_api.gateway import disturbances
from simulators.discord_api.gateway.records import Identified, Resumed
from simulators.discord_api.gateway.sessions import Session
from simulators.discord_api.gateway.starts import Starts
from simulators.discord_api.guilds import Guild
from simulators.discord_api.service import Service


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Connected(Service):
    """A service with a gateway. With `limits` it also counts what is sent there, and how often sessions begin."""

    @property
    def sessions(self) -> list[Session]:
        """The sessions that have a connection, oldest first."""
        return self.platform.gateway.sessions

    @property
    def identifies(self) -> list[Identified]:
        """Every identify, oldest first; those that were refused have no session."""
        return self.platform.gateway.register.identifies

    @property
    def resumes(self) -> list[Resumed]:
        """Every resume, oldest first; those that were refused replayed None."""
        return self.platform.gateway.register.resumes

    @property
    def closes(self) -> list[int]:
        """The codes that the app ended connections with; 1006 where it said none and was gone."""
        return self.platform.gateway.closes

    @property
    def heartbeats(self) -> list[int | None]:
        """What each heartbeat said was the last event that the app had seen, oldest first."""
        return self.platform.gateway.heartbeats

    @property
    def starts(self) -> Starts:
        """How many sessions may be begun: `total` in a day, `max_concurrency` in five seconds."""
        return self.platform.gateway.register.starts

    @property
    def connections(self) -> int:
        """How many connections the app has open, with a session or without."""
        return len(self.platform.gateway.connections)

    def reconnect(self) -> None:
        """Tell all connections to reconnect and resume (op 7); those that stay are closed five seconds later."""
        disturbances.reconnect(self.platform.gateway)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell all sessions that they are invalid (op 9); the connections stay open for what comes next."""
        disturbances.invalidate(self.platform.gateway, resumable=resumable)

    def drop(self) -> None:
        """Cut all connections without a word; their sessions can be resumed for 90 seconds."""
        disturbances.drop(self.platform.gateway)

    def close_connections(self, code: int = 4000) -> None:
        """End all connections with a code; after 4000, 4008, 1000 and 1001 the sessions can still be resumed."""
        disturbances.close(self.platform.gateway, code)

    def stop_acks(self, *, silent: bool = False) -> None:
        """Answer no heartbeats any more on the connections that there are; if `silent`, send nothing else either."""
        disturbances.stop_acks(self.platform.gateway, silent=silent)

    def ask_for_heartbeats(self) -> None:
        """Ask all connections for a heartbeat at once (op 1)."""
        disturbances.ask_for_heartbeats(self.platform.gateway)

    def take_down(self, guild: Guild) -> None:
        """Have an outage of a guild: the app is still in it, but hears nothing of it until it is brought back."""
        disturbances.take_down(self.platform.gateway, guild)

    def bring_back(self, guild: Guild) -> None:
        """End the outage of a guild."""
        disturbances.bring_back(self.platform.gateway, guild)

    def end_sessions(self) -> None:
        """Forget all sessions, so that none can be resumed, and end their connections (4009)."""
        disturbances.end_sessions(self.platform.gateway)

    def refuse_connections(self, times: int) -> None:
        """Answer the next attempts to connect to the gateway with 503."""
        self.platform.gateway.refusing = times

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """A connection to the gateway."""
        self.platform.gateway.register.limited = self.limits
        return await self.platform.gateway.serve(request)

    async def end(self) -> None:
        """Have no connections, and work on nothing any more."""
        await self.platform.gateway.end()
        await Service.end(self)
