"""An engine on a real Valkey and the OpenAI simulator, driven in a person's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from bot.engine import Engine, Policy, build_engine
from bot.exchanges import Exchange
from bot.history import Turned
from bot.messages import Conversation, Image
from bot.openai_api import open_client
from bot.retry import Retries
from bot.store import Store
from bot.usage import Sums
from simulators.openai import Behaviour, Fault, OpenAISimulator
from tests.fakes import ADA, CHANNEL, Naps, RecordingReply, incoming

THREAD = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")
READING = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "stream": ("XRANGE", "-", "+"),
    "list": ("LRANGE", 0, -1),
    "zset": ("ZRANGE", 0, -1),
}
"""How all of a key is read, by its type."""
SUMS = Sums(prompt=10, completion=2, answers=1, micros=7)


def turned(number: int, tokens: int = 10, **changes: Any) -> Turned:
    """The end of the turn of that number."""
    exchange = Exchange(f"q{number}", f"a{number}", tokens)
    return replace(Turned(f"m{number}", CHANNEL, SUMS, exchange), **changes)


@dataclass(slots=True)
class Stage:
    """What a test of a whole turn needs."""

    engine: Engine
    store: Store
    sim: OpenAISimulator
    naps: Naps
    numbers: count[int]

    async def say(
        self,
        text: str,
        *,
        conversation: Conversation = CHANNEL,
        reply: RecordingReply | None = None,
        opens: Conversation | None = None,
        direct: bool = True,
        images: tuple[Image, ...] = (),
        name: str = "",
    ) -> RecordingReply:
        """Ada says something; what she sees of it."""
        reply = reply or RecordingReply()
        author = replace(ADA, id=name, name=name) if name else ADA
        message = incoming(
            text,
            id=f"m{next(self.numbers)}",
            conversation=conversation,
            author=author,
            images=images,
            opens=opens,
            direct=direct,
        )
        await self.engine.handler(message, reply)
        return reply

    def behave(self, *faults: Fault, **changes: Any) -> None:
        """Let the simulator behave like this from now on."""
        self.sim.behaviour = replace(Behaviour(), faults=faults, **changes)

    def chat_messages(self, number: int = -1) -> list[dict[str, Any]]:
        """The messages of one of the prompts that the model was asked with."""
        messages: list[dict[str, Any]] = self.sim.requests_to("chat")[number].body["messages"]
        return messages

    async def remembered(self, conversation: Conversation = CHANNEL) -> list[tuple[str, str]]:
        """Questions and answers of a conversation, oldest first."""
        return [(each.question, each.answer) for each in await self.engine.history.everything(conversation)]

    async def everything_kept(self) -> bytes:
        """All that is in Redis, in one piece to search."""
        kept = b""
        for key in await self.store.do("KEYS", "*"):
            kind = await self.store.do("TYPE", key)
            command, *bounds = READING[kind.decode()]
            kept += key + repr(await self.store.do(command, key, *bounds)).encode()
        return kept


@asynccontextmanager
async def stage(store: Store, policy: Policy | None = None, **simulated: Any) -> AsyncIterator[Stage]:
    """An open stage; waits between tries take no time."""
    naps = Naps()
    async with (
        OpenAISimulator(models=("*",), **simulated) as sim,
        open_client("key", sim.base_url) as client,
    ):
        engine = build_engine(store, client, policy or Policy(), retries=Retries(sleep=naps))
        yield Stage(engine, store, sim, naps, count(1))
