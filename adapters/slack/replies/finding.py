"""Finding a post of ours again: by the key in its metadata, or by what else is known of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.places import Place
from adapters.slack.web import Web

EVENT = "parley_post"
FILE = "file:"
"""What the ids of posts with a file begin with."""
PAGE = 200
PAGES = 10
"""Most pages that are read; a reply stands behind its question, so it is on the first as a rule."""


def metadata_of(key: str) -> dict[str, Any]:
    """The metadata of a post under a key."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


def key_of(message: Mapping[str, Any]) -> str:
    """The key under which a message was posted; empty if it has none."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == EVENT else ""


def id_of(message: Mapping[str, Any]) -> str:
    """What a post is called: its `ts`, or its file if it hands one over, since Slack tells no `ts` of these."""
    files = message.get("files")
    return f"{FILE}{files[0]['id']}" if files else str(message["ts"])


@dataclass(frozen=True, slots=True)
class Sought:
    """A post that may stand, and what is known of the reply's others: their ids and keys."""

    key: str
    known: Mapping[str, str]
    in_doubt: bool
    """Whether the journal says that it was about to be written."""


async def found(web: Web, place: Place, bot: str, sought: Sought) -> str | None:
    """The id of a post of the bot's, read back. Raises PlatformError.

    A stream gets its key only when it stops, and a file never does. So where the journal says that the post was about
    to be written, an own post without a key, behind the message that is answered, is that one: an orphan.
    """
    key, known = sought.key, sought.known
    document = key.rpartition("/")[2].startswith("d")
    orphan = None
    async for message in _messages(web, place):
        if not _is_own(message, bot):
            continue
        name = id_of(message)
        if key in (key_of(message), known.get(name)):
            return name
        fits = bool(message.get("files")) == document
        if sought.in_doubt and orphan is None and fits and not key_of(message) and name not in known:
            orphan = name
    return orphan


async def _messages(web: Web, place: Place) -> AsyncIterator[Mapping[str, Any]]:
    """The messages of the place that are newer than what is answered."""
    cursor = ""
    for _ in range(PAGES):
        options: dict[str, Any] = {"oldest": place.after or "0", "limit": PAGE, "include_all_metadata": True}
        if cursor:
            options["cursor"] = cursor
        if place.thread is None:
            answer = await web.ask(web.client.conversations_history, channel=place.channel, **options)
        else:
            answer = await web.ask(
                web.client.conversations_replies, channel=place.channel, ts=place.thread, **options
            )
        for message in answer.get("messages", ()):
            # The first message of a thread comes with each page.
            if message.get("ts") not in {place.after, place.thread}:
                yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return


def _is_own(message: Mapping[str, Any], bot: str) -> bool:
    return message.get("user") == bot or (message.get("bot_profile") or {}).get("user_id") == bot
