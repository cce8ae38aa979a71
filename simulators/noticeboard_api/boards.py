"""What hangs on the notice boards, what hung there, and who wrote when."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from simulators.noticeboard_api.answers import Refusal

WriteKind = Literal["post", "edit", "delete"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file handed over with a post."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a post is to be; `reader` is the only person who may read it, None lets everybody."""

    key: str
    text: str
    reader: str | None
    document: Document | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is at one moment; `edits` counts how often it was edited."""

    id: str
    board: str
    key: str
    text: str
    reader: str | None
    document: Document | None
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Write:
    """A write that was done `at` that monotonic time; a deletion has the text that was taken away."""

    at: float
    kind: WriteKind
    board: str
    id: str
    key: str
    text: str


@dataclass(slots=True)
class Changes:
    """Wakes those who wait for something to become true."""

    _next: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Something has changed."""
        changed, self._next = self._next, asyncio.Event()
        changed.set()

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds; it is asked now and after every change."""
        while not predicate():
            await self._next.wait()


@dataclass(slots=True)
class Boards:
    """The posts of all boards. A board exists as soon as somebody names it."""

    writes: list[Write] = field(default_factory=list, init=False)
    """Every write that was done, in order."""
    deleted: list[Post] = field(default_factory=list, init=False)
    """The deleted posts as they were last, in order of deletion."""
    _changes: Changes = field(default_factory=Changes, init=False)
    _posts: dict[str, dict[str, Post]] = field(default_factory=dict, init=False)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), init=False)

    def posts(self, board: str) -> list[Post]:
        """What everybody reads on a board, in order of creation."""
        return [post for post in self._all(board) if post.reader is None]

    def read_by(self, board: str, person: str) -> list[Post]:
        """What a person reads on a board, in order of creation: what everybody does, and what only they do."""
        return [post for post in self._all(board) if post.reader in (None, person)]

    def find(self, board: str, key: str | None = None) -> list[Post]:
        """The posts under a key, or all, whoever may read them, in order of creation."""
        return [post for post in self._all(board) if key in (None, post.key)]

    def add(self, board: str, draft: Draft) -> Post:
        """Add a post, whether or not there is one under its key."""
        name = f"post-{next(self._numbers)}"
        post = Post(name, board, draft.key, draft.text, draft.reader, draft.document)
        self._posts.setdefault(board, {})[name] = post
        self._note("post", post)
        return post

    def edit(self, board: str, name: str, text: str) -> Post:
        """Let a post say this. Refusal if there is none."""
        post = self._one(board, name)
        edited = replace(post, text=text, edits=post.edits + 1)
        self._posts[board][name] = edited
        self._note("edit", edited)
        return edited

    def delete(self, board: str, name: str) -> None:
        """Take a post away. Refusal if there is none."""
        post = self._one(board, name)
        del self._posts[board][name]
        self.deleted.append(post)
        self._note("delete", post)

    def _all(self, board: str) -> list[Post]:
        return list(self._posts.get(board, {}).values())

    def _one(self, board: str, name: str) -> Post:
        post = self._posts.get(board, {}).get(name)
        if post is None:
            raise Refusal(404, f"There is no post '{name}' on this board.")
        return post

    def _note(self, kind: WriteKind, post: Post) -> None:
        self.writes.append(Write(time.monotonic(), kind, post.board, post.id, post.key, post.text))
        self._changes.tell()
