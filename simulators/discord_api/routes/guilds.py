"""Guilds, and who is in them (discord.com/developers, "Guild Resource")."""

from typing import Any

from simulators.discord_api.refusals import refusal
from simulators.discord_api.routes.invocation import Answer, Invocation, Route


def get(asked: Invocation) -> Answer:
    """One guild."""
    guild = asked.platform.guild(asked.id("guild"))
    counts: dict[str, Any] = {}
    if asked.query.get("with_counts") == "true":
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(guild.payload() | counts)


def channels(asked: Invocation) -> Answer:
    """The channels of a guild, without threads; also those that the app may not see."""
    guild = asked.platform.guild(asked.id("guild"))
    return Answer([channel.payload() for channel in guild.channels.values()])


def member(asked: Invocation) -> Answer:
    """Somebody in a guild."""
    guild, user_id = asked.platform.guild(asked.id("guild")), asked.id("user")
    if user_id not in asked.platform.users:
        raise refusal("unknown user")
    if user_id not in guild.members:
        raise refusal("unknown member")
    return Answer(guild.member_payload(user_id))


def members(asked: Invocation) -> Answer:
    """Everybody in a guild, which only apps with the members' intent may ask for."""
    guild = asked.platform.guild(asked.id("guild"))
    limit, after = asked.asked("limit", 1, 1, 1000), asked.after
    if not asked.platform.app.members:
        raise refusal("missing access")
    ids = sorted((one for one in guild.members if int(one) > after), key=int)
    return Answer([guild.member_payload(one) for one in ids[:limit]])


def roles(asked: Invocation) -> Answer:
    """The roles of a guild."""
    return Answer(asked.platform.guild(asked.id("guild")).payload()["roles"])


ROUTES = (
    Route("GET", "/guilds/{guild}", get),
    Route("GET", "/guilds/{guild}/channels", channels),
    Route("GET", "/guilds/{guild}/members", members),
    Route("GET", "/guilds/{guild}/members/{user}", member),
    Route("GET", "/guilds/{guild}/roles", roles),
)
