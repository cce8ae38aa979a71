"""Workspaces that took the app away: how Slack says so, and how it is made sure of before anything is deleted."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

from adapters.slack.payloads.events import Payload
from adapters.slack.places import PLATFORM, tenant_of
from adapters.slack.web import TOKEN_REFUSED
from adapters.slack.workspaces import NotInstalled, Workspaces
from bot.errors import PlatformRefused, PlatformUnknown, StoreError
from bot.keys import YEAR
from bot.purge import Purges
from bot.store import Store

UNINSTALLED = frozenset({"account_inactive", "token_revoked"})
"""What Slack says of a token that worked once, and of no other."""
DEAD = TOKEN_REFUSED | {"invalid_refresh_token"}
"""What Slack says of an installation that is over."""


def is_departure(body: Payload) -> bool:
    """Whether an event says that the app was uninstalled, or lost its bot token (docs.slack.dev, "tokens_revoked")."""
    event = body.get("event") or {}
    if event.get("type") == "app_uninstalled":
        return True
    return event.get("type") == "tokens_revoked" and bool((event.get("tokens") or {}).get("bot"))


def _token_key(token: str) -> str:
    """To which workspace a bot token belongs; neither of them can be read there."""
    return f"parley:{{{PLATFORM}}}:token:{_hashed(token)}"


def _hashed(name: str) -> str:
    return sha256(name.encode()).hexdigest()


async def note_team(store: Store, token: str, team: str) -> None:
    """Note to which workspace a token belongs, as long as Slack still says so."""
    await store.do("SET", _token_key(token), _hashed(tenant_of(team)), "EX", YEAR)


async def is_of_token(store: Store, token: str, tenant: str) -> bool:
    """Whether a tenant is the workspace of a token, with which it has gone. Raises PlatformUnknown of others."""
    noted: bytes | None = await store.do("GET", _token_key(token))
    if noted != _hashed(tenant).encode():
        raise PlatformUnknown(f"the bot token is not of {tenant}")
    return True


async def wanted_gone(purges: Purges, team: str, refusal: str) -> None:
    """Wish for a workspace to be forgotten whose token Slack refuses as one does that was taken away."""
    if refusal in UNINSTALLED:
        with suppress(StoreError):  # it will be refused again
            await purges.want(tenant_of(team))


async def has_left(workspaces: Workspaces, tenant: str) -> bool:
    """Whether the app is not installed in a workspace any more. Raises PlatformError and StoreError if nobody knows.

    An event alone does not say: it may come late, when the app was installed again since.
    """
    team = tenant.removeprefix(f"{PLATFORM}:")
    workspaces.forget(team)  # what is known here may be of the time before
    try:
        web = (await workspaces.find(team)).web
        await web.ask(web.client.auth_test)
    except NotInstalled:
        return True
    except PlatformRefused as refused:
        if str(refused) in DEAD:
            workspaces.forget(team)
            return True
        raise
    return False
