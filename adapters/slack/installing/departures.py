"""Workspaces that took the app away: how Slack says so, and how it is made sure of before anything is deleted."""

from __future__ import annotations

from adapters.slack.payloads.events import Payload
from adapters.slack.places import PLATFORM
from adapters.slack.web import TOKEN_REFUSED
from adapters.slack.workspaces import Workspaces
from bot.errors import PlatformRefused, PlatformUnknown

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


async def has_left(workspaces: Workspaces, tenant: str) -> bool:
    """Whether the app is not installed in a workspace any more. Raises PlatformError and StoreError if nobody knows.

    An event alone does not say: it may come late, when the app was installed again since.
    """
    team = tenant.removeprefix(f"{PLATFORM}:")
    workspaces.forget(team)  # what is known here may be of the time before
    try:
        web = (await workspaces.find(team)).web
        await web.ask(web.client.auth_test)
    except PlatformUnknown:
        return True
    except PlatformRefused as refused:
        if str(refused) in DEAD:
            workspaces.forget(team)
            return True
        raise
    return False
