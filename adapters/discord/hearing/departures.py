"""Departures: servers that have taken the app away are forgotten, once Discord says that they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from adapters.discord.payloads.grounds import Data
from adapters.discord.places import guild_of, tenant_of
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import GUILD
from bot.attendance import Attendance
from bot.messages import Conversation
from bot.purge import Purges

log = structlog.get_logger()

_GONE = frozenset({10_004, 50_001})
"""No such server, or the bot is not in it."""
_SHIFT = 22


@dataclass(frozen=True, slots=True)
class Departures:
    """Notices who has left. Raises StoreError, where that could not be kept."""

    purges: Purges

    async def left(self, server: str) -> None:
        """A server has taken the app away, as Discord tells who listens."""
        await self.purges.want(tenant_of(server, ""))
        log.warning("server_left", guild=server)

    async def check(self, attendance: Attendance, ready: Data) -> None:
        """Those that are known and that a session does not begin with have left while nobody listened."""
        listed = {str(each["id"]) for each in ready["guilds"]}
        number, count = ready["shard"]
        known = _servers(await attendance.tenants())
        for server in known:
            if server not in listed and shard_of(server, count) == number:
                await self.left(server)


def shard_of(server: str, count: int) -> int:
    """The shard that brings what happens in a server (discord.com/developers, "Gateway", Sharding)."""
    return (int(server) >> _SHIFT) % count


def _servers(tenants: Iterable[str]) -> list[str]:
    return [server for each in tenants if (server := guild_of(Conversation(each, ""))).isdigit()]


async def has_left(rest: Rest, tenant: str) -> bool:
    """Whether the bot is in a server no more. Raises PlatformError."""
    server = guild_of(Conversation(tenant, ""))
    if not server:
        return False
    try:
        await rest.ask(GUILD, server)
    except Refused as refused:
        if refused.code in _GONE:
            return True
        raise
    return False
