"""A channel, a group or a direct message: its members, its messages, and what people see of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.slack_api.markup import Directory
from simulators.slack_api.posts import Post, Seen, seen

Kind = Literal["channel", "group", "im", "mpim"]
SHOWN_FOR = 120
"""Seconds after which a status fades (https://docs.slack.dev/reference/methods/assistant.threads.setStatus)."""
_WORKING = "is working…"
_MOST_REPLIERS = 5


class Viewer(Protocol):
    """Somebody who looks."""

    @property
    def id(self) -> str:
        """Their user id."""


@dataclass(slots=True)
class Session:
    """An agent session: its status, its title, and who began it."""

    status: str
    title: str = ""
    initiator: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Channel:
    """A conversation. `members` are the ids of those in it, the bot's user among them if it was invited."""

    id: str
    name: str
    kind: Kind
    directory: Directory
    clock: Clock
    changes: Changes
    members: set[str] = field(default_factory=set)
    archived: bool = False
    posts: dict[str, Post] = field(default_factory=dict)
    """Every message by its ts, ephemeral ones among them; deleted ones are gone."""
    sessions: dict[str, Session] = field(default_factory=dict)
    """The agent sessions by their threads."""
    prompts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The suggested prompts by their threads."""
    titles: dict[str, str] = field(default_factory=dict)
    """The titles of assistant threads."""
    _replies: dict[str, dict[str, Post]] = field(default_factory=dict)
    _statuses: dict[str, tuple[str, float]] = field(default_factory=dict)

    def screen(self, thread: str | None = None, viewer: Viewer | None = None) -> list[Seen]:
        """What stands in the channel, or in a thread with what began it, oldest first.

        A viewer sees also what only they may see. Replies stand in the channel if they were broadcast to it.
        """
        return [seen(post, self.directory) for post in self._visible(viewer) if self._stands_in(post, thread)]

    def status(self, thread: str) -> str:
        """What is said to be going on in a thread; empty if nothing is."""
        text, until = self._statuses.get(thread, ("", 0.0))
        if text and self.clock.now() < until:
            return text
        session = self.sessions.get(thread)
        return _WORKING if session is not None and session.status == "processing" else ""

    def transcript(self, viewer: Viewer | None = None) -> str:
        """Everything that is seen, in order, a thread indented below what began it."""
        lines: list[str] = [f"#{self.name}"]
        for post in self._visible(viewer):
            if post.thread is None:
                lines += _told(seen(post, self.directory), "")
                for reply in self._replies.get(post.ts, {}).values():
                    if reply.reader in {None, viewer and viewer.id}:
                        lines += _told(seen(reply, self.directory), "    ")
        return "\n".join(lines)

    def show_status(self, thread: str, status: str) -> None:
        """Show a status for two minutes; an empty one is none."""
        self._statuses[thread] = (status, self.clock.now() + SHOWN_FOR)
        self.changes.tell()

    def hide_status(self, thread: str) -> None:
        """Show no status."""
        self._statuses.pop(thread, None)

    def put(self, post: Post) -> None:
        """Take a message that is newer than all others."""
        self.posts[post.ts] = post
        if post.thread is not None:
            self._replies.setdefault(post.thread, {})[post.ts] = post

    def remove(self, ts: str) -> None:
        """Take a message away."""
        post = self.posts.pop(ts)
        if post.thread is not None:
            del self._replies[post.thread][ts]

    def find(self, ts: str) -> Post | None:
        """The message of that time that everybody sees."""
        post = self.posts.get(ts)
        return None if post is None or post.reader is not None else post

    def top(self) -> list[Post]:
        """The messages of the channel itself that everybody sees, oldest first."""
        return [post for post in self._visible(None) if self._stands_in(post, None)]

    def replies(self, thread: str) -> list[Post]:
        """The replies in a thread that everybody sees, oldest first."""
        return [post for post in self._replies.get(thread, {}).values() if post.reader is None]

    def shown(self, post: Post, *, metadata: bool = False) -> dict[str, Any]:
        """A message as the Web API shows it: what began a thread tells of its replies."""
        message = dict(post.message)
        if not metadata:
            message.pop("metadata", None)
        replies = self.replies(post.ts) if post.thread is None else []
        return message | _thread_of(post, replies) if replies else message

    def _visible(self, viewer: Viewer | None) -> Iterator[Post]:
        readers = {None} if viewer is None else {None, viewer.id}
        return (post for post in self.posts.values() if post.reader in readers)

    def _stands_in(self, post: Post, thread: str | None) -> bool:
        if thread is not None:
            return thread in {post.ts, post.thread}
        return post.thread is None or post.message.get("subtype") == "thread_broadcast"


def _thread_of(post: Post, replies: list[Post]) -> dict[str, Any]:
    repliers = list(dict.fromkeys(str(reply.message.get("user", "")) for reply in replies))
    return {
        "thread_ts": post.ts,
        "reply_count": len(replies),
        "reply_users_count": len(repliers),
        "latest_reply": replies[-1].ts,
        "reply_users": repliers[:_MOST_REPLIERS],
        "is_locked": False,
        "subscribed": False,
    }


def _told(line: Seen, indent: str) -> list[str]:
    marks = "".join(
        mark
        for mark, holds in (
            (" (only you)", line.ephemeral),
            (" (edited)", line.edited),
            (" (writing…)", line.streaming),
        )
        if holds
    )
    first, *rest = line.text.split("\n")
    told = [f"{indent}{line.author}{marks}: {first}", *(f"{indent}    {more}" for more in rest)]
    told += [f"{indent}    📎 {name}" for name in line.files]
    return told + ([f"{indent}    [{'] ['.join(line.buttons)}]"] if line.buttons else [])
