"""Reading the files of a message before its turn: pictures and texts, as many at once as the process bears."""

from __future__ import annotations

import asyncio
import base64
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from adapters.slack.payloads.attached import HIDDEN, LARGEST_PICTURE, PICTURES, UNDESCRIBED, limit_of
from adapters.slack.reading.fetching import NotRead, described, fetched
from adapters.slack.workspaces import Workspace
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
NO_SCOPE = f"{HIDDEN}: the scope files:read is missing"
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BLANKS = frozenset("\t\n\r\f")
_Read = tuple[File, Image | None]


@dataclass(slots=True)
class Files:
    """Reads files, for all turns of a process. A question is never lost over one."""

    in_hand: int = IN_HAND
    patience: float = PATIENCE
    once: float = ONCE
    _fetching: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _held: dict[tuple[Conversation, str], int] = field(default_factory=dict)
    _line: asyncio.Lock = field(default_factory=asyncio.Lock)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, message: IncomingMessage, workspace: Workspace) -> IncomingMessage:
        """The message with what is in its files. What is in hand is let go by `let_go`."""
        wanted = [file for file in message.files if not file.unread]
        if not wanted:
            return message
        try:
            async with asyncio.timeout(self.patience):
                await self._hold(_name(message), sum(file.size or limit_of(file) for file in wanted))
        except TimeoutError:
            return _without(message, "I have too many files in hand at the moment")
        read = await self._read_all(message.files, workspace)
        self._hold_only(_name(message), sum(file.size for file, _ in read if not file.unread))
        images = tuple(image for _, image in read if image)
        return replace(message, files=tuple(file for file, _ in read), images=message.images + images)

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

    async def _read_all(self, files: Sequence[File], workspace: Workspace) -> list[_Read]:
        tasks = [asyncio.create_task(self._read(file, workspace)) for file in files]
        try:
            await asyncio.wait(tasks, timeout=self.patience)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        late = "it did not arrive in time"
        read = [
            (replace(file, unread=late), None) if task.cancelled() else task.result()
            for file, task in zip(files, tasks, strict=True)
        ]
        return _within_limits(read)

    async def _read(self, file: File, workspace: Workspace) -> _Read:
        web = workspace.web.of(file.url)
        try:
            async with self._fetching:
                if file.url.startswith(UNDESCRIBED) and not file.unread:
                    name = file.url.removeprefix(UNDESCRIBED)
                    file = await self._insisted(lambda: described(web, name))
                if file.unread:
                    return file, None
                content = await self._insisted(lambda: fetched(web, file))
            return _image_of(file, content) if file.type in PICTURES else _text_of(file, content)
        except NotRead as error:
            reason = str(error)
            if reason == HIDDEN and "files:read" not in workspace.scopes:
                reason = NO_SCOPE
        except PlatformError as error:
            log.info("file_not_fetched", reason=str(error))
            reason = "Slack did not hand it over"
        return replace(file, unread=reason), None

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


def _image_of(file: File, content: bytes) -> _Read:
    kind = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), "")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "image/webp"
    if not kind:
        raise NotRead("it is not the picture that it says it is")
    data = base64.b64encode(content).decode()
    return replace(file, size=len(content)), Image(f"data:{kind};base64,{data}")


def _text_of(file: File, content: bytes) -> _Read:
    try:
        text = content.decode(_ENCODINGS.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotRead("its characters are in no encoding that I know") from error
    if any(unicodedata.category(each) == "Cc" and each not in _BLANKS for each in set(text)):
        raise NotRead("it is no text")
    if not text.strip():
        raise NotRead("it is empty")
    return replace(file, size=len(content), text=text), None


def _within_limits(read: Sequence[_Read]) -> list[_Read]:
    """The same without the pictures that are too many bytes with those before them."""
    kept: list[_Read] = []
    taken = 0
    for file, image in read:
        if image and taken + file.size > PICTURES_OF_ALL:
            kept.append((replace(file, unread="the pictures are larger than 10 MB together"), None))
        else:
            taken += file.size if image else 0
            kept.append((file, image))
    return kept


def _without(message: IncomingMessage, reason: str) -> IncomingMessage:
    files = (replace(file, unread=file.unread or reason) for file in message.files)
    return replace(message, files=tuple(files))
