"""What people do by writing; each of their verbs returns what is needed to go on."""

from dataclasses import dataclass, field

from simulators.discord_api.channels import Channel
from simulators.discord_api.users import User
from simulators.discord_api.world import World


@dataclass(slots=True, eq=False, repr=False)
class Speaker(User):
    """Somebody who writes."""

    world: World = field(kw_only=True)

    @property
    def dm(self) -> Channel:
        """Their direct messages with the app."""
        return self.world.direct(self)
