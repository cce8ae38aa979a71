"""Discord on loopback: REST and gateway for the real client library, as strict as Discord."""

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Self

import click
from aiohttp import web

from simulators.discord_api import byhand
from simulators.discord_api.apps import App
from simulators.discord_api.attachments import Upload
from simulators.discord_api.calls import Call
from simulators.discord_api.channels import Channel
from simulators.discord_api.connected import Connected
from simulators.discord_api.gateway.records import Identified, Resumed
from simulators.discord_api.gateway.sessions import Session
from simulators.discord_api.guilds import Guild
from simulators.discord_api.interactions.register import Interaction
from simulators.discord_api.people import Person, Reaction
from simulators.discord_api.posts import Ping, Seen, Unfurl
from simulators.faults import Fault
from simulators.serving import Server, serve

__all__ = [
    "App",
    "Call",
    "Channel",
    "DiscordSimulator",
    "Fault",
    "Guild",
    "Identified",
    "Interaction",
    "Person",
    "Ping",
    "Reaction",
    "Resumed",
    "Seen",
    "Session",
    "Unfurl",
    "Upload",
]

_LARGEST_BODY = 64 * 1024 * 1024


# The simulator is the service it runs, so a test sets and reads it there: `discord.faults = …`, `discord.calls`.
@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class DiscordSimulator(Connected):
    """Discord, running on `port` (0: a free one) while its `async with` block runs."""

    port: int = 0
    message_content: InitVar[bool] = True
    """Whether the app may see what messages say that do not concern it; later `app.message_content`."""
    guild: Guild = field(init=False)
    """The guild that there is from the start."""
    _server: Server = field(default_factory=Server, init=False)

    def __post_init__(self, message_content: bool) -> None:
        Connected.__post_init__(self)
        self.app.message_content = message_content
        self.guild = self.add_guild("Acme")

    async def __aenter__(self) -> Self:
        self.port = await self._server.start(self._routed(), self.port)
        self.platform.site.base_url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()
        await self._server.end()

    @property
    def api_url(self) -> str:
        """What clients take as the address of the REST API."""
        return self.platform.site.api_url

    @property
    def gateway_url(self) -> str:
        """What clients take as the address of the gateway."""
        return self.platform.site.gateway_url

    @property
    def speed(self) -> float:
        """How many of Discord's seconds a real one has; 600 makes minutes of tenths of a second."""
        return self.platform.clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.platform.clock.speed = speed

    @property
    def pings(self) -> list[Ping]:
        """Everybody whom the app's messages called, oldest first."""
        return self.platform.pings

    @property
    def embeds(self) -> list[Unfurl]:
        """The links in the app's messages that were shown with what they lead to, oldest first."""
        return self.platform.embeds

    @property
    def interactions(self) -> list[Interaction]:
        """All that people did with commands, components and modals, oldest first, and how the app responded."""
        return self.platform.interactions.all

    @property
    def limited(self) -> list[Call]:
        """The requests that were one too many, oldest first."""
        return [call for call in self.calls if call.status == HTTPStatus.TOO_MANY_REQUESTS]

    @property
    def indexed(self) -> bool:
        """Whether messages can be searched for; while they are being indexed searches get 202."""
        return self.platform.indexed

    @indexed.setter
    def indexed(self, indexed: bool) -> None:
        self.platform.indexed = indexed

    @property
    def index_lag(self) -> float:
        """Seconds until a new message is found by a search."""
        return self.platform.index_lag

    @index_lag.setter
    def index_lag(self, seconds: float) -> None:
        self.platform.index_lag = seconds

    def add_guild(self, name: str, *, installed: bool = True) -> Guild:
        """Another guild, with the app in it or not."""
        return self.platform.add_guild(name, installed=installed)

    def grow(self, guilds: int, channels: int = 20) -> None:
        """Have the app in so many guilds more, with so many channels each; before anybody is connected."""
        self.platform.grow(guilds, channels)

    def calls_to(self, route: str) -> list[Call]:
        """The requests for one route, such as `POST /channels/{}/messages`, oldest first."""
        return [call for call in self.calls if call.route == route]

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds: it is asked now and after everything that happens here.

        Several things may happen at once, so ask for "at least three", not for "three".
        """
        await self.platform.changes.until(predicate)

    def _routed(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/api/v10/{path:.*}", self.call)
        app.router.add_get("/gateway", self.connect)
        app.router.add_get("/gateway/", self.connect)
        app.router.add_get("/resume", self.connect)
        app.router.add_get("/resume/", self.connect)
        app.router.add_get("/cdn/attachments/{channel}/{file}/{name}", self.download)
        app.router.add_post("/say/{person}/{channel}", partial(byhand.say, self.guild))
        app.router.add_get("/see/{channel}", partial(byhand.see, self.guild))
        return app


@click.command()
@click.option("--port", default=0, show_default="a free one", help="Port on loopback.")
def main(port: int) -> None:
    """Serve until interrupted, and say how to speak here.

    Example: python -m simulators.discord --port 8400
    """
    serve(DiscordSimulator(port=port), _settings)


def _settings(discord: DiscordSimulator) -> list[str]:
    site = discord.platform.site.base_url
    return [
        f"DISCORD_API_URL={discord.api_url}",
        f"DISCORD_GATEWAY_URL={discord.gateway_url}",
        f"DISCORD_BOT_TOKEN={discord.app.token}",
        "",
        "# Say something in a channel, or directly; see what stands there, and in which threads:",
        f"# curl --data-raw '@Parley Hello.' {site}/say/Ada/general",
        f"# curl --data-raw 'Hello.' {site}/say/Ada/@Ada",
        f"# curl {site}/see/general",
    ]


if __name__ == "__main__":
    main()
