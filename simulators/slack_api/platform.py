"""Slack as a whole: the app, the workspaces, and what connects them."""

from dataclasses import dataclass, field

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.slack_api.apps import App
from simulators.slack_api.deliveries import Deliveries
from simulators.slack_api.requests import Requests
from simulators.slack_api.response_urls import ResponseUrls
from simulators.slack_api.site import Site
from simulators.slack_api.sockets import Sockets
from simulators.slack_api.team import Team
from simulators.slack_api.tokens import Tokens


@dataclass(slots=True, eq=False, repr=False)
class Platform:
    """Everything that the methods of the Web API work on."""

    app: App = field(default_factory=App)
    clock: Clock = field(default_factory=Clock)
    changes: Changes = field(default_factory=Changes)
    site: Site = field(default_factory=Site)
    teams: dict[str, Team] = field(default_factory=dict)
    block_mismatch: bool = True
    """Whether a streamed message refuses to become one without rich text."""
    tokens: Tokens = field(init=False)
    sockets: Sockets = field(init=False)
    requests: Requests = field(init=False)
    deliveries: Deliveries = field(init=False)
    urls: ResponseUrls = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.clock)
        self.sockets = Sockets(self.app, self.clock, self.changes)
        self.requests = Requests(self.app)
        self.deliveries = Deliveries(self.app, self.clock, self.changes, self.sockets, self.requests)
        self.urls = ResponseUrls(self.site, self.clock)
        self.tokens.add(self.app.app_token, "app")
