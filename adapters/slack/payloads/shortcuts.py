"""Shortcuts on a message: summing up its thread, and asking about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from adapters.slack.payloads.events import team_of_interaction, thread_of, user_of
from adapters.slack.payloads.forms import form, is_of, subject_of, words_in
from adapters.slack.places import CLICK, is_direct, tenant_of
from adapters.slack.text import to_text
from bot.messages import Conversation, IncomingMessage

Body = Mapping[str, Any]
SUMMARIZE = "parley_summarize"
ASK = "parley_ask"
QUESTION = "parley_question"
_QUOTED = 2_400
"""Characters that a quoted message takes as JSON; a modal keeps three thousand in all (docs.slack.dev, "Views")."""


def summary_in(body: Body) -> IncomingMessage | None:
    """The command that a shortcut stands for; only who used it reads the answer."""
    if body.get("type") != "message_action" or body.get("callback_id") != SUMMARIZE:
        return None
    message = body["message"]
    # Whether the answer can stand in the thread is told by the id: see place_of.
    kind = CLICK if message.get("thread_ts") else "shortcut-"
    return IncomingMessage(
        id=f"{kind}{body['action_ts']}",
        conversation=thread_of(body),
        author=user_of(body),
        text="!summarize",
        direct=is_direct(str(body["channel"]["id"])),
        ticket=body.get("response_url") or "",
    )


def asks_what(body: Body) -> dict[str, Any]:
    """The modal that asks for the question about a message."""
    message = body["message"]
    about = {
        "channel": body["channel"]["id"],
        "ts": message["ts"],
        "thread": message.get("thread_ts") or "",
        "by": message.get("user") or "",
        "text": _short(message.get("text") or ""),
    }
    return form(
        QUESTION, "Ask about this", "Your question; the thread of the message gets the answer.", "Ask", about
    )


def question_in(body: Body, bot: str) -> IncomingMessage | None:
    """The question that somebody has asked about a message, in the thread of that message."""
    if not is_of(body, QUESTION):
        return None
    about, tenant = subject_of(body), tenant_of(team_of_interaction(body))
    thread = about["thread"] or about["ts"]
    by = f" by @{about['by']}" if about["by"] else ""
    quoted = "\n".join(f"> {line}" for line in to_text(about["text"], bot).splitlines())
    text = f"{words_in(body)}\n\nI ask about this message{by}:\n{quoted}" if quoted else words_in(body)
    place = Conversation(tenant, about["channel"], about["thread"] or None)
    return IncomingMessage(
        id=f"form-{body['view']['id']}",
        conversation=place,
        author=user_of(body),
        text=text,
        opens=None if about["thread"] else Conversation(tenant, about["channel"], thread),
        direct=is_direct(about["channel"]),
    )


def _short(text: str) -> str:
    """As much of a text as may be quoted."""
    while len(orjson.dumps(text)) > _QUOTED:
        text = text[: len(text) * _QUOTED // len(orjson.dumps(text)) - 1]
    return text
