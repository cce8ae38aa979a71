"""The Web API on the wire: from a request to what is done and answered."""

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from simulators.slack_api.arguments import Arguments
from simulators.slack_api.calls import Call
from simulators.slack_api.methods.invocation import Invocation
from simulators.slack_api.methods.table import METHODS, Entry
from simulators.slack_api.platform import Platform
from simulators.slack_api.refusals import Refusal

_BEARER = "bearer "
_BASIC = "basic "


def answered(
    body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer with this as its JSON."""
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def refused(refusal: Refusal, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """The answer to a call that is not done because of a rule."""
    return answered({"ok": False, "error": refusal.error, **refusal.more}, status, headers)


def limited(seconds: float) -> web.Response:
    """A 429 that asks to wait so many seconds, told as whole ones."""
    return answered({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(math.ceil(seconds))})


def read(response: web.Response) -> dict[str, Any]:
    """The JSON of an answer; nothing if it has none."""
    try:
        value = orjson.loads(bytes(response.body)) if isinstance(response.body, bytes) else {}
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def token_of(request: web.Request, arguments: Arguments) -> str:
    """The token that a request carries, in its header or among its arguments."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_BEARER):
        return header[len(_BEARER) :].strip()
    return str(arguments.values.get("token") or "")


def team_of(slack: Platform, token: str) -> str:
    """The workspace of a token, empty if it is nobody's or the app's own."""
    try:
        return slack.tokens.check(token).team
    except Refusal:
        return ""


def worked(slack: Platform, request: web.Request, call: Call) -> web.Response:
    """Do what a call asks for, and answer it."""
    headers: dict[str, str] = {}
    try:
        entry = _entry(call.method)
        invocation = _invocation(slack, request, call, entry)
        if invocation.caller is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(invocation.caller.scopes))
            headers["x-accepted-oauth-scopes"] = ",".join(entry.scopes)
            invocation.need_scope(*entry.scopes)
        return answered({"ok": True, **entry.work(invocation)}, headers=headers)
    except Refusal as refusal:
        return refused(refusal, headers=headers)


def _entry(method: str) -> Entry:
    if method not in METHODS:
        raise Refusal("unknown_method", {"req_method": method})
    return METHODS[method]


def _invocation(slack: Platform, request: web.Request, call: Call, entry: Entry) -> Invocation:
    arguments = Arguments(call.arguments)
    if entry.open:
        return Invocation(slack, arguments, basic=_basic_of(request))
    token = token_of(request, arguments)
    found = slack.tokens.check(token)
    caller = slack.teams[found.team] if found.kind == "bot" else None
    return Invocation(slack, arguments, token, caller, _basic_of(request))


def _basic_of(request: web.Request) -> tuple[str, str]:
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(_BASIC):
        return "", ""
    try:
        client, _, secret = base64.b64decode(header[len(_BASIC) :]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret
