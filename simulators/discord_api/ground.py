"""What everything stands on: the app, the time, the address, the ids, and the gateway that tells of things."""

import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.discord_api.apps import App
from simulators.discord_api.site import Site
from simulators.discord_api.snowflakes import Snowflakes
from simulators.discord_api.users import User


class Teller(Protocol):
    """What brings events to the app."""

    def tell(self, name: str, data: dict[str, Any], guild_id: str | None) -> None:
        """Bring an event of a guild, or of none (direct messages), to the sessions of its shard that want it."""


class Silence:
    """Brings nothing."""

    def tell(self, name: str, data: dict[str, Any], guild_id: str | None) -> None:
        """Let it be."""


@dataclass(slots=True, eq=False)
class Ground:
    """What everything stands on."""

    app: App = field(default_factory=App)
    clock: Clock = field(default_factory=Clock)
    changes: Changes = field(default_factory=Changes)
    site: Site = field(default_factory=Site)
    snowflakes: Snowflakes = field(default_factory=Snowflakes)
    gateway: Teller = field(default_factory=Silence)
    users: dict[str, User] = field(default_factory=dict)
    """Everybody who has an account, by their ids."""

    _began: float = field(default_factory=time.time)

    @property
    def unix(self) -> float:
        """The simulated Unix time."""
        return self._began + self.clock.now()

    def __post_init__(self) -> None:
        self.users[self.app.id] = self.app.user
