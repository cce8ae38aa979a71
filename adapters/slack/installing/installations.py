"""Installations: which workspaces have the app, and the tokens that they gave it. They are kept encrypted in Redis."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import orjson
import structlog

from adapters.slack.installing.oauth import Grant
from adapters.slack.installing.sealing import Seal, Unreadable
from adapters.slack.places import tenant_of
from bot.keys import escaped
from bot.store import Store

log = structlog.get_logger()

PATIENT = 600.0
"""Seconds for which a Redis that is away is waited for, where what is to be kept cannot be had again."""


def installation_key(team: str) -> str:
    """The installation of a workspace, sealed."""
    return f"parley:{{{escaped(tenant_of(team))}}}:installation"


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace."""

    team: str
    name: str
    """What the workspace is called."""
    bot: str
    """The bot's user id."""
    bot_id: str
    scopes: frozenset[str]
    """What was granted."""
    token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    """It works once; empty if the token lasts."""
    expires_at: float = 0.0
    """When the token ends, in seconds since 1970; 0 if it lasts."""

    def renewed(self, grant: Grant) -> Installation:
        """The same with another token."""
        return replace(
            self,
            token=grant.token,
            refresh_token=grant.refresh_token,
            expires_at=grant.expires_at,
            scopes=grant.scopes or self.scopes,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """An installation, and the form in which Redis has it."""

    installation: Installation
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Installations:
    """Keeps installations. Raises StoreError."""

    store: Store
    seal: Seal

    async def read(self, team: str) -> Kept | None:
        """The installation of a workspace, unless there is none, or none that the present key can read."""
        sealed = await self.store.do("GET", installation_key(team))
        if sealed is None:
            return None
        try:
            return Kept(_unpack(self.seal.open(team, sealed)), sealed)
        except (Unreadable, ValueError, TypeError, LookupError) as error:
            # The key was changed, or somebody has touched what is kept. Installing again cures both.
            log.error("installation_unreadable", team=team, error=type(error).__name__)  # noqa: TRY400 - as it says
            return None

    async def has(self, team: str) -> bool:
        """Whether there is an installation of a workspace, also one that cannot be read."""
        return bool(await self.store.do("EXISTS", installation_key(team)))

    async def keep(self, installation: Installation) -> None:
        """Let this be the installation of its workspace."""
        sealed = self._sealed(installation)
        await self.store.patient(PATIENT).do("SET", installation_key(installation.team), sealed)

    async def swap(self, kept: Kept, installation: Installation) -> bool:
        """Put an installation in the place of the one that was read; False if another one, or none, is there by now."""
        keys = [installation_key(installation.team)]
        sealed = self._sealed(installation)
        return bool(await self.store.patient(PATIENT).run("swap", keys, [kept.sealed, sealed]))

    def _sealed(self, installation: Installation) -> bytes:
        return self.seal.close(installation.team, _pack(installation))


def _pack(installation: Installation) -> bytes:
    return orjson.dumps({**asdict(installation), "scopes": sorted(installation.scopes)})


def _unpack(packed: bytes) -> Installation:
    held = orjson.loads(packed)
    return Installation(**{**held, "scopes": frozenset(held["scopes"])})
