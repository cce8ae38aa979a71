"""Close codes after which Discord is not asked again: what is wrong, and who can change it."""

from __future__ import annotations

from adapters.discord.hearing.socket import Account
from adapters.settings import SettingsError

_PORTAL = "https://discord.com/developers/applications"


def refusal_of(code: int | None, account: Account) -> SettingsError | None:
    """What the operator is told, if a connection that was closed so would be closed again.

    (discord.com/developers, "Gateway Close Event Codes")
    """
    page = f"{_PORTAL}/{account.application}/bot"
    sentences = {
        4004: f"Discord refuses DISCORD_BOT_TOKEN: press Reset Token on {page} and copy the new one.",
        4010: "Discord knows no such shard: set DISCORD_SHARDS to the number of shards of the whole bot, the same for "
        "every process, or leave it out.",
        4011: "The bot is in too many servers for so few shards: set DISCORD_SHARDS higher, or leave it out to have as "
        "many as Discord recommends.",
        4012: "Discord does not speak this version of its gateway any more: update Parley.",
        4013: "Discord does not know the intents that Parley asks for: update Parley.",
        4014: f"Discord does not let the bot read messages: switch on Message Content Intent on {page}.",
    }
    sentence = sentences.get(code or 0)
    return SettingsError(sentence) if sentence else None
