"""The app: what Discord knows of it, whichever guilds it is in."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api.snowflakes import ancient
from simulators.discord_api.users import User

_MESSAGE_CONTENT = 1 << 18
_MESSAGE_CONTENT_LIMITED = 1 << 19
_GUILD_MEMBERS_LIMITED = 1 << 15
_PRESENCES_LIMITED = 1 << 13


@dataclass(slots=True, eq=False)
class App:
    """One app, and its bot, which has the same id as apps have had since 2016."""

    id: str = field(default_factory=ancient)
    name: str = "Parley"
    token: str = ""
    message_content: bool = True
    """Whether it may see what messages say that do not concern it; else sessions that ask for it are refused."""
    members: bool = False
    """Whether it may ask for the members' intent."""
    presences: bool = False
    """Whether it may ask for the presences' intent."""
    verified: bool = False
    """Whether it went through review, so that its flags are the unlimited ones."""
    public: bool = True
    """Whether everybody may add it to their guild."""
    user: User = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.token or new_token(self.id)
        self.user = User(self.id, self.name, bot=True)

    @property
    def flags(self) -> int:
        """What it is allowed (discord.com/developers, "Application Resource", Application Flags)."""
        content = _MESSAGE_CONTENT if self.verified else _MESSAGE_CONTENT_LIMITED
        return (
            (content if self.message_content else 0)
            | (_GUILD_MEMBERS_LIMITED if self.members else 0)
            | (_PRESENCES_LIMITED if self.presences else 0)
        )

    def payload(self) -> dict[str, Any]:
        """The application object, without the counts of its installations."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "description": "",
            "summary": "",
            "type": None,
            "bot": self.user.payload(),
            "bot_public": self.public,
            "bot_require_code_grant": False,
            "integration_types_config": {"0": {}},
            "verify_key": secrets.token_hex(32),
            "flags": self.flags,
            "hook": True,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "team": None,
            "owner": User(self.id[::-1].lstrip("0"), "Owner").payload(),
        }


def new_token(app_id: str) -> str:
    """A bot's token: its id in base 64, and two parts that nobody can guess."""
    named = base64.b64encode(app_id.encode()).decode().rstrip("=")
    return f"{named}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"
