"""Threads: which channels are threads, and of which channel, as far as anybody here has heard."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from adapters.discord.payloads.grounds import THREADLESS, THREADS, Data, Ground, ground_of
from adapters.discord.places import guild_of, tenant_of
from adapters.discord.routes import CHANNEL
from bot.errors import PlatformBusy, PlatformError, StoreError
from bot.keys import DAY
from bot.messages import IncomingMessage
from bot.notes import Notes
from bot.store import Store

log = structlog.get_logger()

PATIENCE = 3.0
"""Seconds for which Discord is asked about a channel."""
LIFETIME = 30 * DAY
"""Seconds for which a thread is known to every process after somebody spoke to the bot there."""
MOST = 5_000
"""Channels and threads of a server that are remembered, more than can be open (discord.com/developers, "Threads")."""
_PLAIN, _THREADLESS = 0, -1


class Asks(Protocol):
    """What asks Discord."""

    async def ask(self, route: str, *ids: str) -> Any:
        """What Discord answers. Raises PlatformError."""


@dataclass(frozen=True, slots=True)
class Threads:
    """What channels are. What is heard is remembered here, and what matters after a restart in Redis as well."""

    asks: Asks
    store: Store
    patience: float = PATIENCE
    most: int = MOST
    _known: dict[str, dict[int, int]] = field(default_factory=dict)
    """By server, the parents of threads, and of other channels whether threads can be opened there."""

    def hear(self, name: str, data: Data) -> None:
        """Learn from an event what channels there are (discord.com/developers, "Gateway Events")."""
        if name == "GUILD_DELETE" and not data.get("unavailable"):
            self._known.pop(str(data["id"]), None)
        elif name in {"THREAD_DELETE", "CHANNEL_DELETE"}:
            self._known.get(str(data.get("guild_id")), {}).pop(int(data["id"]), None)
        elif name in {"THREAD_CREATE", "THREAD_UPDATE", "CHANNEL_CREATE", "CHANNEL_UPDATE"}:
            self._learn(str(data.get("guild_id")), data)
        elif name in {"GUILD_CREATE", "THREAD_LIST_SYNC"}:
            server = str(data["id"] if name == "GUILD_CREATE" else data["guild_id"])
            for channel in (*(data.get("channels") or ()), *(data.get("threads") or ())):
                self._learn(server, channel)

    def may_be_thread(self, data: Data) -> bool:
        """Whether what was said may have been said in a thread, as far as is known without asking."""
        known = self._heard(data)
        return known is None or known.is_thread

    async def ground(self, data: Data, *, addressed: bool) -> Ground | None:
        """Where a message was said; None if nobody knows, and it is not worth asking.

        That is so of talk in a thread in which, as far as is known, nobody has ever spoken to the bot. Raises
        StoreError.
        """
        channel, guild = str(data["channel_id"]), data.get("guild_id")
        if not guild:
            return Ground(channel, opens=False)
        if known := self._heard(data):
            return known
        try:
            if parent := await Notes(self.store, tenant_of(guild, channel)).read(_name(channel)):
                self._keep(str(guild), channel, int(parent))
                return Ground(channel, parent, opens=False)
        except StoreError:
            if not addressed:
                raise  # else its author is to be told
        return await self._asked(data) if addressed else None

    async def note(self, message: IncomingMessage) -> None:
        """Let every process know of the thread in which somebody has spoken to the bot."""
        there = message.answered_in
        if there.thread is None or not there.thread.isdigit():
            return
        self._keep(guild_of(there), there.thread, int(there.channel))
        try:
            await Notes(self.store, there.tenant).leave(_name(there.thread), LIFETIME, there.channel)
        except StoreError as error:
            log.info("thread_not_noted", error=type(error).__name__)

    def _heard(self, data: Data) -> Ground | None:
        channel, kind = str(data["channel_id"]), data.get("channel_type")
        parent = self._known.get(str(data.get("guild_id")), {}).get(int(channel))
        if parent is not None and parent > 0:
            return Ground(channel, str(parent), opens=False)
        if kind is not None and kind not in THREADS:
            return ground_of({"id": channel, "type": kind})
        if parent is None or kind is not None:
            return None
        return Ground(channel, opens=parent == _PLAIN)

    def _learn(self, server: str, channel: Data) -> None:
        kind = channel.get("type")
        if kind in THREADS and channel.get("parent_id"):
            self._keep(server, channel["id"], int(channel["parent_id"]))
        elif kind not in THREADS:
            self._keep(server, channel["id"], _THREADLESS if kind in THREADLESS else _PLAIN)

    def _keep(self, server: str, channel: str, parent: int) -> None:
        known = self._known.setdefault(server, {})
        known.pop(int(channel), None)
        known[int(channel)] = parent
        if len(known) > self.most:
            del known[next(iter(known))]

    async def _asked(self, data: Data) -> Ground:
        channel, kind = str(data["channel_id"]), data.get("channel_type")
        try:
            async with asyncio.timeout(self.patience):
                answer = await self._told(channel)
        except (PlatformError, TimeoutError) as error:
            log.warning("channel_unknown", channel=channel, error=type(error).__name__)
            # In a thread, an answer can stand all the same, but no other thread can be opened.
            return Ground(channel, opens=kind not in THREADS)
        self._learn(str(data["guild_id"]), answer)
        return ground_of(answer)

    async def _told(self, channel: str) -> Any:
        while True:
            try:
                return await self.asks.ask(CHANNEL, channel)
            except PlatformBusy as busy:
                await asyncio.sleep(busy.retry_after)


def _name(thread: str) -> str:
    return f"thread:{thread}"
