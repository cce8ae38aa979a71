"""What a session is told when it begins (discord.com/developers, "Gateway Events", Ready)."""

from collections.abc import Iterable
from typing import Any

from simulators.discord_api.apps import App
from simulators.discord_api.gateway.homes import Home
from simulators.discord_api.gateway.intents import Intent
from simulators.discord_api.gateway.sessions import Session


def welcome(session: Session, app: App, homes: Iterable[Home], resume_url: str, *, sharded: bool) -> None:
    """Tell a session that it is ready, with its guilds still unavailable, then one guild after the other."""
    at_home = [home for home in homes if session.hears_of(home.id)]
    ready = _ready(session, app, at_home, resume_url)
    session.bring("READY", ready | ({"shard": list(session.shard)} if sharded else {}))
    if session.intents & Intent.GUILDS:
        for home in at_home:
            session.bring("GUILD_CREATE", home.snapshot())


def _ready(session: Session, app: App, homes: Iterable[Home], resume_url: str) -> dict[str, Any]:
    user = {**app.user.payload(), "verified": True, "mfa_enabled": True, "email": None, "flags": 0, "bio": ""}
    return {
        "v": 10,
        "user_settings": {},
        "user": user,
        "session_type": "normal",
        "session_id": session.id,
        "resume_gateway_url": resume_url,
        "relationships": [],
        "private_channels": [],
        "presences": [],
        "guilds": [{"id": home.id, "unavailable": True} for home in homes],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "auth": {},
        "application": {"id": app.id, "flags": app.flags},
        "_trace": ['["gateway-simulated"]'],
    }
