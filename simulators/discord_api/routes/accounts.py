"""The app, its account, and those of others (discord.com/developers, "User Resource", "Application Resource")."""

from typing import Any

from simulators.discord_api.refusals import error, invalid_form, refusal
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route


def me(asked: Invocation) -> Answer:
    """The app's own account."""
    own = {"verified": True, "mfa_enabled": True, "locale": "en-US", "email": None, "flags": 0, "bio": ""}
    return Answer(asked.platform.app.user.payload() | own)


def user(asked: Invocation) -> Answer:
    """Somebody's account."""
    user_id = asked.id("user")
    if user_id not in asked.platform.users:
        raise refusal("unknown user")
    return Answer(asked.platform.users[user_id].payload())


def guilds(asked: Invocation) -> Answer:
    """The guilds that the app is in, the oldest first."""
    limit, after = asked.asked("limit", 200, 1, 200), asked.after
    homes = sorted(asked.platform.homes(), key=lambda home: int(home.id))
    shown = [home for home in homes if int(home.id) > after][:limit]
    app = asked.platform.app.id
    return Answer([home.summary(app) for home in shown])


def leave(asked: Invocation) -> Answer:
    """Leave a guild."""
    asked.platform.guild(asked.id("guild")).remove_app()
    return NOTHING


def open_direct(asked: Invocation) -> Answer:
    """The direct messages with somebody, who need not have written before."""
    recipient = asked.form.get("recipient_id")
    if recipient is None:
        raise invalid_form({"recipient_id": error("BASE_TYPE_REQUIRED", "This field is required")})
    found = asked.platform.users.get(str(recipient))
    if found is None:
        raise refusal("unknown user")
    if found.bot:
        raise refusal("dm refused")
    return Answer(asked.platform.direct(found).payload())


def application(asked: Invocation) -> Answer:
    """The app itself."""
    return Answer(_application(asked))


def _application(asked: Invocation) -> dict[str, Any]:
    return asked.platform.app.payload() | {
        "approximate_guild_count": len(asked.platform.homes()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
    }


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", guilds),
    Route("DELETE", "/users/@me/guilds/{guild}", leave),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/users/{user}", user),
    Route("GET", "/applications/@me", application),
    Route("GET", "/oauth2/applications/@me", application),
)
