"""Signals, as long as somebody talks."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def listening(interrupt: Callable[[], None], leave: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Call `interrupt` for each Ctrl-C, and `leave` for the first signal that ends a process.

    The second one ends it the hard way. What is ignored stays ignored (nohup, a script's background jobs).
    """
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, *ENDING)}
    heard = [each for each, handler in before.items() if handler is not signal.SIG_IGN]

    def ending(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        leave(number)

    for each in heard:
        if each is signal.SIGINT:
            loop.add_signal_handler(each, interrupt)
        else:
            loop.add_signal_handler(each, ending, each)
    try:
        yield
    finally:
        for each in heard:
            loop.remove_signal_handler(each)
            signal.signal(each, before[each])
