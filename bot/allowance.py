"""What a platform allows each tenant in a minute, shared by all processes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.keys import allowance_key
from bot.store import Store


@dataclass(frozen=True, slots=True)
class Allowance:
    """Allowances of one tenant, by name. Raises StoreError."""

    store: Store
    tenant: str

    async def hold(self, name: str, holder: str, seconds: float, most: int) -> bool:
        """Take one of so many places for so long, or keep the one that the holder has; False if none is free."""
        return bool(await self._hold(name, holder, seconds, most))

    async def let_go(self, name: str, holder: str, seconds: float) -> None:
        """Give back the holder's place after so many seconds."""
        await self._hold(name, holder, seconds, 0)

    async def queue(self, name: str, interval: float, burst: int) -> float:
        """The seconds to wait for one's turn, where turns come at an interval, and a burst of them at once."""
        waiting = await self.store.run(
            "queue", [allowance_key(self.tenant, name)], [int(interval * 1000), burst]
        )
        return float(waiting) / 1000

    async def _hold(self, name: str, holder: str, seconds: float, most: int) -> int:
        key = allowance_key(self.tenant, name)
        return int(await self.store.run("hold", [key], [holder, int(seconds * 1000), most]))
