"""The guilds that the app is in, as far as the gateway knows them."""

from collections.abc import Mapping
from typing import Any, Protocol


class Home(Protocol):
    """A guild that the app is in."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def members(self) -> Mapping[str, object]:
        """Who is in it, by the ids of users."""

    def snapshot(self) -> dict[str, Any]:
        """What GUILD_CREATE says of it (discord.com/developers, "Gateway Events", Guild Create)."""

    def member_payload(self, user_id: str) -> dict[str, Any]:
        """A member, with their user."""
