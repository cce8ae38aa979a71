"""The buttons under a reply. A click is the word of a command, by whoever may say it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from adapters.discord.payloads.clicks import Click, click_of, place_of_click, shortened, unpack
from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import ground_in, said_by, ticket_in
from adapters.discord.payloads.people import user_of
from adapters.discord.payloads.thumbs import THUMBS
from bot.messages import IncomingMessage
from bot.posts import State

NOT_YOURS = "Only the person who asked can do that; you can write `!{word}` there, or ask me yourself."
_LABELS = {"stop": "Stop", "continue": "Continue", "retry": "Retry", "receipt": "Receipt"}
_FOR_ALL = frozenset({"receipt"})
"""What anybody may press: only they read what comes of it."""
_SHOWN: Mapping[State, tuple[str, ...]] = {
    "growing": ("stop",),
    "complete": ("retry", *THUMBS, "receipt"),
    "length": ("continue", "retry", *THUMBS, "receipt"),
    "stopped": ("continue", "retry", *THUMBS, "receipt"),
}
_ROW, _BUTTON, _SECONDARY = 1, 2, 2


def buttons_of(state: State, author: str, reply: str, thread: str = "") -> list[dict[str, Any]]:
    """The components that belong under a post in this state, of the reply to this author's message.

    The thread is named where Click wants it.
    """
    clicks = [Click(word, author, shortened(reply), thread) for word in _SHOWN.get(state, ())]
    return [{"type": _ROW, "components": [_button(click) for click in clicks]}] if clicks else []


def reply_of(components: Iterable[Data]) -> str | None:
    """The reply to which components belong, as `shortened` calls it; None if they are not ours."""
    buttons = (button for row in components for button in row.get("components") or ())
    clicks = (unpack(str(button.get("custom_id") or "")) for button in buttons)
    return next((click.reply for click in clicks if click), None)


def word_of(data: Data) -> str:
    """The command that a click stands for; empty if it is none of ours."""
    click = click_of(data)
    return click.word if click and click.word in _LABELS else ""


def may_click(data: Data) -> bool:
    """Whether the button is for the person who clicked it."""
    click = click_of(data)
    return click is not None and (click.word in _FOR_ALL or click.author == user_of(data).id)


def click_in(data: Data) -> IncomingMessage | None:
    """A click as a message in the conversation of the reply."""
    click = click_of(data)
    if click is None or click.word not in _LABELS:
        return None
    for_all = click.word in _FOR_ALL
    text = f"!{click.word} {click.reply}" if for_all else f"!{click.word}"
    about = "" if for_all else str(data["message"]["id"])
    place = place_of_click(data, click)
    in_place = place.thread is not None and not ground_in(data).is_thread
    ticket = replace(ticket_in(data, whole=for_all, private=True, about=about), in_place=in_place)
    return replace(said_by(data, text, ticket), conversation=place, pressed=click.reply)


def _button(click: Click) -> dict[str, Any]:
    thumb = THUMBS.get(click.word)
    shown = {"emoji": {"id": None, "name": thumb}} if thumb else {"label": _LABELS[click.word]}
    return {"type": _BUTTON, "style": _SECONDARY, "custom_id": click.pack(), **shown}
