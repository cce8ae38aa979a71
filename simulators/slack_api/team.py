"""A workspace as the methods of the Web API find it: who is in it, what was posted, what the app may do."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.slack_api import events
from simulators.slack_api.apps import App
from simulators.slack_api.channels import Channel, Kind
from simulators.slack_api.deliveries import Deliveries
from simulators.slack_api.events import Event
from simulators.slack_api.files import File
from simulators.slack_api.ids import Timestamps, new_id
from simulators.slack_api.markup import Directory, links_in, pings_in, texts_of
from simulators.slack_api.posts import Ping, Post, Unfurl
from simulators.slack_api.site import Site
from simulators.slack_api.tokens import Tokens
from simulators.slack_api.views import Views

_ICONS = ("image_36", "image_48", "image_72")
_PREFIXES: dict[Kind, str] = {"channel": "C", "group": "C", "im": "D", "mpim": "C"}


@dataclass(slots=True, eq=False)
class User:
    """A member of a workspace; `im` is their direct messages with the app, once there are any."""

    id: str
    name: str
    is_bot: bool = False
    im: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A person who was told that the app did not respond, and to what they did."""

    user: str
    what: str
    body: Mapping[str, Any]


@dataclass(slots=True, eq=False, kw_only=True, repr=False)
class Team:
    """One workspace, with the app in it. `scopes` are what the app was granted here; a test may change them."""

    app: App
    clock: Clock
    changes: Changes
    deliveries: Deliveries
    site: Site
    tokens: Tokens
    name: str
    domain: str
    id: str = field(default_factory=lambda: new_id("T"))
    bot_user_id: str = field(default_factory=lambda: new_id("U"))
    bot_id: str = field(default_factory=lambda: new_id("B"))
    bot_token: str = ""
    installed: bool = True
    scopes: set[str] = field(default_factory=set)
    directory: Directory = field(default_factory=Directory)
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    bots: dict[str, str] = field(default_factory=dict)
    """The names of bots by their bot ids."""
    files: dict[str, File] = field(default_factory=dict)
    pings: list[Ping] = field(default_factory=list)
    """Everybody whom messages of the app called."""
    unfurls: list[Unfurl] = field(default_factory=list)
    """Every link in messages of the app that is shown with what it leads to."""
    unanswered: list[Unanswered] = field(default_factory=list)
    """What people did that the app did not respond to in time."""
    views: Views = field(init=False)
    times: Timestamps = field(default_factory=Timestamps)

    def __post_init__(self) -> None:
        self.views = Views(self.clock)
        self.directory.names |= {self.bot_user_id: self.app.name, self.bot_id: self.app.name}
        self.users[self.bot_user_id] = User(self.bot_user_id, self.app.name, is_bot=True)
        self.bots[self.bot_id] = self.app.name

    def open_channel(self, name: str, kind: Kind, members: Iterable[str]) -> Channel:
        """A new channel with these members."""
        channel = Channel(
            new_id(_PREFIXES[kind]), name, kind, self.directory, self.clock, self.changes, set(members)
        )
        self.channels[channel.id] = channel
        self.directory.names[channel.id] = name
        return channel

    def direct(self, user: User) -> Channel:
        """The direct messages of a person with the app."""
        if not user.im:
            user.im = self.open_channel(user.name, "im", (user.id, self.bot_user_id)).id
        return self.channels[user.im]

    def add(self, channel: Channel, fields: Mapping[str, Any], thread: str | None = None) -> Post:
        """Post a message; everybody sees it at once, and the app hears of it later, if at all."""
        message = {"type": "message", "ts": self.times.next(), "team": self.id, **fields}
        if thread is not None:
            root = channel.find(thread)
            message |= {"thread_ts": thread}
            if root is not None and root.message.get("user"):
                message |= {"parent_user_id": root.message["user"]}
        post = Post(channel.id, message)
        channel.put(post)
        self.changes.tell()
        return post

    def as_app(self) -> dict[str, Any]:
        """Who a message of the app is from."""
        return {
            "user": self.bot_user_id,
            "bot_id": self.bot_id,
            "app_id": self.app.id,
            "bot_profile": {
                "id": self.bot_id,
                "app_id": self.app.id,
                "user_id": self.bot_user_id,
                "name": self.app.name,
                "icons": dict.fromkeys(_ICONS, f"{self.site.base_url}/icon.png"),
                "deleted": False,
                "updated": int(time.time()),
                "team_id": self.id,
            },
        }

    def tell(self, event: Event, subscription: str = "", scope: str = "") -> None:
        """Let the app hear of something, if it wants to and may."""
        wanted = (subscription or event["type"]) in self.app.subscriptions
        if self.installed and wanted and (not scope or scope in self.scopes):
            self.deliveries.tell(events.enveloped(self.app, self.id, self.bot_user_id, event))

    def uninstall(self) -> None:
        """Take the app away; that is the last that it hears from here, with the loss of its tokens."""
        self.tokens.revoke(self.id)
        self.tell(events.tokens_revoked(self.bot_user_id, self.times.next()))
        self.tell(events.uninstalled(self.times.next()))
        self.installed = False
        self.changes.tell()

    def tell_message(self, channel: Channel, event: Event) -> None:
        """Let the app hear of a message, if it is in the channel."""
        if self.bot_user_id in channel.members:
            self.tell(event, events.TYPES[channel.kind], events.HISTORIES[channel.kind])

    def echo(self, channel: Channel, event: Event) -> None:
        """Let the app hear of its own message."""
        if self.app.echoes:
            self.tell_message(channel, event)

    def note(self, post: Post, *, markdown: str = "", bare: bool = False) -> None:
        """Keep whom a message of the app calls, and which of its links unfurl, as far as they are new."""
        texts = [markdown] if markdown else list(texts_of(post.message))
        found = [target for text in texts for target in pings_in(text, bare=bare)]
        for target in _new(found, post.pinged):
            self.pings.append(Ping(target, post.channel, post.ts))
        links = [link for text in texts for link in links_in(text)]
        for url in _new(links, post.unfurled) if post.unfurls else ():
            self.unfurls.append(Unfurl(url, post.channel, post.ts))


def _new(found: list[str], known: set[str]) -> Iterator[str]:
    """What was not known; it is from then on."""
    for item in found:
        if item not in known:
            known.add(item)
            yield item
