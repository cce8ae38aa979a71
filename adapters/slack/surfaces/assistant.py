"""The older assistant view: a thread that was opened beside a channel gets prompts, and later a title.

Apps with the agent view hear nothing of this; they name their prompts in the manifest, and their sessions have titles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.slack.payloads.events import team_of_event
from adapters.slack.places import tenant_of
from adapters.slack.replies.titles import UNTITLED, untitled
from adapters.slack.surfaces.prompts import HEADING, suggested
from adapters.slack.workspaces import Workspaces
from bot.errors import PlatformError, StoreError
from bot.notes import Notes
from bot.store import Store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Assistant:
    """Gives an opened assistant thread its prompts, and notes that it wants a title. A Feature."""

    workspaces: Workspaces
    store: Store

    def __call__(self, app: AsyncApp, workspaces: Workspaces) -> None:
        """Listen."""
        del workspaces
        app.event("assistant_thread_started")(self._started)

    async def _started(self, body: Mapping[str, Any]) -> None:
        thread, team = body["event"]["assistant_thread"], team_of_event(body)
        channel, ts = thread["channel_id"], thread["thread_ts"]
        try:
            await Notes(self.store, tenant_of(team)).leave(untitled(channel, ts), UNTITLED)
        except StoreError as error:
            log.info("untitled", error=type(error).__name__)
        try:
            web = (await self.workspaces.find(team)).web
            await web.ask(
                web.client.assistant_threads_setSuggestedPrompts,
                channel_id=channel,
                thread_ts=ts,
                title=HEADING,
                prompts=suggested(),
            )
        except (PlatformError, StoreError) as error:
            log.info("no_prompts", error=type(error).__name__)
