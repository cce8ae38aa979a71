"""What Discord gave the operator: the bot's token, and where Discord is."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.settings import Settings


@dataclass(frozen=True, slots=True)
class DiscordKeys:
    """What is needed to hear Discord and to speak there."""

    bot_token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg"
    shards: int | None = None
    """How many there are in all, which the processes divide among themselves; None asks Discord."""
    retention_days: int = 30


def keys_of(settings: Settings) -> DiscordKeys:
    """The keys that are among the settings, which have a token."""
    token = settings.discord_bot_token
    return DiscordKeys(
        bot_token=token.get_secret_value() if token else "",
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url,
        shards=settings.discord_shards,
        retention_days=settings.retention_days,
    )
