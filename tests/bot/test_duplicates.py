"""Every message delivered several times, in any order, to two processes' worth of listeners and workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from hypothesis import settings, stateful
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.attempts import Attempts
from bot.bell import Bell
from bot.claim import Claim
from bot.history import History
from bot.mailbox import Mailbox
from bot.messages import Conversation, IncomingMessage
from bot.reception import Reception
from bot.reply import Ending, Handler, ReplySink
from bot.store import open_store
from bot.worker import Worker
from simulators.noticeboard import NoticeBoard
from tests.fakes import ADA
from tests.noticeboard.platform import BoardPlatform

LEASE = 0.3
CHANNELS = ("one", "two", "three")
Await = Callable[[Coroutine[Any, Any, Any]], Any]


def answering(claim: Claim) -> Handler:
    """An engine in little: it thinks, says two pieces, and ends."""
    del claim

    async def answer(message: IncomingMessage, reply: ReplySink) -> None:
        await reply.status("Thinking…")
        await asyncio.sleep(0.01)
        reply.write(f"An answer to {message.id}, ")
        await asyncio.sleep(0.01)
        reply.write("complete.")
        await reply.finish(Ending("complete"))

    return answer


@dataclass(slots=True, eq=False)
class Process:
    """What a process of Parley is made of, in this one."""

    url: str
    session: aiohttp.ClientSession
    board: str
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _task: asyncio.Task[None] | None = None
    _reception: Reception | None = None

    async def start(self) -> None:
        """Listen and work."""
        store = await self._stack.enter_async_context(open_store(self.url))
        platform = BoardPlatform(self.session, self.board)
        mailbox = Mailbox(store, lease=LEASE)
        attempt = Attempts(mailbox, answering, platform.replying)
        worker = Worker(
            mailbox, History(store), Bell(store), attempt, stop=lambda _: False, beat=0.05, grace=0.0
        )
        self._reception = Reception(mailbox, platform.replying)
        self._task = asyncio.create_task(worker.run())

    async def hear(self, message: IncomingMessage) -> None:
        """Take in a delivery of a message."""
        assert self._reception
        await self._reception(message)

    async def end(self) -> None:
        """Break off whatever is being done, and hand it over."""
        assert self._task
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._stack.aclose()


class Deliveries(RuleBasedStateMachine):
    """Two processes, three channels, and messages that come one to six times."""

    def __init__(self, url: str, wait: Await) -> None:
        super().__init__()
        self.url, self.wait = url, wait
        self.sent: list[IncomingMessage] = []
        self.stack = AsyncExitStack()
        wait(self.begin())

    async def begin(self) -> None:
        self.noticeboard = await self.stack.enter_async_context(NoticeBoard())
        self.session = await self.stack.enter_async_context(aiohttp.ClientSession())
        async with open_store(self.url) as store:
            await store.do("FLUSHALL")
        self.processes = [await self.process() for _ in range(2)]

    async def process(self) -> Process:
        started = Process(self.url, self.session, self.noticeboard.base_url)
        await started.start()
        return started

    @rule(channel=st.sampled_from(CHANNELS), order=st.lists(st.integers(0, 1), min_size=1, max_size=6))
    def send(self, channel: str, order: list[int]) -> None:
        """A new message, delivered to these processes at the same time."""
        message = IncomingMessage(f"m{len(self.sent)}", Conversation("board:team", channel), ADA, "Hello")
        self.sent.append(message)
        self.wait(self.deliver([(message, which) for which in order]))

    @precondition(lambda self: self.sent)
    @rule(again=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 1)), min_size=1, max_size=6))
    def deliver_again(self, again: list[tuple[int, int]]) -> None:
        """Earlier messages once more, in any order."""
        self.wait(self.deliver([(self.sent[which % len(self.sent)], where) for which, where in again]))

    async def deliver(self, deliveries: list[tuple[IncomingMessage, int]]) -> None:
        await asyncio.gather(*(self.processes[where].hear(message) for message, where in deliveries))

    @rule(seconds=st.sampled_from([0.0, 0.005, 0.03]))
    def let_them_work(self, seconds: float) -> None:
        self.wait(asyncio.sleep(seconds))

    @rule(which=st.integers(0, 1))
    def deploy(self, which: int) -> None:
        """A process ends, and another one is started in its place."""
        self.wait(self.replace(which))

    async def replace(self, which: int) -> None:
        await self.processes[which].end()
        self.processes[which] = await self.process()

    def teardown(self) -> None:
        """Each message is answered once, and in each channel in the order in which it was first heard."""
        self.wait(self.settle())
        for channel in CHANNELS:
            sent = [each.id for each in self.sent if each.conversation.channel == channel]
            read = [(post.key, post.text) for post in self.noticeboard.posts(channel)]
            assert read == [(f"{each}/0", f"An answer to {each}, complete.") for each in sent]

    async def settle(self) -> None:
        texts = [f"An answer to {each.id}, complete." for each in self.sent]
        async with asyncio.timeout(20):
            await self.noticeboard.until(
                lambda: (
                    sorted(texts) == sorted(p.text for name in CHANNELS for p in self.noticeboard.posts(name))
                )
            )
        for each in self.processes:
            await each.end()
        await self.stack.aclose()


def test_every_message_is_answered_once_however_often_and_wherever_it_is_heard(valkey: str) -> None:
    with asyncio.Runner() as runner:

        class Here(Deliveries):
            def __init__(self) -> None:
                super().__init__(valkey, runner.run)

        stateful.run_state_machine_as_test(
            Here, settings=settings(max_examples=15, stateful_step_count=15, deadline=None)
        )
