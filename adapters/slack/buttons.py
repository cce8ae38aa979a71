"""The buttons under a reply. A click is the word of a command, by whoever may say it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.places import CLICK, tenant_of
from bot.messages import Author, Conversation, IncomingMessage
from bot.posts import State

NOT_YOURS = "Only the person who asked can do that; you can write `{word}` in the thread, or ask me yourself."
_PREFIX = "parley_"
_LABELS = {"stop": "Stop", "continue": "Continue", "retry": "Retry"}
_SHOWN: Mapping[State, tuple[str, ...]] = {
    "growing": ("stop",),
    "complete": ("retry",),
    "length": ("continue", "retry"),
    "stopped": ("continue", "retry"),
}


def buttons_of(state: State, author: str) -> list[dict[str, Any]]:
    """The blocks of the buttons that belong under a post in this state, for this author."""
    words = _SHOWN.get(state, ())
    elements = [
        {
            "type": "button",
            "action_id": f"{_PREFIX}{word}",
            "text": {"type": "plain_text", "text": _LABELS[word]},
            "value": author,
        }
        for word in words
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def word_of(body: Mapping[str, Any]) -> str:
    """The command that a click stands for; empty if it is none of ours."""
    actions = body.get("actions") or [{}]
    word = str(actions[0].get("action_id", "")).removeprefix(_PREFIX)
    return word if body.get("type") == "block_actions" and word in _LABELS else ""


def may_click(body: Mapping[str, Any]) -> bool:
    """Whether the button is for the person who clicked it."""
    return bool(body["actions"][0].get("value") == body["user"]["id"])


def click_in(body: Mapping[str, Any]) -> IncomingMessage:
    """A click as a message in the thread of the reply."""
    message, channel, user = body["message"], body["channel"]["id"], body["user"]
    tenant = tenant_of(body["team"]["id"])
    return IncomingMessage(
        id=f"{CLICK}{body['actions'][0]['action_ts']}",
        conversation=Conversation(tenant, channel, message.get("thread_ts") or message["ts"]),
        author=Author(user["id"], user.get("name") or user["id"]),
        text=f"!{word_of(body)}",
        direct=str(channel).startswith("D"),
    )
