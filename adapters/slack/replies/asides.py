"""What only one person reads: the answer to a command or a click, or a word that is nobody else's business."""

from __future__ import annotations

from typing import Any

import structlog

from adapters.slack.places import Place
from adapters.slack.replies.tickets import answered_at
from adapters.slack.web import Web
from bot.errors import PlatformRefused

log = structlog.get_logger()


async def said_aside(web: Web, place: Place, message: dict[str, Any]) -> None:
    """Say something to the author of the message that is answered, and to nobody else. Raises PlatformError."""
    # In a thread that nobody has answered in yet, Slack would show to nobody what one person is to read.
    there = {"thread_ts": place.thread} if place.thread and not place.opens else {}
    if place.ticket:
        try:
            await answered_at(place, message | there, web)
        except PlatformRefused as error:
            log.info("ticket_refused", reason=str(error))  # it is too old, or was used too often
        else:
            return
    await web.ask(web.client.chat_postEphemeral, channel=place.channel, user=place.author, **there, **message)
