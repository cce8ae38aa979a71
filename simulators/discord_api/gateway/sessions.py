"""What Discord keeps of an app's presence while connections come and go."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from simulators.discord_api.gateway.connections import Connection
from simulators.discord_api.gateway.contents import without_content, without_others
from simulators.discord_api.gateway.intents import Intent, wanted

_KEPT = 10_000
"""How many events are kept to be told again."""
_MESSAGES = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE"})


@dataclass(slots=True, eq=False)
class Session:
    """One session; `shard` is its number and how many there are. `bot` is the app's user."""

    bot: str
    intents: int
    shard: tuple[int, int]
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    """The number of its last event."""
    connection: Connection | None = None
    lost_at: float | None = None
    """When its connection ended, in simulated seconds; None while it has one."""
    _events: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    @property
    def connected(self) -> bool:
        """Whether the app is there."""
        return self.connection is not None

    def hears_of(self, guild_id: str | None) -> bool:
        """Whether what happens there is told to this shard; direct messages are told to the first."""
        number, count = self.shard
        return number == (0 if guild_id is None else (int(guild_id) >> 22) % count)

    def tell(self, name: str, data: Mapping[str, Any], *, in_guild: bool) -> None:
        """Bring it an event, if it wants such events: at once, or when it is resumed."""
        if not wanted(self.intents, name, data, bot=self.bot, in_guild=in_guild):
            return
        if name in _MESSAGES and not self.intents & Intent.MESSAGE_CONTENT:
            data = without_content(data, self.bot, in_guild=in_guild)
        if name == "THREAD_MEMBERS_UPDATE" and not self.intents & Intent.GUILD_MEMBERS:
            data = without_others(data, self.bot)
        self.bring(name, data)

    def bring(self, name: str, data: Mapping[str, Any]) -> None:
        """Bring it an event that it is given whatever it wants."""
        self.seq += 1
        payload = orjson.dumps({"t": name, "s": self.seq, "op": 0, "d": data})
        self._events.append((self.seq, payload))
        if self.connection is not None:
            self.connection.send(payload)

    def remembers(self, seq: int) -> bool:
        """Whether all that came after that event can be told again."""
        first = self._events[0][0] if self._events else self.seq + 1
        return first <= seq + 1

    def attach(self, connection: Connection) -> None:
        """What happens from now on is told there."""
        self.connection, self.lost_at = connection, None

    def resume(self, connection: Connection, seq: int) -> int:
        """Tell there what came after that event, and from now on; how much it was."""
        missed = [payload for number, payload in self._events if number > seq]
        for payload in missed:
            connection.send(payload)
        self.attach(connection)
        self.bring("RESUMED", {"_trace": ['["gateway-simulated"]']})
        return len(missed)
