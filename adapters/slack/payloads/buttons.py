"""The buttons under a reply. A click is the word of a command, by whoever may say it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.payloads.events import team_of_interaction, thread_of, user_of
from adapters.slack.payloads.thumbs import thumbs
from adapters.slack.places import CLICK, Place, is_direct
from bot.messages import IncomingMessage
from bot.posts import State

NOT_YOURS = "Only the person who asked can do that; you can write `{word}` in the thread, or ask me yourself."
_PREFIX = "parley_"
_LABELS = {"stop": "Stop", "continue": "Continue", "retry": "Retry", "receipt": "Receipt"}
_FOR_ALL = frozenset({"receipt"})
"""What anybody may press: only they read what comes of it."""
OWN = frozenset(f"{_PREFIX}{word}" for word in _LABELS if word not in _FOR_ALL)
"""The actions of those buttons that are for who asked."""
_SHOWN: Mapping[State, tuple[str, ...]] = {
    "growing": ("stop",),
    "complete": ("retry", "receipt"),
    "length": ("continue", "retry", "receipt"),
    "stopped": ("continue", "retry", "receipt"),
}


def buttons_of(state: State, author: str, reply: str) -> list[dict[str, Any]]:
    """The blocks of the buttons that belong under a post in this state, of the reply to this author's message."""
    words = _SHOWN.get(state, ())
    if not words:
        return []
    elements = [
        {
            "type": "button",
            "action_id": f"{_PREFIX}{word}",
            "text": {"type": "plain_text", "text": _LABELS[word]},
            "value": f"{author} {reply}",
        }
        for word in words
    ]
    actions = [{"type": "actions", "elements": elements}]
    return actions if state == "growing" else [*actions, thumbs(reply)]


def word_of(body: Mapping[str, Any]) -> str:
    """The command that a click stands for; empty if it is none of ours."""
    actions = body.get("actions") or [{}]
    word = str(actions[0].get("action_id", "")).removeprefix(_PREFIX)
    return word if body.get("type") == "block_actions" and word in _LABELS else ""


def may_click(body: Mapping[str, Any]) -> bool:
    """Whether the button is for the person who clicked it."""
    author, _ = _meant(body)
    return word_of(body) in _FOR_ALL or author == body["user"]["id"]


def click_in(body: Mapping[str, Any]) -> IncomingMessage:
    """A click as a message in the thread of the reply."""
    word, (_, reply) = word_of(body), _meant(body)
    return IncomingMessage(
        id=f"{CLICK}{body['actions'][0]['action_ts']}",
        conversation=thread_of(body),
        author=user_of(body),
        text=f"!{word} {reply}".strip() if word in _FOR_ALL else f"!{word}",
        direct=is_direct(str(body["channel"]["id"])),
        ticket=body.get("response_url", "") if word in _FOR_ALL else "",
        pressed=reply,
    )


def place_of_click(body: Mapping[str, Any]) -> Place:
    """Where whoever used something on a message is answered, and nobody else reads it."""
    message = body.get("message") or {}
    return Place(
        team=team_of_interaction(body),
        channel=body["channel"]["id"],
        thread=message.get("thread_ts"),
        after="",
        author=body["user"]["id"],
        ticket=body.get("response_url") or "",
    )


def _meant(body: Mapping[str, Any]) -> tuple[str, str]:
    """Whose reply it is, and what the reply is called."""
    author, _, reply = str(body["actions"][0].get("value", "")).partition(" ")
    return author, reply
