"""Roles: the one that Discord gives the bot in each server, which is called like the bot and easily taken for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.messages import is_hidden, mentioning
from adapters.discord.routes import GUILD
from bot.errors import PlatformError

log = structlog.get_logger()


class Asks(Protocol):
    """What asks Discord."""

    async def ask(self, route: str, *ids: str) -> Any:
        """What Discord answers. Raises PlatformError."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The bot's own role in each server, as far as anybody here has heard (discord.com/developers, "Role Tags")."""

    asks: Asks
    bot: str
    """The id of the bot's user."""
    name: str
    """What the bot is called."""
    _own: dict[str, str] = field(default_factory=dict)
    """By server; empty where it has none."""

    def hear(self, name: str, data: Data) -> None:
        """Learn from an event (discord.com/developers, "Gateway Events")."""
        if name == "GUILD_CREATE" and "roles" in data:
            self._own[str(data["id"])] = self._found(data["roles"])
        elif name in {"GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE"} and (own := self._found([data["role"]])):
            self._own[str(data["guild_id"])] = own
        elif name == "GUILD_DELETE" and not data.get("unavailable"):
            self._own.pop(str(data["id"]), None)

    def may_be_named(self, data: Data) -> bool:
        """Whether a message mentions that role, as far as is known without asking, and may be read."""
        named = data.get("mention_roles")
        if not named or is_hidden(data):
            return False
        own = self._own.get(str(data.get("guild_id")))
        return own is None or own in named

    async def read(self, data: Data) -> Data:
        """A message, in which who mentions the role mentions the bot."""
        if not self.may_be_named(data):
            return data
        server = str(data["guild_id"])
        if server not in self._own:
            await self._ask(server)
        own = self._own.get(server)
        return mentioning(data, own, self.bot, self.name) if own in data["mention_roles"] else data

    def _found(self, roles: Iterable[Data]) -> str:
        own = (str(each["id"]) for each in roles if (each.get("tags") or {}).get("bot_id") == self.bot)
        return next(own, "")

    async def _ask(self, server: str) -> None:
        try:
            self._own[server] = self._found((await self.asks.ask(GUILD, server))["roles"])
        except PlatformError as error:
            log.info("roles_unknown", guild=server, reason=str(error))
