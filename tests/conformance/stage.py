"""A stage: what people do with Parley, and what they see of it, in the same words on every platform.

A further platform needs a Stage of its own in a module beside these, a line in `STAGES`, and what it has no room for
in `LACKS`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.keys import PARTITIONS
from bot.store import Store
from simulators.openai import OpenAISimulator

ADA, BOB = "Ada", "Bob"
Need = Literal["threads", "others", "changes", "files"]
LACKS: Mapping[str, Mapping[Need, str]] = {
    "slack": {},
    "slack, directly": {"others": "nobody else reads it, and no name stands before what is said"},
    "discord": {},
    "discord, directly": {
        "threads": "there are none",
        "others": "nobody else reads it, and no name stands before what is said",
    },
    "terminal": {
        "threads": "there is one conversation, in which everything is said",
        "others": "one person sits there: nobody else reads it, and no name stands before what they say",
        "changes": "what was printed is read by then, and what was typed cannot be typed otherwise",
        "files": "nothing can be typed but lines",
    },
}
"""What there is not on a platform, and why; stories that need it are not told there."""
OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "slack": ("Commands are shown with `!`: with `/` they do not run in threads.",),
    "slack, directly": ("As in channels.",),
    "discord": (
        "Tables are drawn as columns in a block of code, without the marks in their cells.",
        "A mark that marks nothing has a backslash before it, which nobody sees.",
        "What only one person reads is a direct message, unless it answers a command or a click.",
    ),
    "discord, directly": ("As in channels.",),
    "terminal": (
        "`Error: ` stands before a failure, and a document is printed where others hand over a file.",
        "Ctrl-C stops a reply: no line is read before it is complete.",
    ),
}
"""What looks otherwise on a platform; stories look through it. Everywhere else parts of what is long repeat the head
of a table, and close and open again a fence."""
LOOK = 0.02
"""Seconds between looks at what nobody reports."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A file that somebody sends along."""

    name: str
    content: bytes
    type: str


@dataclass(frozen=True, slots=True)
class Post:
    """One thing that Parley has said, as it is drawn, or a document that it handed over."""

    text: str
    document: str = ""


class Stage(Protocol):
    """A place with Parley in it. A talk is what stands below a question: where it is answered, and followed up."""

    @property
    def model(self) -> OpenAISimulator:
        """The model that answers."""

    async def asks(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Ask something where everybody is; the talk that this begins."""

    async def says(self, text: str, talk: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Say something in a talk."""

    async def stops(self, talk: str) -> None:
        """Stop what is being written."""

    async def edits(self, talk: str, text: str) -> None:
        """Let the question with which a talk began say something else."""

    async def deletes(self, talk: str) -> None:
        """Take back the question with which a talk began."""

    def read(self, talk: str) -> list[Post]:
        """All that Parley has said in a talk by now, the oldest first."""

    def aside(self, who: str) -> list[Post]:
        """All that it has said to one person alone; nothing where nobody else is there: the talk has it then."""

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds; it is asked whenever something happens."""

    async def idle(self) -> None:
        """Return once all that was heard is answered."""


@dataclass(slots=True)
class Scene:
    """One talk on a stage."""

    stage: Stage
    talk: str = ""
    """Empty before the first question."""

    async def ask(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Say something, and read what Parley says to it, in one text."""
        before, aside = self._count, len(self.stage.aside(who))
        await self.begin(text, who, files)
        await self.stage.until(lambda: self._count + len(self.stage.aside(who)) > before + aside)
        await self.stage.idle()
        said = [*self.stage.read(self.talk)[before:], *self.stage.aside(who)[aside:]]
        return "\n\n".join(f"{post.text}{post.document}" for post in said)

    async def begin(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Say something, and wait for nothing."""
        if self.talk:
            await self.stage.says(text, self.talk, who, files)
        else:
            self.talk = await self.stage.asks(text, who, files)

    @property
    def text(self) -> str:
        """All that Parley has said in the talk."""
        return "\n\n".join(post.text for post in self.stage.read(self.talk))

    @property
    def _count(self) -> int:
        return len(self.stage.read(self.talk)) if self.talk else 0


async def idle(store: Store) -> None:
    """Return once nothing waits or runs any more in a store."""
    loads = [("EXISTS", f"parley:{{{number}}}:load") for number in range(PARTITIONS)]
    while any(await store.do_all(*loads)):  # noqa: ASYNC110 - nobody reports it
        await asyncio.sleep(LOOK)
