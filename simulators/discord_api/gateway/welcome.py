"""What a session is told when it begins (discord.com/developers, "Gateway Events", Ready)."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.apps import App
from simulators.discord_api.gateway.homes import Home
from simulators.discord_api.gateway.intents import Intent
from simulators.discord_api.gateway.sessions import Session


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a session of the app is told. `down` are guilds that have an outage."""

    app: App
    homes: Iterable[Home]
    down: Container[str]
    resume_url: str

    def tell(self, session: Session, *, sharded: bool) -> None:
        """That it is ready, with its guilds still unavailable; then of one guild after the other, unless it is down."""
        homes = [home for home in self.homes if session.hears_of(home.id)]
        ready = _ready(session, self.app, homes, self.resume_url)
        session.bring("READY", ready | ({"shard": list(session.shard)} if sharded else {}))
        if session.intents & Intent.GUILDS:
            for home in homes:
                if home.id not in self.down:
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
