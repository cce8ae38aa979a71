"""The app: what Slack knows of it, whichever workspaces it is installed in."""

from dataclasses import dataclass, field

from simulators.slack_api.ids import new_id, new_secret, new_token

LIFETIME = 43_200
"""Seconds (https://docs.slack.dev/authentication/using-token-rotation)."""
SCOPES = frozenset(
    """
    app_mentions:read assistant:write channels:history channels:read chat:write commands files:read files:write
    groups:history groups:read im:history im:read im:write mpim:history mpim:read users:read
    """.split()
)
"""What the app is granted when it is installed, unless a test says otherwise."""
SUBSCRIPTIONS = frozenset(
    """
    agent_session_stopped app_home_opened app_mention app_uninstalled assistant_thread_context_changed
    assistant_thread_started message.channels message.groups message.im message.mpim tokens_revoked
    """.split()
)
"""The events that the app wants, unless a test says otherwise."""


@dataclass(slots=True, eq=False)
class App:
    """One app. With a `request_url` Slack delivers to it by HTTP, without one through sockets."""

    id: str = field(default_factory=lambda: new_id("A"))
    name: str = "Parley"
    client_id: str = field(default_factory=lambda: f"{new_secret(12)}.{new_secret(12)}")
    client_secret: str = field(default_factory=new_secret)
    signing_secret: str = field(default_factory=new_secret)
    verification_token: str = field(default_factory=lambda: new_secret(24))
    app_token: str = field(default_factory=lambda: new_token("xapp-1"))
    request_url: str = ""
    scopes: frozenset[str] = SCOPES
    app_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    """What the app-level token may do."""
    subscriptions: set[str] = field(default_factory=lambda: set(SUBSCRIPTIONS))
    distributed: bool = False
    """Whether it is a distributed app outside the Marketplace, which may hardly read histories."""
    redirect_urls: set[str] = field(default_factory=set)
    """Where an installation may lead back to; each also stands for all addresses below it."""
    rotates_tokens: bool = False
    agent: bool = True
    """Whether it has the agent view, as all apps have that were made since July 2026; else the older assistant view."""
    token_lifetime: int = LIFETIME
    """Seconds that a rotating access token lives."""
    echoes: bool = True
    """Whether it hears of its own messages, as apps do that are subscribed to messages."""
