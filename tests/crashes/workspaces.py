"""Slack as a venue: each turn is played in a workspace of its own, so that no turn takes the rates of another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.payloads.changes import change_in
from adapters.slack.payloads.events import message_in, stop_in
from adapters.slack.places import team_of
from adapters.slack.replies.finding import metadata_of
from bot.messages import IncomingMessage
from simulators.openai import Behaviour
from simulators.slack import Channel, Fault, Seen, SlackSimulator, Workspace
from tests.crashes.job import Slack
from tests.crashes.kinds import Kind
from tests.crashes.standing import LATER, Shown
from tests.crashes.venues import WORDS_BEFORE_STOP

_POSTS = ("chat.startStream", "chat.postMessage")
_NO_STREAMS = Fault("refuse", "chat.startStream", times=None, error="channel_type_not_supported")


@dataclass(frozen=True, slots=True)
class SlackKind(Kind):
    """A kind of turn in Slack: a mention in a channel if it opens a thread, else one in a thread of others."""

    streams: bool = True
    """Whether Slack lets it stream; if not, it grows by edits."""
    presses: bool = False
    """It is stopped by Slack's own button."""


@dataclass(frozen=True, slots=True)
class SlackVenue:
    """Workspaces by the teams of their messages."""

    kind: SlackKind
    slack: SlackSimulator
    _workspaces: dict[str, Workspace] = field(default_factory=dict)
    _before: set[str] = field(default_factory=set)
    """The posts of earlier answers."""

    async def asked(self, tag: str) -> IncomingMessage:
        """A new message, as it is taken in."""
        workspace = self.slack.add_workspace(tag)
        self._workspaces[workspace.id] = workspace
        ada, general = workspace.person("Ada"), workspace.channel("general")
        thread = None if self.kind.opens else await workspace.person("Bob").says("Who knows?", general)
        text = "Before?" if self.kind.changes else self.kind.text.format(tag=tag)
        question = await ada.mentions(text, general, thread)
        if not self.kind.changes:
            return await self._heard(workspace, question)
        await self._answer_before(workspace, question, thread or question)
        if self.kind.changes == "deleted":
            return await self._heard(workspace, await ada.deletes(question, general))
        return await self._heard(
            workspace, await ada.edits(question, general, self.kind.text.format(tag=tag))
        )

    async def _answer_before(self, workspace: Workspace, question: str, thread: str) -> None:
        """Let an answer of two posts stand, and one to a retry."""
        client = AsyncWebClient(workspace.bot_token, base_url=f"{self.slack.api_url}/")
        for key in (f"{question}/0", f"{question}/1", f"{LATER}/0"):
            answer = await client.chat_postMessage(
                channel=workspace.channel("general").id,
                thread_ts=thread,
                text="Before.",
                metadata=metadata_of(key),
            )
            self._before.add(str(answer["ts"]))

    def platform(self, message: IncomingMessage) -> Slack:
        """The workspace, as its bot knows it."""
        return Slack(self.slack.api_url, self._workspace(message).bot_token)

    async def until_begun(self, message: IncomingMessage) -> None:
        """Return once so much of the answer stands that somebody may want it stopped."""
        await self.slack.until(
            lambda: any(len(each.text.split()) >= WORDS_BEFORE_STOP for each in self._said(message))
        )

    async def stopped(self, message: IncomingMessage) -> IncomingMessage:
        """What is taken in when the author of a message wants its answer stopped."""
        workspace, thread = self._workspace(message), message.answered_in.thread or ""
        ada, general = workspace.person("Ada"), workspace.channel("general")
        if not self.kind.presses:
            return await self._heard(workspace, await ada.mentions("!stop", general, thread))
        await ada.stops(thread, general)
        return await self._heard(workspace, "")

    def shown(self, message: IncomingMessage) -> list[Shown]:
        """What the author sees of the reply, and what goes on below it."""
        status = self._channel(message).status(message.answered_in.thread or "")
        posts = [
            Shown(each.text, each.ephemeral, each.streaming, each.buttons) for each in self._said(message)
        ]
        return [*posts, Shown(status, growing=True)] if status else posts

    def doubles(self, message: IncomingMessage) -> list[str]:
        """The times of public posts beside which another one stood."""
        standing: list[str] = []
        found = []
        for call in self.slack.calls:
            if call.team != team_of(message.conversation) or not call.ok:
                continue
            if str(call.answer.get("ts")) in self._before:
                continue
            if call.method in _POSTS:
                found += standing
                standing.append(str(call.answer["ts"]))
            elif call.method == "chat.delete":
                standing.remove(str(call.answer["ts"]))
        return found

    def _said(self, message: IncomingMessage) -> list[Seen]:
        """What the author sees of us, in the channel itself and in the thread."""
        channel, ada = self._channel(message), self._workspace(message).person("Ada")
        seen = [*channel.screen(None, ada), *channel.screen(message.answered_in.thread, ada)]
        ours = {each.ts: each for each in seen if each.author == self.slack.app.name}
        return [ours[ts] for ts in sorted(ours)]

    def _channel(self, message: IncomingMessage) -> Channel:
        return self._workspace(message).channel("general")

    def _workspace(self, message: IncomingMessage) -> Workspace:
        return self._workspaces[team_of(message.conversation)]

    async def _heard(self, workspace: Workspace, ts: str) -> IncomingMessage:
        """What becomes of the mention of that time, or of a click on Slack's own Stop."""
        await self.slack.until(lambda: any(self._events(workspace, ts)))
        return next(self._events(workspace, ts))

    def _events(self, workspace: Workspace, ts: str) -> Iterator[IncomingMessage]:
        for delivery in reversed(self.slack.deliveries):
            body = delivery.payload.body
            if body["team_id"] == workspace.id and delivery.event.get("ts", "") == ts:
                bot = workspace.bot_user_id
                heard = stop_in(body) or change_in(body, bot) or message_in(body, bot)
                if heard:
                    yield replace(heard, addressed=True)  # as the reception does for what it takes in


