"""Installations that were begun: each may end once, in the browser in which it began, within ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hmac import compare_digest

from bot.keys import escaped
from bot.store import Store

LIFE = 600
"""Seconds: a code of Slack's lives as long."""


def state_key(state: str) -> str:
    """The browser in which an installation began. Nobody knows yet for which tenant."""
    return f"parley:installing:{escaped(state)}"


@dataclass(frozen=True, slots=True)
class States:
    """Remembers what was begun. Raises StoreError."""

    store: Store

    async def begin(self) -> tuple[str, str]:
        """The state that Slack is to bring back, and the secret that the browser is to keep."""
        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        await self.store.do("SET", state_key(state), browser, "EX", LIFE)
        return state, browser

    async def redeem(self, state: str, browser: str) -> bool:
        """Whether this was begun in this browser. Whoever asks, it is over then."""
        begun: bytes | None = await self.store.do("GETDEL", state_key(state))
        return begun is not None and compare_digest(begun, browser.encode())
