"""A task that runs beside a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(coroutine: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run something beside the block, and end it with the block. If it fails, the block ends with what it raised.

    A task group would wrap what the block raises, and that is not its business here.
    """
    # Moving a time-out that never comes to now is a cancellation that no other can be taken for.
    deadline = asyncio.timeout(None)
    over = False

    def end_the_block(task: asyncio.Task[None]) -> None:
        if not over and not task.cancelled() and task.exception():
            deadline.reschedule(asyncio.get_running_loop().time())

    task = asyncio.create_task(coroutine)
    task.add_done_callback(end_the_block)
    try:
        async with deadline:
            try:
                yield
            finally:
                over = True
    except TimeoutError:
        if not deadline.expired():
            raise
    finally:
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled() and (error := task.exception()):
        raise error
