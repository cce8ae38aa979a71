"""The page on which a person allows an app to be installed, or does not (https://docs.slack.dev/authentication/installing-with-oauth)."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from aiohttp import web

from simulators.slack_api.apps import App
from simulators.slack_api.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person answers, and for which workspace: perhaps for its whole organization, or for fewer `scopes`."""

    workspace: Workspace
    answer: Literal["allow", "cancel"] = "allow"
    org_wide: bool = False
    scopes: frozenset[str] | None = None


def consented(app: App, consent: Consent, request: web.Request) -> web.Response:
    """The way back to the app; a page that says what is wrong, if the app asked wrongly."""
    asked = request.query
    back, scopes = asked.get("redirect_uri", ""), frozenset(filter(None, asked.get("scope", "").split(",")))
    if asked.get("client_id") != app.client_id:
        return _wrong("invalid_client_id")
    if not any(back == url or back.startswith(f"{url.rstrip('/')}/") for url in app.redirect_urls):
        return _wrong("bad_redirect_uri")
    if not scopes or scopes - app.scopes:
        return _wrong("invalid_scope")
    if consent.answer == "cancel":
        answer = {"error": "access_denied"}
    else:
        granted = scopes if consent.scopes is None else consent.scopes
        answer = {"code": consent.workspace.authorize(back, granted, org_wide=consent.org_wide)}
    raise web.HTTPFound(f"{back}?{urlencode({**answer, 'state': asked.get('state', '')})}")


def _wrong(error: str) -> web.Response:
    page = f"<!DOCTYPE html><title>Slack</title><p>Something went wrong: {error}</p>"
    return web.Response(status=400, text=page, content_type="text/html")
