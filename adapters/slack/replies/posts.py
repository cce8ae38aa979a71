"""The posts of a reply in Slack: streamed while they grow, posted and edited where that is not possible."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from adapters.markdown.parts import parts_of
from adapters.slack.payloads.buttons import buttons_of
from adapters.slack.places import Place
from adapters.slack.replies.asides import said_aside
from adapters.slack.replies.edits import deleted, edited
from adapters.slack.replies.finding import FILE, Sought, found, metadata_of
from adapters.slack.replies.markup import LIMITS, defused, plain, to_blocks
from adapters.slack.replies.pace import Growth
from adapters.slack.replies.streams import Streams
from adapters.slack.replies.uploads import uploaded
from adapters.slack.replies.watching import Nobody, Watcher
from adapters.slack.web import Web
from bot.errors import PlatformBusy
from bot.journal import Journal
from bot.posts import State

IN_YOUR_MESSAGES = "It is in your direct messages with me."
UNSEEN = "unseen:"
"""What the ids of posts begin with that nobody can find, edit or take away: private ones, answers to tickets."""


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
    _watcher: Watcher = field(default_factory=Nobody)
    _streams: Streams = field(init=False)
    _keys: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._streams = Streams(self.web, self.place, self.growth)
        self._keys = {post: key for key, post in self.journal.known().items() if post}

    def watched_by(self, watcher: Watcher) -> None:
        """Tell somebody from now on what becomes of the posts."""
        self._watcher = self._streams.watcher = watcher

    async def ready(self) -> None:
        """Return when the workspace's share of this reply allows another write of what grows."""
        if self.place.ticket:
            await asyncio.Event().wait()  # what is said there cannot be edited
        await self.growth.ready()

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a post; its `ts`, or what stands for it where nobody can find it again."""
        if self.place.ticket or (private and self.place.whispers):
            await said_aside(self.web, self.place, _said(text))
            return f"{UNSEEN}{key}"
        growing = state == "growing"
        text = _harmless(text) if growing else text
        ts = await self._streams.begun(text) if growing else None
        ts = ts or await self._posted(text, key, state)
        self.grown |= growing
        self._watcher.posted()
        return self._noted(key, ts)

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a post with a file; the id of the file, since Slack tells no `ts`."""
        file = await uploaded(self.web, self.place, name, content)
        if self.place.ticket:
            await said_aside(self.web, self.place, _said(IN_YOUR_MESSAGES))
        return self._noted(key, f"{FILE}{file}")

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a post say this: by what its stream lacks, or in whole."""
        if post.startswith(UNSEEN):
            return
        growing = state == "growing"
        text = _harmless(text) if growing else text
        if await self._streams.grown(post, text, None if growing else self._ending(post, state)):
            return
        try:
            message = _said(text, self._buttons(state)) | self._metadata(post)
            await edited(self.web, self.place.channel, post, message)
        except PlatformBusy:
            # Of what still grows, a later edit will say more.
            if not growing:
                raise

    async def delete(self, post: str) -> None:
        """Take a post away."""
        if not post.startswith(UNSEEN):
            await self._streams.leave(post)
            await deleted(self.web, self.place.channel, post)

    async def find(self, key: str) -> str | None:
        """The id of the post under a key, read back; None too for what cannot be read back."""
        if self.place.ticket or key.rpartition("/")[2].startswith("p"):
            return None
        sought = Sought(key, self._keys, in_doubt=self.journal.known().get(key) == "")
        post = await found(self.web, self.place, self.bot, sought)
        return post and self._noted(key, post)

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a message, and in which nothing pings."""
        return parts_of(defused(text), LIMITS)

    async def _posted(self, text: str, key: str, state: State) -> str:
        answer = await self.web.ask(
            self.web.client.chat_postMessage,
            channel=self.place.channel,
            thread_ts=self.place.thread,
            unfurl_links=False,
            unfurl_media=False,
            **_said(text, self._buttons(state)),
            metadata=metadata_of(key),
        )
        return str(answer["ts"])

    def _ending(self, post: str, state: State) -> dict[str, Any]:
        return {"blocks": self._buttons(state) or None, **self._metadata(post)}

    def _metadata(self, post: str) -> dict[str, Any]:
        key = self._keys.get(post)
        return {"metadata": metadata_of(key)} if key else {}

    def _buttons(self, state: State) -> list[dict[str, Any]]:
        return buttons_of(state, self.place.author, self.journal.name)

    def _noted(self, key: str, post: str) -> str:
        self._keys[post] = key
        return post


def _said(text: str, buttons: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"text": plain(text), "blocks": to_blocks(text) + (buttons or [])}


def _harmless(text: str) -> str:
    """What may be shown of a text that grows: not an end that could become a mention with what follows."""
    return defused(text, growing=True) or text
