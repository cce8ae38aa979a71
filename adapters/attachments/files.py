"""Reading the files of a message before its turn: pictures and texts, as many at once as the process bears."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeVar

import structlog

from adapters.attachments.contents import NotRead, read
from adapters.attachments.kinds import LARGEST_PICTURE, limit_of, unread
from bot.errors import PlatformBusy, PlatformError, PlatformUnclear
from bot.messages import Conversation, File, Image, IncomingMessage

log = structlog.get_logger()

T = TypeVar("T")

PICTURES_OF_ALL = 2 * LARGEST_PICTURE
"""Bytes of a message's pictures together."""
AT_ONCE = 8
"""Files that a process fetches at the same time."""
IN_HAND = 64_000_000
"""Bytes of files in all the turns of a process. Pictures stay as long as their turn, and grow by a third."""
PATIENCE = 20.0
"""Seconds that a turn waits for its files."""
ONCE = 8.0
"""Seconds that a file may take before it is tried once more."""
PAUSE = 0.5
"""Seconds before that."""
_Read = tuple[File, Image | None]


class Source(Protocol):
    """Where a platform keeps its files. All of it raises NotRead and PlatformError."""

    async def described(self, file: File) -> File:
        """The file as the platform describes it when it is asked, if the message told too little; else the same."""

    async def fetched(self, file: File) -> bytes:
        """What is in a file, and never more than `limit_of` it."""


@dataclass(slots=True)
class Files:
    """Reads files, for all turns of a process. A question is never lost over one."""

    platform: str
    """Its name, for people."""
    in_hand: int = IN_HAND
    patience: float = PATIENCE
    once: float = ONCE
    _fetching: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _held: dict[tuple[Conversation, str], int] = field(default_factory=dict)
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, message: IncomingMessage, source: Source) -> IncomingMessage:
        """The message with what is in its files. What is in hand is let go by `let_go`."""
        wanted = [file for file in message.files if not file.unread]
        if not wanted:
            return message
        try:
            async with asyncio.timeout(self.patience):
                await self._hold(_name(message), sum(file.size or limit_of(file) for file in wanted))
        except TimeoutError:
            return _without(message, "I have too many files in hand at the moment")
        found = await self._read_all(message.files, source)
        self._hold_only(_name(message), sum(file.size for file, _ in found if not file.unread))
        images = tuple(image for _, image in found if image)
        return replace(message, files=tuple(file for file, _ in found), images=message.images + images)

    def let_go(self, message: IncomingMessage) -> None:
        """The turn of a message is over, and nobody looks at its files any more."""
        if self._held.pop(_name(message), 0):
            self._freed.set()

    async def _hold(self, name: tuple[Conversation, str], size: int) -> None:
        async with self._line:
            while self._held and sum(self._held.values()) + size > self.in_hand:
                self._freed.clear()
                await self._freed.wait()
            self._held[name] = size

    def _hold_only(self, name: tuple[Conversation, str], size: int) -> None:
        """What was read is in hand; what files said of themselves, or was left out, is not."""
        if name in self._held:
            self._held[name] = size
            self._freed.set()

    async def _read_all(self, files: Sequence[File], source: Source) -> list[_Read]:
        tasks = [asyncio.create_task(self._read(file, source)) for file in files]
        try:
            await asyncio.wait(tasks, timeout=self.patience)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        late = "it did not arrive in time"
        found = [
            (unread(file, late), None) if task.cancelled() else task.result()
            for file, task in zip(files, tasks, strict=True)
        ]
        return _within_limits(found)

    async def _read(self, file: File, source: Source) -> _Read:
        if file.unread:
            return file, None
        try:
            async with self._fetching:
                file = await self._insisted(partial(source.described, file))
                if file.unread:
                    return file, None
                content = await self._insisted(partial(source.fetched, file))
            return read(file, content)
        except NotRead as error:
            reason = str(error)
        except PlatformError as error:
            log.info("file_not_fetched", reason=str(error))
            reason = f"{self.platform} did not hand it over"
        return unread(file, reason), None

    async def _insisted(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What is answered at the first or the second try."""
        try:
            async with asyncio.timeout(self.once):
                return await ask()
        except PlatformBusy as busy:
            await asyncio.sleep(busy.retry_after)
        except (PlatformUnclear, TimeoutError):
            await asyncio.sleep(PAUSE)
        try:
            async with asyncio.timeout(self.once):
                return await ask()
        except TimeoutError as error:
            raise PlatformUnclear("TimeoutError") from error


def _name(message: IncomingMessage) -> tuple[Conversation, str]:
    return message.answered_in, message.id


def _within_limits(found: Sequence[_Read]) -> list[_Read]:
    """The same without the pictures that are too many bytes with those before them."""
    kept: list[_Read] = []
    taken = 0
    for file, image in found:
        if image and taken + file.size > PICTURES_OF_ALL:
            kept.append((replace(file, unread="the pictures are larger than 10 MB together"), None))
        else:
            taken += file.size if image else 0
            kept.append((file, image))
    return kept


def _without(message: IncomingMessage, reason: str) -> IncomingMessage:
    return replace(message, files=tuple(unread(file, reason) for file in message.files))
