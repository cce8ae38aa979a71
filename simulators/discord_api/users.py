"""Whoever has an account: people, and bots."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class User:
    """An account; `name` is the one that is shown where there is no nick."""

    id: str
    name: str
    bot: bool = False

    @property
    def username(self) -> str:
        """The name that nobody else has."""
        return self.name.lower().replace(" ", ".")

    @property
    def mention(self) -> str:
        """What calls them in a message."""
        return f"<@{self.id}>"

    def payload(self) -> dict[str, Any]:
        """The user object (discord.com/developers, "User Resource")."""
        user: dict[str, Any] = {
            "id": self.id,
            "username": self.username,
            "discriminator": "0001" if self.bot else "0",
            "global_name": None if self.bot else self.name,
            "avatar": None,
            "avatar_decoration_data": None,
            "public_flags": 0,
            "primary_guild": None,
        }
        # A bot's account has no display name, and keeps the capitals of its name.
        return user | {"bot": True, "username": self.name} if self.bot else user
