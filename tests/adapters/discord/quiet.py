"""Which writes might ping somebody, or show what a link leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulators.discord import Call

_WRITES = frozenset({"POST", "PATCH"})
_SUPPRESS_EMBEDS = 1 << 2
_PINGS_NOBODY: Mapping[str, Any] = {"parse": [], "replied_user": False}


def said(calls: Iterable[Call]) -> list[tuple[Call, Mapping[str, Any]]]:
    """All that was sent to be read: messages, edits, and the answers to interactions."""
    sent = [(call, _message_in(call)) for call in calls if call.method in _WRITES]
    return [(call, message) for call, message in sent if "content" in message]


def loud(calls: Iterable[Call]) -> list[str]:
    """The routes by which something was sent that is not kept from pinging and from unfolding."""
    return [
        call.route
        for call, message in said(calls)
        if message.get("allowed_mentions") != _PINGS_NOBODY
        or not int(message.get("flags") or 0) & _SUPPRESS_EMBEDS
    ]


def _message_in(call: Call) -> Mapping[str, Any]:
    body = call.body if isinstance(call.body, Mapping) else {}
    return body.get("data") or {} if call.route.endswith("/callback") else body
