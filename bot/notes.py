"""Notes that one process of a platform leaves for another: something is yet to be done, once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.keys import note_key
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one tenant, by name. Raises StoreError."""

    store: Store
    tenant: str

    async def leave(self, name: str, seconds: int) -> None:
        """Leave a note for so long."""
        await self.store.do("SET", note_key(self.tenant, name), 1, "EX", seconds)

    async def take(self, name: str) -> bool:
        """Whether the note was there; nobody finds it after that."""
        return bool(await self.store.do("DEL", note_key(self.tenant, name)))
