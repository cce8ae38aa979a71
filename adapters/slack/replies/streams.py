"""The native streams of one reply: which of its posts grow in one, and when they leave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog

from adapters.slack.places import Place
from adapters.slack.replies.pace import Growth
from adapters.slack.replies.stream import Stream, started
from adapters.slack.replies.watching import Nobody, Watcher
from adapters.slack.web import Web
from bot.errors import PlatformBusy, PlatformError, PlatformRefused, PlatformUnclear

log = structlog.get_logger()


@dataclass(slots=True)
class Streams:
    """Begins, feeds and ends streams, as long as the reply may grow in them."""

    web: Web
    place: Place
    growth: Growth
    watcher: Watcher = field(default_factory=Nobody)
    """Whom to tell when one begins, or was ended."""
    _running: dict[str, Stream] = field(default_factory=dict)

    async def begun(self, text: str) -> str | None:
        """The `ts` of a stream that says this; None if there can be none. Raises PlatformUnclear."""
        if self.growth.way != "stream":
            return None
        try:
            stream = await started(self.web, self.place, text)
        except PlatformUnclear:
            await self.growth.fall_back()
            raise
        except PlatformError as error:
            log.info("not_streamed", reason=str(error))
            await self.growth.fall_back()
            return None
        self._running[stream.ts] = stream
        self.watcher.streams()
        return stream.ts

    async def grown(self, post: str, text: str, ending: dict[str, Any] | None) -> bool:
        """Let a post grow to say this, and end with what is to stand under it; False if it has to be edited instead.

        Raises PlatformUnclear.
        """
        stream = self._running.get(post)
        if stream is None:
            if ending is None and self.growth.way == "stream":
                await self.growth.fall_back()  # it stood before this reply was begun
            return False
        if stream.takes(text):
            try:
                await self._feed(stream, text, ending)
            except (PlatformBusy, PlatformRefused) as error:
                log.info("stream_left", reason=str(error))
                if ending is None and str(error) == "stopped_by_user":
                    self.growth.way = "end"  # the turn hears of it, too, and says so at its end
                    return True
            else:
                return True
        await self.leave(post)
        return False

    async def leave(self, post: str) -> None:
        """End the stream of a post, if it has one, so that it can be edited or taken away."""
        stream = self._running.get(post)
        if stream is None:
            return
        stream.broken = True
        if self.growth.way == "stream":
            await self.growth.fall_back()
        try:
            await stream.stop()
        except PlatformRefused as error:
            log.info("stream_was_over", reason=str(error))
        else:
            self.watcher.stopped()
        del self._running[post]

    async def _feed(self, stream: Stream, text: str, ending: dict[str, Any] | None) -> None:
        if ending is None:
            await stream.append(text)
        else:
            await stream.stop(text, **ending)
            del self._running[stream.ts]
            self.watcher.stopped()
