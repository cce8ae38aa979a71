"""Thumbs under a reply, and the reason for one that points down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.payloads.events import team_of_interaction, thread_of, user_of
from adapters.slack.payloads.forms import form, is_of, subject_of, words_in
from adapters.slack.places import tenant_of
from bot.feedback import Rating, Thumb
from bot.messages import Conversation

Body = Mapping[str, Any]
ACTION = "parley_thumb"
_FORM = "parley_reason"


def thumbs(reply: str) -> dict[str, Any]:
    """The block of the thumbs under the reply to a message (docs.slack.dev, "Context actions block")."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": ACTION,
                "positive_button": _button("Good answer", "up", reply),
                "negative_button": _button("Bad answer", "down", reply),
            }
        ],
    }


def rating_in(body: Body) -> Rating | None:
    """What a click on a thumb says, or the reason that came after it."""
    if is_of(body, _FORM):
        about = subject_of(body)
        place = Conversation(tenant_of(team_of_interaction(body)), about["channel"], about["thread"])
        return Rating(place, about["reply"], user_of(body), "down", words_in(body))
    actions = body.get("actions") or [{}]
    if body.get("type") != "block_actions" or actions[0].get("action_id") != ACTION:
        return None
    thumb, _, reply = str(actions[0]["value"]).partition(" ")
    # Every click comes, also the one that takes a thumb back by choosing the other.
    return Rating(thread_of(body), reply, user_of(body), "up" if thumb == "up" else "down")


def asks_why(rating: Rating) -> dict[str, Any]:
    """The modal that asks for the reason."""
    about = {
        "channel": rating.conversation.channel,
        "thread": rating.conversation.thread or "",
        "reply": rating.reply,
    }
    label = "Whoever runs me reads this, with your name and where the answer stands."
    return form(_FORM, "What was wrong?", label, "Send", about)


def _button(text: str, thumb: Thumb, reply: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": f"{thumb} {reply}"}
