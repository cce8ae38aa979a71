"""Where the gateway is (discord.com/developers, "Gateway", Get Gateway Bot)."""

from simulators.discord_api.routes.invocation import Answer, Invocation, Route

_GUILDS_A_SHARD = 1000
"""How many guilds Discord recommends a shard for."""


def gateway(asked: Invocation) -> Answer:
    """The address, for everybody."""
    return Answer({"url": asked.platform.site.gateway_url})


def gateway_bot(asked: Invocation) -> Answer:
    """The address, how many shards the app should have, and how many sessions it may still begin."""
    platform = asked.platform
    guilds = sum(1 for _ in platform.homes())
    return Answer(
        {
            "url": platform.site.gateway_url,
            "shards": 1 + guilds // _GUILDS_A_SHARD,
            "session_start_limit": platform.gateway.register.starts.payload(),
        }
    )


ROUTES = (
    Route("GET", "/gateway", gateway, open=True),
    Route("GET", "/gateway/bot", gateway_bot),
)
