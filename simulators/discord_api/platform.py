"""Discord as a whole: the app, the guilds, and what connects them."""

from dataclasses import dataclass, field

from simulators.discord_api.gateway.gateway import Gateway
from simulators.discord_api.guilds import Guild
from simulators.discord_api.refusals import refusal
from simulators.discord_api.world import World


@dataclass(slots=True, eq=False, repr=False)
class Platform(World):
    """Everything that the routes work on."""

    guilds: dict[str, Guild] = field(default_factory=dict)
    gateway: Gateway = field(init=False)

    def __post_init__(self) -> None:
        World.__post_init__(self)
        self.gateway = Gateway(self, self.homes)

    def homes(self) -> list[Guild]:
        """The guilds that the app is in."""
        return [guild for guild in self.guilds.values() if guild.installed]

    def guild(self, guild_id: str) -> Guild:
        """The guild that the app is in, or a refusal."""
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.installed:
            raise refusal("unknown guild")
        return guild

    def grow(self, guilds: int, channels: int) -> None:
        """Have the app in so many guilds more, with so many channels each, without a word."""
        for number in range(guilds):
            guild = Guild(self, f"Guild {number}")
            guild.grow(channels)
            self.guilds[guild.id] = guild

    def add_guild(self, name: str, *, installed: bool = True) -> Guild:
        """Another guild, with the app in it or not."""
        guild = Guild(self, name, installed)
        self.guilds[guild.id] = guild
        guild.tell("GUILD_CREATE", guild.snapshot())
        return guild
