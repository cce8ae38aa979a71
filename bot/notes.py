"""Notes that one process of a platform leaves for another: something is yet to be done, once, or is to be known."""

from __future__ import annotations

from dataclasses import dataclass

from bot.keys import note_key
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one tenant, by name. Raises StoreError."""

    store: Store
    tenant: str

    async def leave(self, name: str, seconds: int, value: str = "1") -> None:
        """Leave a note for so long, in place of an earlier one of that name."""
        await self.store.do("SET", note_key(self.tenant, name), value, "EX", seconds)

    async def read(self, name: str) -> str | None:
        """What the note says; None if there is none. It stays there."""
        value = await self.store.do("GET", note_key(self.tenant, name))
        return None if value is None else str(value.decode())

    async def take(self, name: str) -> bool:
        """Whether the note was there; nobody finds it after that."""
        return bool(await self.store.do("DEL", note_key(self.tenant, name)))
