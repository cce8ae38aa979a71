"""What a thread is called, of its first question."""

from __future__ import annotations

import re

import structlog

from adapters.slack.places import Place
from adapters.slack.web import Web
from adapters.titles import title_of
from bot.errors import PlatformError, StoreError
from bot.messages import IncomingMessage
from bot.notes import Notes

log = structlog.get_logger()

LONGEST = 60
"""Characters, so that a list of threads shows all of them; Slack takes 200."""
UNTITLED = 30 * 86_400
"""Seconds for which an assistant thread waits for its first question."""
_FORM = re.compile(r"<[@#!][^<>]{0,200}>")


def title_in(message: IncomingMessage) -> str:
    """A question in one short line; empty for what is none, such as a command."""
    return title_of(_FORM.sub(" ", message.text), LONGEST)


def untitled(channel: str, thread: str) -> str:
    """The note that an assistant thread has no title yet."""
    return f"untitled:{channel}:{thread}"


async def titled(web: Web, notes: Notes, place: Place, title: str) -> None:
    """Give an assistant thread its title, once, if it has none. What fails is no trouble."""
    try:
        if place.thread and await notes.take(untitled(place.channel, place.thread)):
            await web.ask(
                web.client.assistant_threads_setTitle,
                channel_id=place.channel,
                thread_ts=place.thread,
                title=title,
            )
    except (PlatformError, StoreError) as error:
        log.info("no_title", reason=str(error) if isinstance(error, PlatformError) else type(error).__name__)
