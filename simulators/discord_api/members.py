"""Who is in a guild, and the roles that they have there."""

from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api import permissions


@dataclass(slots=True)
class Member:
    """Somebody in a guild."""

    user_id: str
    nick: str | None = None
    roles: list[str] = field(default_factory=list)

    def payload(self) -> dict[str, Any]:
        """The member object but for the user and since when (discord.com/developers, "Guild Resource")."""
        return {
            "nick": self.nick,
            "roles": list(self.roles),
            "avatar": None,
            "banner": None,
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }


@dataclass(slots=True)
class Role:
    """A role of a guild; the one that everybody has bears the guild's id."""

    id: str
    name: str
    allowed: frozenset[str] = frozenset()
    mentionable: bool = False
    bot_id: str | None = None

    def payload(self, position: int) -> dict[str, Any]:
        """The role object (discord.com/developers, "Permissions", Role Object)."""
        return {
            "id": self.id,
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": position,
            "permissions": permissions.bits(self.allowed),
            "managed": self.bot_id is not None,
            "mentionable": self.mentionable,
            "flags": 0,
            **({"tags": {"bot_id": self.bot_id}} if self.bot_id else {}),
        }
