"""Whom the gateway lets in (discord.com/developers, "Opcodes and Status Codes", Gateway Close Event Codes)."""

from simulators.discord_api.apps import App
from simulators.discord_api.gateway.codes import Close, Refused
from simulators.discord_api.gateway.intents import ALL, Intent

_VERSIONS = frozenset({"9", "10"})
_ENCODINGS = frozenset({"json"})
MOST_GUILDS = 2500
"""How many guilds one session may have ("Gateway", Sharding)."""


def admit_version(version: str, encoding: str) -> None:
    """Refuse what this gateway does not speak; Erlang's format is among it."""
    if version not in _VERSIONS:
        raise Refused(Close.INVALID_API_VERSION)
    if encoding not in _ENCODINGS:
        raise Refused(Close.DECODE_ERROR)


def admit_token(app: App, token: str) -> None:
    """Refuse whoever is not the app."""
    if token.removeprefix("Bot ") != app.token:
        raise Refused(Close.AUTHENTICATION_FAILED)


def admit_intents(app: App, intents: int) -> None:
    """Refuse intents that mean nothing, and those that the app was not granted."""
    if intents < 0 or intents & ~ALL:
        raise Refused(Close.INVALID_INTENTS)
    granted = {
        Intent.MESSAGE_CONTENT: app.message_content,
        Intent.GUILD_MEMBERS: app.members,
        Intent.GUILD_PRESENCES: app.presences,
    }
    if any(intents & intent and not allowed for intent, allowed in granted.items()):
        raise Refused(Close.DISALLOWED_INTENTS)


def admit_guilds(count: int) -> None:
    """Refuse a session that would have too many guilds."""
    if count > MOST_GUILDS:
        raise Refused(Close.SHARDING_REQUIRED)
