"""The app and its account (discord.com/developers, "User Resource", "Application Resource")."""

from typing import Any

from simulators.discord_api.routes.invocation import Answer, Invocation, Route


def me(asked: Invocation) -> Answer:
    """The app's own account."""
    own = {"verified": True, "mfa_enabled": True, "locale": "en-US", "email": None, "flags": 0, "bio": ""}
    return Answer(asked.platform.app.user.payload() | own)


def application(asked: Invocation) -> Answer:
    """The app itself."""
    return Answer(_application(asked))


def _application(asked: Invocation) -> dict[str, Any]:
    guilds = sum(guild.installed for guild in asked.platform.guilds.values())
    return asked.platform.app.payload() | {
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
    }


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
)
