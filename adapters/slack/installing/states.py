"""Installations that were begun: each may end once, in the browser in which it began, within ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

from adapters.slack.installing.sealing import Seal, Unreadable
from bot.store import Store

LIFE = 600
"""Seconds: a code of Slack's lives as long."""
_PURPOSE = "state"


@dataclass(frozen=True, slots=True)
class States:
    """Knows what was begun without keeping it: whoever opens the page again and again fills nothing."""

    store: Store
    seal: Seal

    def begin(self) -> tuple[str, str]:
        """The state that Slack is to bring back, and the secret that the browser is to keep."""
        browser = secrets.token_urlsafe(32)
        return self.seal.close(_PURPOSE, browser.encode()).decode(), browser

    async def redeem(self, state: str, browser: str) -> bool:
        """Whether this was begun in this browser, and is redeemed for the first time. Raises StoreError."""
        try:
            begun = self.seal.open(_PURPOSE, state.encode(), life=LIFE)
        except Unreadable:
            return False
        # Whoever asks, it is over then. Nobody knows yet for which tenant.
        key = f"parley:installing:{sha256(state.encode()).hexdigest()}"
        first = await self.store.do("SET", key, 1, "NX", "EX", LIFE)
        return bool(first) and compare_digest(begun, browser.encode())