@asynccontextmanager
async def open_workspaces(kind: SlackKind) -> AsyncIterator[SlackVenue]:
    """Slack for one kind of turn."""
    async with SlackSimulator() as slack:
        slack.app.echoes = False
        slack.faults = () if kind.streams else (_NO_STREAMS,)
        yield SlackVenue(kind, slack)


_STREAMING = Behaviour(first_token=0.06, tokens_per_second=60)

PLAIN = SlackKind("plain", words=4, pace=Behaviour())
STREAMED = SlackKind("streamed", words=16, pace=_STREAMING)
THREAD = SlackKind("thread", words=8, pace=_STREAMING, opens=True)
EDITED = SlackKind("edited", words=16, pace=_STREAMING, streams=False)
FLAGGED = SlackKind(
    "flagged",
    "I will kill you, [{tag}].",
    says="not sent to the model",
    private=True,
    asks=0,
    keeps=0,
    paid=0,
    incidents=1,
)
REFUSED = replace(FLAGGED, name="refused", opens=True)
"""In a thread that nobody has answered in yet Slack would show it to nobody, so it stands in the channel."""
STOPPED = SlackKind("stopped", words=48, pace=_STREAMING, stops=True, opens=True)
PRESSED = SlackKind("pressed", words=48, pace=_STREAMING, stops=True, opens=True, presses=True)

REDONE = SlackKind("redone", words=8, pace=_STREAMING, opens=True, changes="edited")
REDONE_THERE = replace(REDONE, name="redone-there", opens=False)
DELETED = SlackKind("deleted", opens=True, changes="deleted", asks=0, keeps=0, paid=0)

SLACK_KINDS = (
    PLAIN,
    STREAMED,
    THREAD,
    EDITED,
    FLAGGED,
    REFUSED,
    STOPPED,
    PRESSED,
    REDONE,
    REDONE_THERE,
    DELETED,
)
