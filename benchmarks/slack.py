"""Slack, from an event to its acknowledgement and its answer. Parley and the model are other processes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import orjson

from adapters.slack.hearing.sockets import SOCKETS
from benchmarks.rig import Figure
from benchmarks.service import Service, serving
from simulators.slack import Channel, SlackSimulator

MENTIONS = 100
CHANNELS = 20
"""Slack takes about a post a second in a channel, and some at once."""
RATE = 200
EVENTS = 2_000
STEADY = 20
FIRST_TOKEN = 0.5


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace, and the process in which Parley works there."""

    slack: SlackSimulator
    service: Service

    def channel(self, number: int) -> Channel:
        """One of the channels."""
        return self.slack.workspace.channel(f"c{number % CHANNELS}")

    async def ask(self, number: int) -> tuple[Channel, str, float]:
        """Mention Parley; the channel, the thread and the time."""
        ada, channel = self.slack.workspace.person("Ada"), self.channel(number)
        return channel, await ada.mentions("Tell me something.", channel), time.monotonic()

    def answered(self, channel: Channel, thread: str) -> bool:
        """Whether the reply is complete."""
        replies = channel.screen(thread)[1:]
        return bool(replies) and not any(reply.streaming for reply in replies) and bool(replies[0].buttons)


@asynccontextmanager
async def office(*options: str, port: int = 0) -> AsyncIterator[Office]:
    """Parley at work: over HTTP at a port, or else over sockets. The options are the model's."""
    async with SlackSimulator() as slack:
        listening = (
            {"SLACK_SIGNING_SECRET": slack.app.signing_secret, "PORT": str(port)}
            if port
            else {"SLACK_APP_TOKEN": slack.app.app_token}
        )
        keys = {"SLACK_BOT_TOKEN": slack.workspace.bot_token, "SLACK_API_URL": slack.api_url}
        async with serving(options, keys | listening) as service:
            opened = Office(slack, service)
            if not port:
                await slack.until(lambda: slack.sockets == SOCKETS)
                channel, thread, _ = await opened.ask(0)
                await slack.until(lambda: opened.answered(channel, thread))
            yield opened


async def burst() -> list[Figure]:
    """100 mentions at once: 500 ms to the first token, 100 tokens at 50/s."""
    pace = ("--reply-tokens", "100", "--tokens-per-second", "50", "--first-token", str(FIRST_TOKEN))
    async with office(*pace) as there:
        used, began = there.service.cpu(), time.monotonic()
        asked = [await there.ask(number) for number in range(MENTIONS)]
        async with asyncio.timeout(120):
            for channel, thread, _ in asked:
                await there.slack.until(lambda c=channel, t=thread: there.answered(c, t))  # type: ignore[misc]
        took, cpu = time.monotonic() - began, there.service.cpu() - used
        limited = sum(call.status == HTTPStatus.TOO_MANY_REQUESTS for call in there.slack.calls)
        assert not there.slack.impatient
    return [
        Figure("Slack: 100 mentions at once, all complete", took, "s", 4),
        Figure("Slack: CPU of a turn in that burst", cpu * 1000 / MENTIONS, "ms", 12),
        Figure("Slack: calls of that burst that were limited", limited, ""),
    ]


async def first_words() -> list[Figure]:
    """Event → status shown, and event → first text, less the model's own time."""
    statuses, texts = [], []
    pace = ("--reply-tokens", "40", "--tokens-per-second", "50", "--first-token", str(FIRST_TOKEN))
    async with office(*pace) as there:
        for number in range(STEADY):
            channel, thread, began = await there.ask(number)
            await there.slack.until(lambda c=channel, t=thread: there.answered(c, t))  # type: ignore[misc]
            about = [call for call in there.slack.calls if call.arguments.get("thread_ts") == thread]
            statuses.append(next(call.at for call in about if call.method.endswith("setStatus")) - began)
            texts.append(next(call.at for call in about if call.method.startswith("chat.")) - began)
    statuses.sort()
    texts.sort()
    return [
        Figure("Slack: event → status shown, p50", statuses[STEADY // 2] * 1000, "ms", 50),
        Figure(
            "Slack: time to first token → first text, p50",
            (texts[STEADY // 2] - FIRST_TOKEN) * 1000,
            "ms",
            60,
        ),
    ]


async def acknowledged() -> list[Figure]:
    """Event → acknowledged at 200 events/s over HTTP, while the model says nothing."""
    port, spans = 8_399, []
    async with office("--first-token", "60", port=port) as there, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}/slack/events"
        await _listening(session, url)

        async def one(number: int) -> None:
            await asyncio.sleep(number % EVENTS / RATE)
            body = _mention(there, number)
            began = time.monotonic()
            async with session.post(url, data=body, headers=_signed(there, body)) as answer:
                assert answer.ok
            spans.append(time.monotonic() - began)

        await one(EVENTS)
        await asyncio.sleep(2)  # what is loaded once is loaded
        spans.clear()
        await asyncio.gather(*map(one, range(EVENTS)))
        there.service.process.kill()
    spans.sort()
    return [
        Figure("Slack: event → acknowledged, p50", spans[EVENTS // 2] * 1000, "ms"),
        Figure("Slack: event → acknowledged, p99", spans[int(EVENTS * 0.99)] * 1000, "ms", 50),
    ]


async def _listening(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        try:
            async with session.get(url):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.05)


def _mention(there: Office, number: int) -> bytes:
    team, ts = there.slack.workspace, f"{1_732_180_000 + number}.000100"
    event = {
        "type": "app_mention",
        "user": team.person("Ada").id,
        "text": f"<@{team.bot_user_id}> Tell me something.",
        "ts": ts,
        "channel": there.channel(number).id,
        "event_ts": ts,
    }
    body = {
        "type": "event_callback",
        "team_id": team.id,
        "api_app_id": there.slack.app.id,
        "event": event,
        "event_id": f"Ev{number}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": team.id, "user_id": team.bot_user_id, "is_bot": True}],
    }
    return orjson.dumps(body)


def _signed(there: Office, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    secret = there.slack.app.signing_secret.encode()
    signature = hmac.new(secret, b":".join((b"v0", now.encode(), body)), hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={signature}",
        "Content-Type": "application/json",
    }
