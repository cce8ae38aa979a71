"""Thumbs under a reply, and the reason for one that points down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.discord.payloads.clicks import NO_THREAD, Click, click_of, place_of_click, unpack
from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.modals import Field, form_of, modal, values_in
from adapters.discord.payloads.people import user_of
from bot.feedback import LONGEST, Rating, Thumb

THUMBS: Mapping[str, str] = {"up": "👍", "down": "👎"}
THANKS = "Thank you. Whoever runs me reads that."
_REASON, _FIELD = "reason", "reason"


def rating_in(data: Data) -> Rating | None:
    """What a click on a thumb says, or the reason that came after it."""
    form = unpack(form_of(data))
    if form and form.word == _REASON:
        reason = values_in(data).get(_FIELD, "")
        return Rating(place_of_click(data, form), form.reply, user_of(data), "down", reason)
    click = click_of(data)
    if click is None or click.word not in THUMBS:
        return None
    thumb: Thumb = "up" if click.word == "up" else "down"
    return Rating(place_of_click(data, click), click.reply, user_of(data), thumb)


def asks_why(rating: Rating) -> dict[str, Any]:
    """The modal that asks for the reason."""
    form = Click(_REASON, rating.author.id, rating.reply, rating.conversation.thread or NO_THREAD)
    return modal(
        form.pack(),
        "What was wrong?",
        [
            Field(
                _FIELD,
                "Your reason",
                hint="Whoever runs me reads this, with your name and where the answer stands.",
                most=LONGEST,
                long=True,
            )
        ],
    )
