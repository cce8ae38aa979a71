"""The bell: how processes hear at once what the mailbox would tell them a little later anyway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import StoreError, StoreUnavailable
from bot.keys import BELL
from bot.store import Store

log = structlog.get_logger()

QUIET = 5.0
"""Seconds of silence after which the connection is asked whether it still lives."""
LONGEST_WAIT = 2.0
"""Seconds between tries to reach a server that is away."""


@dataclass(frozen=True, slots=True)
class Bell:
    """Listens on a connection of its own, which it opens again whenever it breaks."""

    store: Store

    async def listen(self, heard: Callable[[str, str], None], reached: Callable[[], None]) -> None:
        """Report what the bell says (`ready` and a partition, `stop` and a lane), for ever.

        `reached` is called with each new connection: what rang before it was not heard.
        """
        wait = 0.05
        while True:
            try:
                async with self.store.subscribed(BELL) as line:
                    reached()
                    wait = 0.05
                    await _hear(line, heard)
            except StoreError as error:
                log.info("bell_lost", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _hear(line: Any, heard: Callable[[str, str], None]) -> None:
    asked = False
    while True:
        if (task := asyncio.current_task()) and task.cancelling():
            # redis-py sends through `asyncio.wait_for`, which before Python 3.12 may swallow a cancellation
            # (github.com/python/cpython/issues/86296).
            raise asyncio.CancelledError
        message = await line.get_message(timeout=QUIET)
        if message is None:
            if asked:
                raise StoreUnavailable("The bell is silent.")
            await line.ping()
            asked = True
            continue
        asked = False
        if message["type"] == "message":
            word, _, what = message["data"].decode().partition(" ")
            heard(word, what)
