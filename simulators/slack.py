"""Slack on loopback: Web API, Socket Mode and Events API for the real client libraries, as strict as Slack."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp
import click
from aiohttp import web

from simulators.serving import Server, serve
from simulators.slack_api import storage
from simulators.slack_api.apps import App
from simulators.slack_api.calls import Call
from simulators.slack_api.channels import Channel
from simulators.slack_api.consent import Consent, consented
from simulators.slack_api.deliveries import Delivery
from simulators.slack_api.faults import Fault
from simulators.slack_api.files import Upload
from simulators.slack_api.ids import new_token
from simulators.slack_api.limits import Impatience
from simulators.slack_api.people import Person, Reaction
from simulators.slack_api.posts import Ping, Seen, Unfurl
from simulators.slack_api.service import Service
from simulators.slack_api.sockets import Reason
from simulators.slack_api.workspaces import Workspace

__all__ = [
    "App",
    "Call",
    "Channel",
    "Consent",
    "Delivery",
    "Fault",
    "Impatience",
    "Person",
    "Ping",
    "Reaction",
    "Seen",
    "SlackSimulator",
    "Unfurl",
    "Upload",
    "Workspace",
]

_LARGEST_BODY = 64 * 1024 * 1024


# The simulator is the service it runs, so a test sets and reads it there: `slack.faults = …`, `slack.calls`.
@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class SlackSimulator(Service):
    """Slack, running on `port` (0: a free one) while its `async with` block runs."""

    port: int = 0
    workspace: Workspace = field(init=False)
    """The workspace that there is from the start."""
    consent: Consent | None = None
    """What a person answers who is asked to install the app; without it, that the first workspace may have it."""
    _server: Server = field(default_factory=Server, init=False)

    def __post_init__(self) -> None:
        Service.__post_init__(self)
        self.workspace = self.add_workspace("Acme")

    async def __aenter__(self) -> Self:
        self.port = await self._server.start(self._routed(), self.port)
        self.platform.site.base_url = f"http://127.0.0.1:{self.port}"
        self.platform.requests.session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.platform.deliveries.end()
        if self.platform.requests.session is not None:
            await self.platform.requests.session.close()
        await self._server.end()
        await self.end()

    @property
    def api_url(self) -> str:
        """What clients take as the address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def speed(self) -> float:
        """How many of Slack's seconds a real one has; 600 makes minutes of tenths of a second.

        An app has a quarter of a real second for what it must do in time, unless `shortest` says otherwise.
        """
        return self.platform.clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self.platform.clock.speed = speed

    @property
    def shortest(self) -> float:
        """The real seconds that an app has at least to acknowledge or to show a modal, however fast time goes."""
        return self.platform.clock.shortest

    @shortest.setter
    def shortest(self, seconds: float) -> None:
        self.platform.clock.shortest = seconds

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to bring something to the app, oldest first."""
        return self.platform.deliveries.made

    @property
    def lost(self) -> list[dict[str, Any]]:
        """The events that Slack gave up on."""
        return self.platform.deliveries.lost

    @property
    def sockets(self) -> int:
        """How many sockets the app has open."""
        return len(self.platform.sockets.open)

    def add_workspace(self, name: str, *, installed: bool = True) -> Workspace:
        """Another workspace, with the app in it or not."""
        slack = self.platform
        workspace = Workspace(
            app=slack.app,
            clock=slack.clock,
            changes=slack.changes,
            deliveries=slack.deliveries,
            site=slack.site,
            tokens=slack.tokens,
            urls=slack.urls,
            name=name,
            domain=name.lower(),
            installed=installed,
        )
        slack.teams[workspace.id] = workspace
        if installed:
            workspace.scopes = set(slack.app.scopes)
            workspace.bot_token = slack.tokens.add(new_token("xoxb"), "bot", workspace.id)
        return workspace

    def calls_to(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds: it is asked now and after everything that happens here.

        Several things may happen at once, so ask for "at least three", not for "three".
        """
        await self.platform.changes.until(predicate)

    async def verify_request_url(self) -> bool:
        """Whether the app answers the challenge that Slack sends when a request URL is set."""
        return await self.platform.requests.verify()

    async def refresh_sockets(self, *, warning: bool = False) -> None:
        """Say that all sockets will be closed, and close them ten seconds after a warning, else a second later."""
        await self._end_sockets("warning" if warning else "refresh_requested")

    async def disable_sockets(self) -> None:
        """Say that Socket Mode was turned off, and close all sockets a second later."""
        await self._end_sockets("link_disabled")

    def drop_sockets(self) -> None:
        """Cut all sockets without a word."""
        self.platform.sockets.drop()

    async def _end_sockets(self, reason: Reason) -> None:
        sockets = self.platform.sockets
        self.platform.deliveries.spawn(sockets.close(await sockets.announce(reason)))

    def _routed(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self.call)
        app.router.add_get("/link/", self.platform.sockets.serve)
        app.router.add_post("/response/{team}/{key}", self.respond)
        app.router.add_post("/upload/v1/{team}/{file}/{secret}", self.upload)
        app.router.add_get("/files-pri/{file}/{path:.*}", self.download)
        app.router.add_get("/signin", self._sign_in)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        return app

    async def _sign_in(self, _request: web.Request) -> web.StreamResponse:
        return storage.sign_in()

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Ask the person who installs the app, who answers at once."""
        return consented(self.platform.app, self.consent or Consent(self.workspace), request)


@click.command()
@click.option("--port", default=0, show_default="a free one", help="Port on loopback.")
def main(port: int) -> None:
    """Serve until interrupted.

    Example: python -m simulators.slack --port 8300
    """
    serve(SlackSimulator(port=port), _settings)


def _settings(slack: SlackSimulator) -> list[str]:
    return [
        f"SLACK_API_URL={slack.api_url}/",
        f"SLACK_BOT_TOKEN={slack.workspace.bot_token}",
        f"SLACK_APP_TOKEN={slack.workspace.app_token}",
        f"SLACK_SIGNING_SECRET={slack.workspace.signing_secret}",
    ]


if __name__ == "__main__":
    main()
