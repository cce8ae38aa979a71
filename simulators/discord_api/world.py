"""All there is besides guilds: accounts, channels, and what the app did to people."""

from dataclasses import dataclass, field

from simulators.discord_api.channels import DM, Channel
from simulators.discord_api.ground import Ground
from simulators.discord_api.interactions.commands import Commands
from simulators.discord_api.interactions.register import Interactions
from simulators.discord_api.posts import Ping, Unfurl
from simulators.discord_api.refusals import refusal
from simulators.discord_api.threads import MOST_ACTIVE
from simulators.discord_api.users import User


@dataclass(slots=True, eq=False, repr=False)
class World(Ground):
    """Every channel of every guild, threads and direct messages among them, and whom the app called."""

    channels: dict[str, Channel] = field(default_factory=dict)
    pings: list[Ping] = field(default_factory=list)
    """Everybody whom the app's messages called, oldest first."""
    nonces: dict[tuple[str, str], tuple[str, str, float]] = field(default_factory=dict)
    """In which channel what message was written, and when, by authors and nonces."""
    indexed: bool = True
    """Whether messages can be searched for yet."""
    index_lag: float = 0.0
    """Seconds until a new message is found by a search."""
    most_threads: int = MOST_ACTIVE
    """How many threads of a guild may be active at once."""
    embeds: list[Unfurl] = field(default_factory=list)
    """The links in the app's messages that were shown with what they lead to, oldest first."""

    _directs: dict[str, Channel] = field(default_factory=dict)
    commands: Commands = field(init=False)
    interactions: Interactions = field(init=False)

    def __post_init__(self) -> None:
        Ground.__post_init__(self)
        self.commands = Commands(self)
        self.interactions = Interactions(self)

    def channel(self, channel_id: str) -> Channel:
        """The channel that the app may see, or a refusal."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise refusal("unknown channel")
        gone = channel.home is not None and not channel.home.installed
        if gone or not channel.visible_to(self.app.id):
            raise refusal("missing access")
        return channel

    def direct(self, user: User) -> Channel:
        """The direct messages between a user and the app."""
        found = self._directs.get(user.id)
        if found is None:
            found = Channel(self.snowflakes.old(), DM, "", self, recipient=user)
            self.channels[found.id] = self._directs[user.id] = found
        return found
