"""What people wrote in Slack while nobody listened: Slack does not bring it again, so it is read."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from adapters.platforms import Receive
from adapters.slack.hearing.app import Intake
from adapters.slack.payloads.events import Payload
from adapters.slack.places import is_direct, team_of
from adapters.slack.reading.paging import Call, paged
from adapters.slack.web import Web
from bot.attendance import Attendance, Gap
from bot.errors import PlatformError
from bot.messages import Conversation, IncomingMessage
from bot.together import together

log = structlog.get_logger()

MOST = 20
"""Conversations of a workspace that are read, those in which somebody wrote last."""
WORKSPACES = 5
"""That are read at the same time: where Slack lets an app read but once a minute, the others need not wait for it."""
THREADS = 3
"""Most threads of one person's direct messages among them: there every question has its own."""
PAGES = 3
"""Of a conversation; one has 100 messages or more, or 15 in some apps."""
SKEW = 5.0
"""Seconds by which Slack's clock may be ahead of ours."""
_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True, slots=True)
class Backfill:
    """Reads what was written in a gap, one conversation after the other, and takes it in like events, but late."""

    intake: Intake
    attendance: Attendance

    async def __call__(self, gap: Gap) -> None:
        """Fill a gap. Raises StoreError; it may then be filled again, since what was taken in is known."""
        late = replace(self.intake, receive=_lately(self.intake.receive))
        at_once = asyncio.Semaphore(WORKSPACES)

        async def fill(tenant: str) -> None:
            async with at_once:
                await self._fill(tenant, gap, late)

        await together(*map(fill, await self.attendance.tenants()))

    async def _fill(self, tenant: str, gap: Gap, late: Intake) -> None:
        try:
            web = (await self.intake.workspaces.find(team_of(Conversation(tenant, "")))).web.of("backfill")
            for conversation in chosen(await self.attendance.known(tenant)):
                if time.time() - gap.until > self.attendance.rhythm.longest:
                    return  # nobody waits for the answer any more
                await _fill(_Reading(web, gap), late, conversation)
        except PlatformError as error:
            log.info("not_looked_at", tenant=tenant, reason=str(error))


def chosen(known: Iterable[Conversation]) -> list[Conversation]:
    """Those that are read, of the conversations that are known, the newest first."""
    threads: Counter[str] = Counter()
    found = []
    for each in known:
        if each.thread and is_direct(each.channel):
            threads[each.channel] += 1
        if threads[each.channel] <= THREADS or not each.thread:
            found.append(each)
    return found[:MOST]


def _lately(receive: Receive) -> Receive:
    async def receive_late(message: IncomingMessage) -> object:
        return await receive(replace(message, late=True))

    return receive_late


async def _fill(reading: _Reading, intake: Intake, conversation: Conversation) -> None:
    try:
        messages = await reading.all_of(conversation)
    except PlatformError as error:
        log.warning("conversation_not_read", reason=str(error))
        return
    log.info("conversation_read", messages=len(messages))
    for message in messages:
        try:
            await intake(_to_event(message, conversation))
        except _UNREADABLE as error:
            log.warning("message_unreadable", error=type(error).__name__)


def _to_event(message: Payload, conversation: Conversation) -> Payload:
    """The event as it would have come, when the message had no replies yet."""
    direct = is_direct(conversation.channel)
    event = {
        **message,
        "type": "message",
        "channel": conversation.channel,
        "channel_type": "im" if direct else "channel",
    }
    if event.get("thread_ts") == event["ts"]:
        del event["thread_ts"]
    return {"type": "event_callback", "team_id": team_of(conversation), "event": event}


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads conversations of one workspace as far as they fall into a gap. Raises PlatformError."""

    web: Web
    gap: Gap

    async def all_of(self, conversation: Conversation) -> list[Payload]:
        """What was written there, the oldest first, each opening of a thread with the thread behind it."""
        if conversation.thread:
            return await self._replies(conversation.channel, conversation.thread)
        top = [
            message
            async for message in self._pages(self.web.client.conversations_history, conversation.channel)
        ]
        found: list[Payload] = []
        for message in sorted(top, key=_time):
            found.append(message)
            if message.get("reply_count"):
                found += await self._replies(conversation.channel, message["ts"])
        return found

    async def _replies(self, channel: str, thread: str) -> list[Payload]:
        pages = self._pages(self.web.client.conversations_replies, channel, ts=thread)
        # The first message of a thread comes with each page.
        return sorted([message async for message in pages if message.get("ts") != thread], key=_time)

    def _pages(self, call: Call, channel: str, **options: Any) -> AsyncIterator[Payload]:
        oldest, latest = f"{self.gap.since:.6f}", f"{self.gap.until + SKEW:.6f}"
        return paged(self.web, call, PAGES, channel=channel, oldest=oldest, latest=latest, **options)


def _time(message: Payload) -> float:
    return float(message["ts"])
