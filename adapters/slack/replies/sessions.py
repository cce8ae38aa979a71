"""What is shown under a thread while it is answered: an agent session's loader, or the older line of text."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from adapters.slack.places import Place
from adapters.slack.web import TOKEN_REFUSED, Web
from bot.errors import PlatformError, PlatformRefused, PlatformUnclear

log = structlog.get_logger()

STARTS = 25
"""Sessions that a process begins in a minute in one workspace. Slack takes some 50 calls (tier 3), and most sessions
need one, but not all; the older line may be set hundreds of times."""
_OF_THE_PLACE = frozenset(
    {"channel_not_found", "invalid_thread_ts", "is_archived", "not_in_channel", "thread_not_found"}
)
"""Refusals that say nothing about other threads."""


@dataclass(slots=True)
class Sessions:
    """Where agent sessions may be begun, as far as this process knows.

    Only apps with the agent view have them (docs.slack.dev, "Agent sessions"); for others Slack refuses.
    """

    now: Callable[[], float] = time.monotonic
    _without: set[str] = field(default_factory=set)
    _next: dict[str, float] = field(default_factory=dict)

    def begin(self, team: str) -> bool:
        """Whether another one may be begun in a workspace now; if so it is counted."""
        if team in self._without:
            return False
        now, interval = self.now(), 60.0 / STARTS
        at = max(self._next.get(team, now), now)
        if at - now > (STARTS - 0.5) * interval:
            return False
        self._next[team] = at + interval
        return True

    def has(self, team: str) -> bool:
        """Whether a workspace may have sessions."""
        return team not in self._without

    def refused(self, team: str, reason: str) -> None:
        """Slack has refused one: there are none in this workspace for the rest of the process."""
        if reason not in _OF_THE_PLACE | TOKEN_REFUSED and team not in self._without:
            self._without.add(team)
            log.info("no_agent_sessions", team=team, reason=reason)


@dataclass(slots=True)
class Loader:
    """Shows that one thread is being answered. Where a reply is `resumed`, it may be shown already."""

    web: Web
    place: Place
    sessions: Sessions = field(default_factory=Sessions)
    title: str = ""
    """What the session is called if it begins with this reply; empty if it does not."""
    resumed: bool = False
    _session: bool | None = None
    """Whether it is shown by a session; None before anything was shown."""

    @property
    def lasts(self) -> bool:
        """Whether it stays when something is posted: a session works until it is told that it does not.

        The older line is taken away by any post, and by itself after two minutes (docs.slack.dev,
        assistant.threads.setStatus).
        """
        if self._session is None:
            # What a dead process has begun may stand.
            return self.resumed and self.sessions.has(self.place.team)
        return self._session

    async def show(self, thread: str, text: str) -> None:
        """Show this text, or that something is being done; with no text, show nothing. Raises PlatformError."""
        if self._session is None:
            team = self.place.team
            self._session = self.sessions.has(team) if self.resumed else self.sessions.begin(team)
        if self._session and await self._shown_by_session(thread, "processing" if text else "active"):
            return
        await self.web.ask(
            self.web.client.assistant_threads_setStatus,
            channel_id=self.place.channel,
            thread_ts=thread,
            status=text,
        )

    async def _shown_by_session(self, thread: str, status: str) -> bool:
        """Whether the session has this status now."""
        try:
            # A title counts only where the session begins (docs.slack.dev, agents.sessions.setStatus).
            await self.web.ask(
                self.web.client.agents_sessions_setStatus,
                channel_id=self.place.channel,
                thread_ts=thread,
                status=status,
                title=self.title or None,
            )
        except PlatformError as error:
            log.info("no_session_status", reason=str(error))
            if isinstance(error, PlatformRefused):
                self.sessions.refused(self.place.team, str(error))
            # Slack takes the older call for the same. Where an answer was lost, it may have been a yes.
            self._session = status == "active" or isinstance(error, PlatformUnclear)
            return False
        return True
