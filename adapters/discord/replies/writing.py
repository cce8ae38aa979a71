"""What is sent for a post: nothing in it pings, and no link in it unfolds, whether it is new or edited."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
"""Of the answer to an interaction that was put off, until there is one."""
_LONGEST_NONCE = 25


def written(text: str, components: Sequence[dict[str, Any]] = (), *, private: bool = False) -> dict[str, Any]:
    """The body of a message. An edit that does not say whom it may ping pings everybody it names."""
    return {
        "content": text,
        "components": list(components),
        "flags": SUPPRESS_EMBEDS | (EPHEMERAL if private else 0),
        "allowed_mentions": {"parse": [], "replied_user": False},
    }


def once(key: str, again: int) -> dict[str, Any]:
    """What lets Discord recognise a message that it got before: for some minutes it then gives back that one.

    `again` counts how often the post under this key was taken away: what comes in its place is another one.
    """
    name = key if not again else f"{key}~{again}"
    nonce = name if len(name) <= _LONGEST_NONCE else blake2b(name.encode(), digest_size=12).hexdigest()
    return {"nonce": nonce, "enforce_nonce": True}


def in_reply_to(message: str) -> dict[str, Any]:
    """What makes a message a reply, by which it is found again; not if the other one is gone by then."""
    if not message:
        return {}
    return {"message_reference": {"type": 0, "message_id": message, "fail_if_not_exists": False}}
