"""Everything around the processes under test, run by the test itself: the notice board, the model, and a way in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby

import aiohttp

from adapters.platforms import Speakers
from bot.history import History
from bot.keys import PARTITIONS, ConversationKeys, ready_key
from bot.mailbox import Acceptance, Mailbox
from bot.messages import Conversation, IncomingMessage
from bot.reception import Reception
from bot.store import Store, open_store
from bot.turn import THINKING
from simulators.noticeboard import NoticeBoard, Post, Write
from simulators.openai import Behaviour, Fault, OpenAISimulator
from simulators.openai_api.chat.messages import Message
from tests.conftest import free_port
from tests.fakes import incoming
from tests.noticeboard.platform import BoardPlatform
from tests.processes.child import Child, child

TENANT = "board:team"
WORDS = " ".join(str(number) for number in range(1, 31))
"""What makes an answer some 40 tokens long."""
LOOK = 0.02
"""Seconds between looks at what nobody reports."""


def answer_to(question: str, before: int = 0) -> str:
    """The model's answer to a question that is asked after so many others."""
    return f"To {question}, after {before} others: {WORDS}."


def _respond(messages: Sequence[Message], model: str) -> str:
    del model
    asked = [message.text for message in messages if message.role == "user"]
    return answer_to(asked[-1].partition("\n")[0], len(asked) - 1)


def board_of(each: IncomingMessage) -> str:
    """The board on which a message is answered."""
    return each.answered_in.thread or each.answered_in.channel


def message(
    board: str, number: int = 0, *, tenant: str = TENANT, text: str = "", opens: Conversation | None = None
) -> IncomingMessage:
    """A message to a board, where its reply will stand; it says its id unless it says something else."""
    name = f"{board}-{number}"
    return incoming(text or name, id=name, conversation=Conversation(tenant, board), direct=True, opens=opens)


@dataclass(slots=True, eq=False)
class Site:
    """What a test of processes holds in its hands."""

    url: str
    store: Store
    board: NoticeBoard
    model: OpenAISimulator
    session: aiohttp.ClientSession
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _children: list[Child] = field(default_factory=list)

    @property
    def reception(self) -> Reception:
        """The way in, as a listening process has it."""
        platform = BoardPlatform(self.session, self.board.base_url)
        return Reception(Mailbox(self.store), Speakers({"board": platform}).replying)

    @property
    def history(self) -> History:
        """What is remembered."""
        return History(self.store)

    def behave(self, *faults: Fault, tokens_per_second: float = 0.0) -> None:
        """Let the model answer like this from now on."""
        self.model.behaviour = Behaviour(tokens_per_second=tokens_per_second, faults=faults)

    async def run(self, *arguments: str, port: int = 0) -> Child:
        """A process that has started."""
        environment = {
            "REDIS_URL": self.url,
            "OPENAI_API_KEY": "key",
            "OPENAI_BASE_URL": self.model.base_url,
            "BOARD_URL": self.board.base_url,
            "BOARD_PORT": str(port),
        }
        started = await self._stack.enter_async_context(child(environment, *arguments))
        self._children.append(started)
        await started.started()
        return started

    async def worker(self, *options: str) -> Child:
        """A worker that has started."""
        return await self.run("work", *options)

    async def holder(self, each: IncomingMessage) -> Child | None:
        """The worker that answers a message at the moment."""
        ready = ready_key(ConversationKeys(each.answered_in).partition)
        pending = await self.store.do("XPENDING", ready, "workers")
        names = [consumer["name"].decode() for consumer in pending["consumers"]]
        return next(
            (known for known in self._children if any(f"-{known.pid}-" in name for name in names)), None
        )

    async def listener(self) -> tuple[Child, str]:
        """A process that listens, and where events are brought to it."""
        port = free_port()
        address = f"http://127.0.0.1:{port}/events"
        started = await self.run("listen", port=port)

        async def hears() -> bool:
            with suppress(aiohttp.ClientError):
                async with self.session.get(address) as answer:
                    return answer.status == 405
            return False

        await self.eventually(hears)
        return started, address

    async def accept(self, *messages: IncomingMessage) -> list[Acceptance | None]:
        """Bring messages to the reception, all at the same time."""
        reception = self.reception
        return list(await asyncio.gather(*(reception(each) for each in messages)))

    async def until(self, predicate: Callable[[], bool], within: float = 30.0) -> None:
        """Return once `predicate` holds; it is asked whenever something happens on a board."""
        async with asyncio.timeout(within):
            await self.board.until(predicate)

    async def eventually(self, check: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
        """Return once `check` holds of what nobody reports, such as what is in Redis."""
        async with asyncio.timeout(within):
            while not await check():  # noqa: ASYNC110 - nobody reports it
                await asyncio.sleep(LOOK)

    def text(self, each: IncomingMessage) -> str:
        """What the reply to a message says by now, in one piece; empty if there is none."""
        return "".join(post.text for post in self.posts(each))

    def posts(self, each: IncomingMessage) -> list[Post]:
        """The posts of the reply to a message, whoever may read them."""
        found = self.board.find(board_of(each))
        return [post for post in found if post.key.rpartition("/")[0] == each.id]

    def writes(self, each: IncomingMessage) -> list[Write]:
        """What was written for a message so far."""
        return [write for write in self.board.writes if write.key.startswith(f"{each.id}/")]

    def begun(self, each: IncomingMessage) -> bool:
        """Whether some of the answer can be read, and not all of it."""
        return self.text(each) not in {"", THINKING}

    async def all_begun(self, messages: Sequence[IncomingMessage], within: float = 30.0) -> None:
        """Return once some of each answer can be read."""
        await self.until(lambda: all(map(self.begun, messages)), within)

    async def all_complete(self, messages: Sequence[IncomingMessage], within: float = 30.0) -> None:
        """Return once each answer is complete on the board."""
        await self.until(lambda: all(self.text(each).endswith(f"{WORDS}.") for each in messages), within)

    async def idle(self, within: float = 20.0) -> None:
        """Return once nothing waits or runs any more."""

        async def nothing_left() -> bool:
            loads = (("EXISTS", f"parley:{{{number}}}:load") for number in range(PARTITIONS))
            return not any(await self.store.do_all(*loads))

        await self.eventually(nothing_left, within)

    async def check_answered_once(self, messages: Sequence[IncomingMessage]) -> None:
        """Each message has one complete answer, in order, on its board and in its history, and nothing beside it."""
        await self.idle()
        for board, asked in groupby(messages, key=lambda each: each.answered_in):
            ids = [each.id for each in asked]
            expected = [answer_to(name, before) for before, name in enumerate(ids)]
            assert [post.text for post in self.board.find(board.channel)] == expected
            assert [post.key for post in self.board.find(board.channel)] == [f"{name}/0" for name in ids]
            remembered = await self.history.everything(board)
            assert [(each.question, each.answer) for each in remembered] == list(
                zip(ids, expected, strict=True)
            )
        created = [write.key for write in self.board.writes if write.kind == "post"]
        assert len(created) == len(set(created))

    async def close(self) -> None:
        """End every process. None of them has said what no log says, such as a traceback of asyncio's."""
        await self._stack.aclose()
        assert [each.noise for each in self._children if each.noise] == []


@asynccontextmanager
async def open_site(url: str) -> AsyncIterator[Site]:
    """A site on a Redis; no process is left when the block ends."""
    async with (
        open_store(url) as store,
        NoticeBoard() as board,
        OpenAISimulator(responder=_respond) as model,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
    ):
        site = Site(url, store, board, model, session)
        try:
            yield site
        finally:
            await site.close()
