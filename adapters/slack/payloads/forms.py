"""Modals with one question: how they are drawn, and what was written into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

Body = Mapping[str, Any]
_BLOCK, _FIELD = "words", "text"


def form(name: str, title: str, label: str, send: str, about: Mapping[str, str]) -> dict[str, Any]:
    """A modal that asks for some lines; it knows what it is about (at most 3,000 characters as JSON)."""
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": orjson.dumps(about).decode(),
        "title": _plain(title),
        "submit": _plain(send),
        "close": _plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": _BLOCK,
                "label": _plain(label),
                "element": {
                    "type": "plain_text_input",
                    "action_id": _FIELD,
                    "multiline": True,
                    "max_length": 2_000,
                },
            }
        ],
    }


def is_of(body: Body, name: str) -> bool:
    """Whether this is what somebody has sent with a form."""
    return bool(body.get("type") == "view_submission" and body["view"]["callback_id"] == name)


def words_in(body: Body) -> str:
    """What was written into a form."""
    return str(body["view"]["state"]["values"][_BLOCK][_FIELD].get("value") or "").strip()


def subject_of(body: Body) -> dict[str, str]:
    """What a form is about."""
    about: dict[str, str] = orjson.loads(body["view"]["private_metadata"])
    return about


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
