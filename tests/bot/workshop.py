"""A worker on a real Valkey whose turns do what a test says, and wait until they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.attempts import Attempts
from bot.bell import Bell
from bot.beside import beside
from bot.claim import Claim
from bot.history import History
from bot.journal import Journal
from bot.mailbox import Mailbox
from bot.messages import Conversation, IncomingMessage
from bot.reply import Handler, ReplySink
from bot.store import Store
from bot.worker import Worker
from simulators.noticeboard_api.boards import Changes
from tests.fakes import RecordingReply

NEVER = 3_600.0
"""Seconds to a heartbeat that no test waits for."""
OFTEN = 0.02


@dataclass(slots=True, eq=False)
class Workshop:
    """What the turns of a worker meet, and what became of them."""

    store: Store
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while turns may end."""
    begun: list[str] = field(default_factory=list)
    """The ids of the messages whose turn began, each as often as it did."""
    done: list[str] = field(default_factory=list)
    """Those whose turn came to its end."""
    left: list[str] = field(default_factory=list)
    """Those whose turn is over, whichever way."""
    stopped: list[Conversation] = field(default_factory=list)
    """Where a reply was to be stopped."""
    replies: list[RecordingReply] = field(default_factory=list)
    """What was said, one for each attempt and each apology."""
    fails: list[Exception] = field(default_factory=list)
    """What the next turns raise."""
    _changes: Changes = field(default_factory=Changes)

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds; it is asked whenever a turn begins or ends, or is stopped."""
        async with asyncio.timeout(10):
            await self._changes.until(predicate)

    @asynccontextmanager
    async def working(self, **changes: Any) -> AsyncIterator[Worker]:
        """A worker that works as long as the block lasts."""
        lease = changes.pop("lease", 0.1)
        mailbox = changes.pop("mailbox", None) or Mailbox(self.store, lease=lease)
        worker = Worker(
            mailbox=mailbox,
            history=History(self.store),
            bell=Bell(self.store),
            attempt=Attempts(mailbox, self._answering, self._replying, pause=OFTEN),
            stop=self._stop,
            **({"beat": OFTEN, "grace": 0.0} | changes),
        )
        async with beside(worker.run()):
            yield worker

    def _answering(self, claim: Claim) -> Handler:
        async def answer(message: IncomingMessage, reply: ReplySink) -> None:
            self.begun.append(message.id)
            self._changes.tell()
            try:
                await self.open.wait()
                if self.fails:
                    raise self.fails.pop(0)
                await claim.about_to_write("An answer.")
                await reply.notice("An answer.")
                self.done.append(message.id)
            finally:
                self.left.append(message.id)
                self._changes.tell()

        return answer

    @asynccontextmanager
    async def _replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        del message, journal
        reply = RecordingReply()
        self.replies.append(reply)
        yield reply

    def _stop(self, conversation: Conversation) -> bool:
        self.stopped.append(conversation)
        self._changes.tell()
        return True
