"""The posts of a reply in Slack: streamed while they grow, posted and edited where that is not possible."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from adapters.slack.buttons import buttons_of
from adapters.slack.finding import FILE, Sought, found, metadata_of
from adapters.slack.markup import defused, parts_of, plain, shortened, to_blocks
from adapters.slack.pace import Growth
from adapters.slack.places import Place
from adapters.slack.stream import Stream, started
from adapters.slack.tickets import answered_at
from adapters.slack.uploads import uploaded
from adapters.slack.watching import Nobody, Watcher
from adapters.slack.web import Web
from bot.errors import PlatformBusy, PlatformError, PlatformRefused, PlatformUnclear
from bot.journal import Journal
from bot.posts import State

log = structlog.get_logger()

UNSEEN = "unseen:"
"""What the ids of posts begin with that nobody can find, edit or take away: private ones, answers to tickets."""
_QUIET = {"unfurl_links": False, "unfurl_media": False}
_GONE = frozenset({"message_not_found", "file_not_found", "file_deleted", "message_not_in_streaming_state"})


@dataclass(slots=True)
class SlackPosts:
    """The posts of one reply. See Posts for what its methods promise."""

    web: Web
    bot: str
    """The bot's own user id."""
    place: Place
    journal: Journal
    growth: Growth
    grown: bool = False
    """Whether anything was written that grew."""
    watcher: Watcher = field(default_factory=Nobody)
    """Whom to tell what becomes of the posts."""
    _streams: dict[str, Stream] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._keys = {post: key for key, post in self.journal.known().items() if post}

    async def ready(self) -> None:
        """Return when the workspace's share of this reply allows another write of what grows."""
        if self.place.ticket:
            await asyncio.Event().wait()  # what is said there cannot be edited
        await self.growth.ready()

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a post; its `ts`, or what stands for it where nobody can find it again."""
        if self.place.ticket:
            await self._answer(text)
            return f"{UNSEEN}{key}"
        if private and self.place.whispers:
            await self._whisper(text)
            return f"{UNSEEN}{key}"
        growing = state == "growing"
        if growing:
            text = _harmless(text)
        if growing and self.growth.way == "stream" and (ts := await self._started(text)):
            return self._noted(key, ts)
        message = self._message(text, state)
        answer = await self.web.ask(
            self.web.client.chat_postMessage, **self._there, **message, metadata=metadata_of(key)
        )
        self.grown |= growing
        self.watcher.posted()
        return self._noted(key, str(answer["ts"]))

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a post with a file; its `ts` if Slack tells."""
        file = await uploaded(self.web, self.place, name, content)
        return self._noted(key, f"{FILE}{file}")

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a post say this: by what its stream lacks, or in whole."""
        if post.startswith(UNSEEN):
            return
        if state == "growing":
            text = _harmless(text)
        stream = self._streams.get(post)
        if stream and stream.takes(text):
            try:
                await self._grow(stream, text, state)
            except (PlatformBusy, PlatformRefused) as error:
                log.info("stream_left", reason=str(error))
                if state == "growing" and str(error) == "stopped_by_user":
                    self.growth.way = "end"  # the turn hears of it, too, and says so at its end
                    return
            else:
                return
        if stream:
            await self._leave(stream)
        elif state == "growing" and self.growth.way == "stream":
            await self.growth.fall_back()  # it stood before this reply was begun
        await self._update(post, text, state)

    async def delete(self, post: str) -> None:
        """Take a post away."""
        if post.startswith(UNSEEN):
            return
        if post.startswith(FILE):
            file = post.removeprefix(FILE)
            await _unless_gone(lambda: self.web.ask(self.web.client.files_delete, file=file))
            return
        if stream := self._streams.get(post):
            await self._leave(stream)
        await _unless_gone(
            lambda: self.web.ask(self.web.client.chat_delete, channel=self.place.channel, ts=post)
        )

    async def find(self, key: str) -> str | None:
        """The `ts` of the post under a key, read back; None too for what cannot be read back."""
        if self.place.ticket or key.rpartition("/")[2].startswith("p"):
            return None
        sought = Sought(key, self._keys, in_doubt=self.journal.known().get(key) == "")
        ts = await found(self.web, self.place, self.bot, sought)
        return ts and self._noted(key, ts)

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a message, and in which nothing pings."""
        return parts_of(defused(text))

    @property
    def _there(self) -> dict[str, Any]:
        return {"channel": self.place.channel, "thread_ts": self.place.thread, **_QUIET}

    @property
    def _seen_there(self) -> dict[str, str]:
        # In a thread that nobody has answered in yet, Slack would show to nobody what one person is to read.
        return {"thread_ts": self.place.thread} if self.place.thread and not self.place.opens else {}

    def _message(self, text: str, state: State = "said") -> dict[str, Any]:
        return {"text": plain(text), "blocks": to_blocks(text) + self._buttons(state)}

    def _buttons(self, state: State) -> list[dict[str, Any]]:
        return buttons_of(state, self.place.author, self.journal.name)

    def _noted(self, key: str, ts: str) -> str:
        self._keys[ts] = key
        return ts

    async def _answer(self, text: str) -> None:
        try:
            await answered_at(self.place.ticket, self._message(text) | self._seen_there, self.web)
        except PlatformRefused as error:
            log.info("ticket_refused", reason=str(error))  # it is too old, or was used too often
            await self._whisper(text)

    async def _whisper(self, text: str) -> None:
        await self.web.ask(
            self.web.client.chat_postEphemeral,
            channel=self.place.channel,
            user=self.place.author,
            **self._seen_there,
            **self._message(text),
        )

    async def _started(self, text: str) -> str | None:
        """The `ts` of a stream that says this; None if there can be none."""
        try:
            stream = await started(self.web, self.place, text)
        except PlatformUnclear:
            await self.growth.fall_back()
            raise
        except PlatformError as error:
            log.info("not_streamed", reason=str(error))
            await self.growth.fall_back()
            return None
        self.grown = True
        self.watcher.posted()
        self.watcher.streams()
        self._streams[stream.ts] = stream
        return stream.ts

    async def _grow(self, stream: Stream, text: str, state: State) -> None:
        if state == "growing":
            await stream.append(text)
        else:
            below = self._buttons(state) or None
            await stream.stop(text, blocks=below, metadata=metadata_of(self._keys[stream.ts]))
            self._over(stream)

    async def _leave(self, stream: Stream) -> None:
        """End a stream that can grow no more, so that its message can be edited."""
        stream.broken = True
        if self.growth.way == "stream":
            await self.growth.fall_back()
        try:
            await stream.stop()
        except PlatformRefused as error:
            log.info("stream_was_over", reason=str(error))
            del self._streams[stream.ts]
        else:
            self._over(stream)

    def _over(self, stream: Stream) -> None:
        del self._streams[stream.ts]
        self.watcher.stopped()

    async def _update(self, post: str, text: str, state: State) -> None:
        try:
            await self._rewritten(post, text, state)
        except PlatformBusy:
            # Of what still grows, a later edit will say more.
            if state != "growing":
                raise

    async def _rewritten(self, post: str, text: str, state: State) -> None:
        key = self._keys.get(post)
        extra: dict[str, Any] = {"metadata": metadata_of(key)} if key else {}

        extra |= self._message(text, state)
        extra["text"] = shortened(extra["text"])

        async def rewrite() -> None:
            await self.web.ask(self.web.client.chat_update, channel=self.place.channel, ts=post, **extra)

        try:
            await rewrite()
        except PlatformRefused as error:
            if str(error) != "streaming_state_conflict":
                raise
            # Another process had begun a stream there.
            await _unless_gone(lambda: Stream(self.web, self.place.channel, post, "").stop())
            await rewrite()


async def _unless_gone(ask: Callable[[], Awaitable[object]]) -> None:
    try:
        await ask()
    except PlatformRefused as error:
        if str(error) not in _GONE:
            raise


def _harmless(text: str) -> str:
    """What may be shown of a text that grows: not an end that could become a mention with what follows."""
    return defused(text, growing=True) or text
