"""A message in a channel: as Slack keeps it, and as people see it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from simulators.clock import Clock
from simulators.slack_api.blocks.drawing import buttons_in, drawn_blocks
from simulators.slack_api.markup import Directory, drawn

Mode = Literal["text", "chunks"]


STREAMED_FOR = 300
"""Seconds after which a stream ends by itself."""


@dataclass(slots=True)
class Stream:
    """How a streamed message grows: in one mode, until it is ended, or ends by itself."""

    clock: Clock
    began: float
    mode: Mode | None = None
    markdown: str = ""
    ended: bool = False
    stopped_by_user: bool = False

    @property
    def live(self) -> bool:
        """Whether it may still grow."""
        return not self.ended and self.clock.now() - self.began < STREAMED_FOR


@dataclass(slots=True, eq=False)
class Post:
    """A message as it is now; `message` is what `conversations.history` shows of it, its metadata included.

    Only its `reader` sees an ephemeral one. `unfurls` says whether its links are shown with what they lead to.
    """

    channel: str
    message: dict[str, Any]
    reader: str | None = None
    stream: Stream | None = None
    unfurls: bool = False
    pinged: set[str] = field(default_factory=set)
    unfurled: set[str] = field(default_factory=set)

    @property
    def ts(self) -> str:
        """Its name in its channel."""
        return str(self.message["ts"])

    @property
    def thread(self) -> str | None:
        """The thread that it is a reply in."""
        thread = self.message.get("thread_ts")
        return None if thread in {None, self.ts} else str(thread)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """Its blocks, none if it has only text."""
        return list(self.message.get("blocks") or ())

    @property
    def streaming(self) -> bool:
        """Whether it is still being written."""
        return self.stream is not None and self.stream.live


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it.

    `text` is what is drawn: the blocks, or the text if there are none. `plain` is the text as notifications and
    screen readers have it. In both, mentions are names and entities characters; `*`, `_` and the like stay.
    """

    ts: str
    author: str
    text: str
    plain: str
    message: dict[str, Any]
    blocks: tuple[dict[str, Any], ...]
    buttons: tuple[str, ...]
    files: tuple[str, ...]
    thread: str | None
    ephemeral: bool
    streaming: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody whom a message of the app called: an id, `channel`, `here` or `everyone`."""

    target: str
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Unfurl:
    """A link in a message of the app that is shown with what it leads to."""

    url: str
    channel: str
    ts: str


def seen(post: Post, directory: Directory) -> Seen:
    """The message as it is drawn now."""
    message = post.message
    plain = drawn(str(message.get("text") or ""), directory)
    return Seen(
        ts=post.ts,
        author=str(
            message.get("username") or directory.name(message.get("user") or message.get("bot_id", ""))
        ),
        text=drawn_blocks(post.blocks, directory) if post.blocks else plain,
        plain=plain,
        message=dict(message),
        blocks=tuple(post.blocks),
        buttons=buttons_in(post.blocks),
        files=tuple(file.get("name", "") for file in message.get("files", ())),
        thread=post.thread,
        ephemeral=post.reader is not None,
        streaming=post.streaming,
        edited="edited" in message,
    )
