"""A server in Discord, and the processes in which Parley works there: quickly begun, since they are forked."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from simulators.changes import Changes
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_server
from tests.processes.child import ROOT

CHANNELS = 50
"""Over so many the questions are spread, since few threads may be opened in one within some seconds."""


@dataclass(slots=True, eq=False)
class Service:
    """A process of Parley, and what its log has said so far."""

    log: list[dict[str, Any]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    """What it wrote that is no log: a traceback, a warning."""
    words: list[bytes] = field(default_factory=list)
    """All that it wrote."""
    ended: bool = False
    _changes: Changes = field(default_factory=Changes)

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log about an event."""
        return [line for line in self.log if line["event"] == event]

    async def until(self, predicate: Callable[[], bool], within: float = 20.0) -> None:
        """Return once `predicate` holds; it is asked with each line of the log, and at the end."""
        async with asyncio.timeout(within):
            await self._changes.until(predicate)

    async def until_said(self, event: str, within: float = 20.0) -> None:
        """Return once its log tells of an event."""
        await self.until(lambda: bool(self.said(event)) or self.ended, within)
        assert self.said(event), self.noise or self.log[-3:]

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.log[0]["pid"], number)

    async def leaves(self) -> None:
        """Tell it to end, and return when it has."""
        self.send(signal.SIGTERM)
        await self.until(lambda: self.ended)
        assert self.said("ended"), self.noise or self.log[-3:]

    async def read(self, reader: asyncio.StreamReader) -> None:
        """Follow its log to the end."""
        async for line in reader:
            self.words.append(line)
            try:
                self.log.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                self.noise.append(line.decode())
            self._changes.tell()
        self.ended = True
        self._changes.tell()


@dataclass(slots=True, eq=False)
class Clubhouse:
    """What a test of processes in Discord holds in its hands."""

    club: Club
    url: str
    path: str
    services: list[Service] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    """What was asked, by the ids of the messages."""
    _readers: set[asyncio.Task[None]] = field(default_factory=set)

    async def fork(self, **settings: Any) -> Service:
        """A process that begins."""
        reader, writer = await asyncio.open_unix_connection(self.path, limit=2**20)
        discord = self.club.discord
        given = {
            "openai_api_key": "key",
            "openai_base_url": self.club.model.base_url,
            "redis_url": self.url,
            "discord_bot_token": discord.app.token,
            "discord_api_url": discord.api_url,
            "discord_gateway_url": discord.gateway_url,
        }
        writer.write(orjson.dumps(given | settings) + b"\n")
        service = Service()
        self.services.append(service)
        task = asyncio.create_task(service.read(reader))
        self._readers.add(task)
        task.add_done_callback(lambda _: writer.close())
        return service

    async def run(self, **settings: Any) -> Service:
        """A process that is ready to hear, or hears."""
        service = await self.fork(**settings)
        await service.until_said("started")
        return service

    async def hearing(self, **settings: Any) -> Service:
        """The process that hears already, or one that does now."""
        for service in self.services:
            if not service.ended:
                return service
        service = await self.run(**settings)
        await service.until_said("discord_heard")
        return service

    async def ask(self, text: str = "") -> str:
        """Mention Parley in one of the channels; the id of the message."""
        number = len(self.asked)
        channel = self.club.guild.channel(f"c{number % CHANNELS}")
        question = text or f"Question {number}?"
        asked = await self.club.ada.mentions(question, channel)
        self.asked[asked] = question
        return asked

    def replies(self, asked: str) -> list[str]:
        """What Parley has said at a question, complete or not."""
        number = list(self.asked).index(asked)
        thread = self.club.guild.channel(f"c{number % CHANNELS}").thread_of(asked)
        return [each.text for each in self.club.replies(thread)] if thread else []

    def is_answered(self, asked: str) -> bool:
        """Whether the reply to a question is complete."""
        return any(each.startswith(answer_to(self.asked[asked])) for each in self.replies(asked))

    async def all_answered(self, within: float = 60.0) -> None:
        """Return once all is answered."""
        left = set(self.asked)

        def done() -> bool:
            left.difference_update([each for each in left if self.is_answered(each)])
            return not left

        await self.club.until(done, within)

    def check_answered_once(self) -> None:
        """Nothing is answered twice, in time, and nobody's words or token stand in any log."""
        replies = {question: self.replies(each) for each, question in self.asked.items()}
        wrong = {each: said for each, said in replies.items() if said != [answer_to(each)]}
        assert not wrong, wrong
        written = b"".join(word for service in self.services for word in service.words)
        for secret in (self.club.discord.app.token, "Question", "word7"):
            assert secret.encode() not in written
        noise = [each.noise for each in self.services if each.noise]
        assert not noise, noise

    async def close(self) -> None:
        """Return when the logs of all processes are at their end."""
        if self._readers:
            await asyncio.wait(self._readers)


@asynccontextmanager
async def open_clubhouse(url: str) -> AsyncIterator[Clubhouse]:
    """A server in which nobody works yet; no process is left when the block ends."""
    async with open_server() as club:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "forks")
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.processes.forking", path),
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            assert process.stdin
            assert process.stdout
            house = Clubhouse(club, url, path)
            try:
                assert await process.stdout.readline() == b"ready\n"
                yield house
            finally:
                process.stdin.close()
                await process.wait()
                await house.close()


async def rolling(house: Clubhouse, restarts: int) -> None:
    """So many restarts as hosts do them: the next process is there when the one before is told to end.

    Something is asked while both are there, when the old one has just been told, and when it is gone.
    """
    old = await house.hearing()
    for _ in range(restarts):
        new = await house.run()
        await house.ask()
        old.send(signal.SIGTERM)
        await house.ask()
        await old.until(lambda service=old: service.ended)  # type: ignore[misc]
        await house.ask()
        old = new
    await old.until_said("discord_heard")
    await house.all_answered()
