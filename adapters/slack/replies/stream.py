"""A native stream of Slack's: a message that grows as text is appended, until it is stopped."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.places import Place
from adapters.slack.web import Web
from bot.errors import PlatformError, PlatformRefused

OLDEST = 240.0
"""Seconds of a stream's life. Slack ends it after some five minutes, whatever is appended."""
LONGEST = 10_000
"""Characters of a stream; Slack takes some eleven thousand, and a part has fewer."""


@dataclass(slots=True)
class Stream:
    """A message that is streaming, and its text so far. Whatever fails, it is broken: nobody knows its text then."""

    web: Web
    channel: str
    ts: str
    text: str
    broken: bool = False
    _began: float = field(default_factory=time.monotonic)

    def takes(self, text: str) -> bool:
        """Whether the message can come to say this by growing, now."""
        young = time.monotonic() - self._began < OLDEST
        return not self.broken and young and len(text) <= LONGEST and text.startswith(self.text)

    async def append(self, text: str) -> None:
        """Let the message grow to say this. Raises PlatformError."""
        if text == self.text:
            return
        try:
            tail = text[len(self.text) :]
            await self.web.ask(
                self.web.client.chat_appendStream, channel=self.channel, ts=self.ts, markdown_text=tail
            )
        except PlatformError:
            self.broken = True
            raise
        self.text = text

    async def stop(self, text: str | None = None, **extra: Any) -> None:
        """End the stream: with this text if it grew to it, else as it is. Raises PlatformError."""
        tail = text[len(self.text) :] if text else ""
        try:
            await self.web.ask(
                self.web.client.chat_stopStream,
                channel=self.channel,
                ts=self.ts,
                markdown_text=tail or None,
                **extra,
            )
        except PlatformError:
            self.broken = True
            raise


async def started(web: Web, place: Place, text: str) -> Stream:
    """A stream that says this already. Raises PlatformError."""
    if place.thread is None:
        raise PlatformRefused("a stream stands in a thread")
    answer = await web.ask(
        web.client.chat_startStream,
        channel=place.channel,
        thread_ts=place.thread,
        # Without its recipient a stream in a channel is refused.
        recipient_team_id=place.team,
        recipient_user_id=place.author,
        markdown_text=text,
    )
    return Stream(web, place.channel, str(answer["ts"]), text)
