"""What tests hand in where a platform, a model or the clock would stand, and what they read afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from bot.errors import ClaimLost, ParleyError
from bot.messages import Author, Conversation, Image, IncomingMessage
from bot.model import Piece, Prompt
from bot.reply import Ending

CHANNEL = Conversation("test:team", "general")
ADA = Author("U1", "Ada")


def incoming(
    text: str,
    *,
    id: str = "m1",  # noqa: A002 - the word of the message itself
    conversation: Conversation = CHANNEL,
    author: Author = ADA,
    images: tuple[Image, ...] = (),
    opens: Conversation | None = None,
    addressed: bool = True,
    direct: bool = False,
) -> IncomingMessage:
    """A message with whatever the test does not care about filled in."""
    return IncomingMessage(id, conversation, author, text, images, opens, addressed, direct)


@dataclass(frozen=True, slots=True)
class Said:
    """A notice or a failure, as a person reads it."""

    text: str
    private: bool = False


@dataclass(slots=True)
class RecordingReply:
    """A ReplySink that remembers what appeared."""

    statuses: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)
    failures: list[Said] = field(default_factory=list)
    attachments: list[tuple[str, str]] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    written: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the first piece of the answer."""

    @property
    def text(self) -> str:
        """The answer as far as it was written."""
        return "".join(self.pieces)

    async def status(self, text: str) -> None:
        self.statuses.append(text)

    def expect(self) -> None:
        """Set nothing up."""

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.written.set()

    async def finish(self, ending: Ending) -> None:
        self.endings.append(ending)

    async def notice(self, text: str, *, private: bool = False) -> None:
        self.notices.append(Said(text, private))

    async def fail(self, text: str, *, private: bool = False) -> None:
        self.failures.append(Said(text, private))

    async def attach(self, name: str, content: str) -> None:
        self.attachments.append((name, content))

    async def take_back(self, name: str) -> None:
        self.taken_back.append(name)

    async def find(self, key: str) -> str | None:
        del key
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """What a journal was told `at` that monotonic time: that a `post` stands, or else what is about to be written."""

    at: float
    key: str
    text: str = ""
    post: str = ""


@dataclass(slots=True)
class RecordingJournal:
    """A Journal in memory. Once it is `lost` it raises ClaimLost for ever."""

    name: str = "m1"
    resumed: bool = False
    earlier: str = ""
    not_before: float = 0.0
    posts: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    lost: bool = False
    stopped: bool = False
    fails: list[ParleyError | None] = field(default_factory=list)
    """What goes wrong with the next calls, one each; None lets a call through."""

    async def told_to_wait(self, until: float) -> None:
        self.not_before = until

    def known(self) -> dict[str, str]:
        return dict(self.posts)

    async def about_to_write(self, text: str, key: str = "") -> None:
        self._tell(Told(time.monotonic(), key, text))
        if key:
            self.posts[key] = ""

    async def written(self, key: str, post: str) -> None:
        self._tell(Told(time.monotonic(), key, post=post))
        self.posts[key] = post

    def stop(self) -> None:
        self.stopped = True

    def passed_on(self) -> RecordingJournal:
        """The journal as the next worker finds it."""
        texts = [each.text for each in self.told if not each.post]
        return RecordingJournal(
            self.name,
            resumed=True,
            earlier=texts[-1] if texts else "",
            not_before=self.not_before,
            posts=self.known(),
        )

    def _tell(self, told: Told) -> None:
        if self.lost:
            raise ClaimLost
        if self.fails and (error := self.fails.pop(0)):
            raise error
        self.told.append(told)


Step = Piece | BaseException | asyncio.Event
"""What a scripted model does next: yield, raise, or wait until the test goes on."""


@dataclass(slots=True)
class ScriptedModel:
    """A Model that plays one script for each time it is asked; asked more often, it fails the test."""

    scripts: Sequence[Sequence[Step]]
    prompts: list[Prompt] = field(default_factory=list)
    """What it was asked, oldest first."""
    closed: int = 0
    """How many of its streams have ended, or were closed."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        self.prompts.append(prompt)
        assert len(self.prompts) <= len(self.scripts), "the model was asked more often than expected"
        try:
            for step in self.scripts[len(self.prompts) - 1]:
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        finally:
            self.closed += 1


@dataclass(slots=True)
class Naps:
    """A sleep that takes no time and remembers how long it should have been."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def settled() -> None:
    """Return when every task that can go on has come as far as it gets without the test."""
    for _ in range(50):
        await asyncio.sleep(0)
