"""Token rotation: a token that ends is renewed in time, by one process (docs.slack.dev, "Using token rotation")."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from adapters.slack.installing.installations import Installation, Installations, Kept
from adapters.slack.installing.oauth import OAuth
from adapters.slack.places import tenant_of
from bot.allowance import Allowance
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnknown, StoreError

log = structlog.get_logger()

EARLY = 7_200.0
"""Seconds before its end from which a token is renewed: it lives for twelve hours, and a turn for ten minutes."""
SPARE = 60.0
"""Seconds that a token must have left for who goes on with it while somebody else renews it."""
ALONE = 30.0
"""Seconds for which nobody else may renew a token: longer than to ask for it can take."""
LOOK = 0.1
PATIENCE = 15.0
"""Seconds for which somebody without a token waits for another process that renews it."""
_NAME = "refresh"
Lost = Callable[[str, str], Awaitable[None]]
"""Called with a workspace whose token Slack refuses for good, and with how it says so."""


async def _nobody(team: str, refusal: str) -> None:
    del team, refusal


@dataclass(slots=True, eq=False)
class Rotation:
    """Renews tokens. What was begun is brought to its end, whoever waited for it: a refresh token works only once."""

    installations: Installations
    oauth: OAuth
    now: Callable[[], float] = time.time
    lost: Lost = _nobody
    patience: float = PATIENCE
    _running: dict[str, asyncio.Task[Installation]] = field(default_factory=dict)
    _unsaved: dict[str, tuple[Kept, Installation]] = field(default_factory=dict)
    """What Redis has not taken yet, and in whose place it belongs."""

    def seconds_left(self, installation: Installation) -> float:
        """How long a token lives; for ever if it lasts."""
        return installation.expires_at - self.now() if installation.expires_at else float("inf")

    async def renewed(self, known: Installation) -> Installation:
        """The installation with a newer token than the known one. Raises PlatformError and StoreError.

        While another process renews the token, it is the known one, as long as that works.
        """
        task = self._running.get(known.team)
        if task is None:
            task = self._running[known.team] = asyncio.create_task(self._renewed(known))
            task.add_done_callback(lambda done: self._done(known.team, done))
        await asyncio.wait([task])
        return task.result()

    async def close(self) -> None:
        """Return when what was begun has come to its end, or takes too long."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self.patience)

    def _done(self, team: str, task: asyncio.Task[Installation]) -> None:
        del self._running[team]
        if not task.cancelled():
            task.exception()  # whoever waited for it may have gone

    async def _renewed(self, known: Installation) -> Installation:
        places = Allowance(self.installations.store, tenant_of(known.team))
        me = secrets.token_hex(8)
        until = asyncio.get_running_loop().time() + self.patience
        while not await places.hold(_NAME, me, ALONE, 1):
            kept = (await self._read(known.team)).installation
            if kept.token != known.token or self.seconds_left(kept) > SPARE:
                return kept
            if asyncio.get_running_loop().time() > until:
                raise PlatformBusy(LOOK)
            await asyncio.sleep(LOOK)
        try:
            if known.team in self._unsaved:
                return await self._saved(known.team)
            kept_now = await self._read(known.team)
            if kept_now.installation.token != known.token:
                return kept_now.installation  # somebody has been faster
            return await self._refreshed(kept_now)
        finally:
            with suppress(StoreError):  # it ends by itself
                await places.let_go(_NAME, me, 0.0)

    async def _refreshed(self, kept: Kept) -> Installation:
        installation = kept.installation
        try:
            grant = await self.oauth.refresh(installation.refresh_token)
        except PlatformRefused as refused:
            now = await self._read(installation.team)
            if now.sealed != kept.sealed:
                return now.installation
            # A process that died between Slack's answer and its being kept took the only refresh token with it.
            log.error(  # noqa: TRY400 - all is said
                "refresh_refused", team=installation.team, reason=str(refused), cure="install the app again"
            )
            raise
        self._unsaved[installation.team] = kept, installation.renewed(grant)
        return await self._saved(installation.team)

    async def _saved(self, team: str) -> Installation:
        """The newer token, kept in Redis: its refresh token cannot be had again."""
        kept, renewed = self._unsaved[team]
        swapped = await self.installations.swap(kept, renewed)
        del self._unsaved[team]
        if swapped:
            log.info("token_renewed", team=team)
            return renewed
        return (await self._read(team)).installation  # it was installed anew meanwhile

    async def _read(self, team: str) -> Kept:
        kept = await self.installations.read(team)
        if kept is None:
            raise PlatformUnknown(f"the app is not installed in the workspace {team}")
        return kept
