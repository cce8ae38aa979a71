"""The pages that a person sees who installs the app: what happened, and what to do next."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto;padding:0 1rem;"
    "color:#1d1c1d;background:#fff}h1{font-size:1.6rem}"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#1a1d21}}"
)
_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # The address holds the code and the state.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page in plain words, and its status."""

    title: str
    text: tuple[str, ...]
    status: int = 200

    def response(self) -> web.Response:
        """The page as it is sent. Nothing in it is taken for HTML."""
        title = html.escape(self.title)
        text = "".join(f"<p>{html.escape(each)}</p>" for each in self.text)
        body = (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>{text}</body></html>"
        )
        return web.Response(text=body, status=self.status, content_type="text/html", headers=HEADERS)


_AGAIN = "Open the address with which you began, and try again."

EXPIRED = Page(
    "That took too long",
    (
        "Parley was not installed: an installation ends once, within ten minutes, in the browser in which it began.",
        _AGAIN,
    ),
    400,
)
CANCELLED = Page(
    "Parley was not installed",
    (
        "You did not allow it, and nothing has changed.",
        "If you change your mind: " + _AGAIN[0].lower() + _AGAIN[1:],
    ),
    403,
)
REFUSED = Page(
    "Slack does not allow it",
    (
        "Parley was not installed. Perhaps an administrator of your workspace has to approve it first.",
        "Whoever runs this Parley finds Slack's reason in the log.",
    ),
    403,
)
FOR_AN_ORGANIZATION = Page(
    "Please choose one workspace",
    (
        "Parley was not installed: it cannot be installed for a whole organization, only in single workspaces.",
        "Open the address with which you began, and choose a workspace at the top right before you allow it.",
    ),
    403,
)
MISCONFIGURED = Page(
    "Parley is not set up correctly",
    (
        "Parley was not installed, since Slack does not know this Parley as the app that it says it is.",
        "Please tell whoever runs it to look for installation_refused in the log.",
    ),
    502,
)
AWAY = Page(
    "Please try again in a minute",
    ("Parley was not installed, since it could not reach Slack or its memory.", _AGAIN),
    503,
)


def installed(workspace: str, missing: Iterable[str]) -> Page:
    """The page after an installation, with what does not work for want of scopes."""
    lacking = "; ".join(missing)
    warning = (
        (f"Not everything was granted: {lacking}. Install the app again to grant it.",) if lacking else ()
    )
    return Page(
        f"Parley is in {workspace or 'your workspace'}",
        (
            "Invite it to a channel with /invite @Parley, then ask it something: @Parley What can you do?",
            "In a direct message you need not mention it.",
            *warning,
            "You can close this page.",
        ),
    )
