"""A worker as one process: the real engine, mailbox and delivery, behind the layer that numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import aiohttp
import openai

from adapters.discord.identity import Identity
from adapters.discord.keys import DiscordKeys
from adapters.discord.platform import DiscordPlatform
from adapters.discord.rest.rest import open_rest
from adapters.slack.adapter import open_slack
from adapters.slack.keys import SlackKeys
from adapters.slack.people import People
from adapters.slack.platform import SlackPlatform
from adapters.slack.workspaces import OneWorkspace
from bot.attempts import Attempts, as_it_is
from bot.bell import Bell
from bot.beside import beside
from bot.delivery import delivering
from bot.engine import Policy, build_engine
from bot.insistence import Pace
from bot.journal import Journal
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.openai_api import open_client
from bot.pipelines import Pipelines
from bot.purge import Purges
from bot.reply import ReplySink
from bot.store import Store, open_store
from bot.worker import Worker
from tests.crashes.job import Board, Discord, Job, Slack
from tests.crashes.numbering import (
    NumberedPosts,
    NumberedRequests,
    NumberedRest,
    NumberedStore,
    NumberedWeb,
    Numbering,
    Tell,
)
from tests.noticeboard.platform import BoardPlatform

LEASE = 0.5
BEAT = 0.1
PACE = Pace(write=0.05, look=(0.0, 0.05), base=0.05)
_PAUSE = 0.02
"""Seconds between looks whether all is done."""


@dataclass(frozen=True, slots=True)
class _OnBoard:
    """Answers on the board, by numbered posts."""

    platform: BoardPlatform
    numbering: Numbering

    @asynccontextmanager
    async def replying(self, message: IncomingMessage, journal: Journal) -> AsyncIterator[ReplySink]:
        posts = NumberedPosts(self.platform.posts(message), self.numbering)
        async with delivering(posts, journal, PACE) as reply:
            yield reply

    async def read(self, message: IncomingMessage) -> IncomingMessage:
        return await as_it_is(message)


_Speaking = _OnBoard | SlackPlatform | DiscordPlatform


@asynccontextmanager
async def _speaking(job: Job, store: Store, numbering: Numbering) -> AsyncIterator[_Speaking]:
    """The speaking half of the platform, numbered."""
    match job.platform:
        case Board(url, limit):
            async with aiohttp.ClientSession() as session:
                yield _OnBoard(BoardPlatform(session, url, limit=limit), numbering)
        case Slack(url, token):
            async with open_slack(SlackKeys(token, api_url=url), store) as platform:
                assert isinstance(platform.workspaces, OneWorkspace)
                plain = platform.workspaces.workspace
                web = NumberedWeb(plain.web.client, numbering=numbering)
                workspace = replace(plain, web=web, people=People(web))
                yield replace(platform, workspaces=OneWorkspace(workspace), pace=PACE)
        case Discord():
            async with _in_discord(job.platform, store, numbering) as speaking:
                yield speaking


@asynccontextmanager
async def _in_discord(job: Discord, store: Store, numbering: Numbering) -> AsyncIterator[DiscordPlatform]:
    async with open_rest(job.url, job.token) as plain:
        rest = NumberedRest(plain.session, plain.api_url, plain.token, plain.limits, numbering=numbering)
        bot = Identity(job.bot, "Parley", job.bot, flags=0)
        keys = DiscordKeys(job.token, api_url=job.url)
        yield DiscordPlatform(keys, rest, bot, store, Purges(store), PACE)


async def work(job: Job, tell: Tell) -> None:
    """Answer what is there, until all of it is answered or the job's point has come."""
    numbering = Numbering(job.turn, job.target, tell)
    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(open_store(job.redis))
        store = NumberedStore(plain.client, Pipelines(plain.client), numbering=numbering)
        stack.push_async_callback(store.pipelines.close)
        client = await stack.enter_async_context(_client(job, numbering))
        speaking = await stack.enter_async_context(_speaking(job, store, numbering))
        engine = build_engine(store, client, Policy())
        mailbox = Mailbox(store, lease=LEASE)
        worker = Worker(
            mailbox=mailbox,
            history=engine.history,
            bell=Bell(plain),
            attempt=Attempts(mailbox, engine.answering, speaking.replying, speaking.read),
            stop=engine.running.stop,
            beat=BEAT,
        )
        async with beside(_leave_when_done(plain, job, worker)):
            await worker.run()


@asynccontextmanager
async def _client(job: Job, numbering: Numbering) -> AsyncIterator[openai.AsyncOpenAI]:
    requests = NumberedRequests(numbering)
    async with open_client("key", job.model) as client:
        # The very client that the engine uses; its own hooks see all that it sends and gets.
        client._client.event_hooks = {"request": [requests.asked], "response": [requests.answered]}  # noqa: SLF001
        yield client


async def _leave_when_done(store: Store, job: Job, worker: Worker) -> None:
    """A worker that finds nothing to do still lives as long as it takes to find what is left."""
    until = asyncio.get_running_loop().time() + LEASE + 3 * BEAT
    while not await _is_done(store, job):
        until = 0.0
        await asyncio.sleep(_PAUSE)
    await asyncio.sleep(until - asyncio.get_running_loop().time())
    worker.leave()


async def _is_done(store: Store, job: Job) -> bool:
    states = await store.do_all(*(("GET", mark) for mark in job.marks))
    return all(state in (b"done", b"parked") for state in states)
