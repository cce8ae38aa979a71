"""What Slack brings, whichever way it comes: taken in before it is acknowledged."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from adapters.platforms import Receive
from adapters.slack.installing.departures import is_departure
from adapters.slack.payloads.buttons import click_in, may_click, word_of
from adapters.slack.payloads.changes import change_in
from adapters.slack.payloads.events import (
    Payload,
    command_in,
    message_in,
    stop_in,
    team_of_event,
    team_of_interaction,
)
from adapters.slack.payloads.persona_view import asked_in
from adapters.slack.payloads.shortcuts import question_in, summary_in
from adapters.slack.payloads.thumbs import rating_in
from adapters.slack.workspaces import Workspaces
from bot.errors import PlatformUnknown, StoreError
from bot.feedback import Rating

log = structlog.get_logger()

NOT_HERE = "I am not set up for this workspace. Whoever runs me finds the reason in my log."
Next = Callable[[], Awaitable[BoltResponse | None]]
Feature = Callable[[AsyncApp, Workspaces], None]
"""Adds listeners to the app, for what need not last: Bolt acknowledges an event before they run."""
SHOWN = frozenset({"app_home_opened", "assistant_thread_started"})
"""The events that features listen to."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Turns payloads into messages and hands them over. Raises StoreError if one could not be kept."""

    receive: Receive
    rate: Callable[[Rating], Awaitable[None]]
    workspaces: Workspaces
    prefix: str = ""
    """What stands before the names of slash commands, which are shared by all apps of a workspace."""
    bots: frozenset[str] = frozenset()
    """Ids of the bots, and of the apps, that may ask."""
    left: Callable[[str], Awaitable[None]] | None = None
    """Called with a workspace that took the app, or the tokens of its bot, away."""

    async def __call__(self, body: Payload) -> bool:
        """Take in a payload; False if somebody else has to do something about it, perhaps beside this."""
        if body.get("type") == "event_callback":
            return await self._event(body)
        if "command" in body:
            await self.workspaces.find(body["team_id"])
            message = command_in(body, self.prefix, time.time())
            if asked_in(message.text):
                return False  # a form is opened, and brings the command when it is submitted
            await self.receive(message)
            return True
        return "team" in body and await self._interaction(body)

    async def _event(self, body: Payload) -> bool:
        if is_departure(body):
            if self.left:
                await self.left(team_of_event(body))
            return True
        bot = (await self.workspaces.find(team_of_event(body))).bot
        if (body.get("event") or {}).get("type") in SHOWN:
            return False
        if message := stop_in(body) or change_in(body, bot) or message_in(body, bot, self.bots):
            await self.receive(message)
        return True

    async def _interaction(self, body: Payload) -> bool:
        workspace = await self.workspaces.find(team_of_interaction(body))
        if word_of(body):
            if not may_click(body):
                return False  # they are told so
            await self.receive(replace(click_in(body), at=time.time()))
        elif rating := rating_in(body):
            await self.rate(rating)
            return rating.thumb == "up" or body["type"] == "view_submission"  # else its reason is asked for
        elif message := summary_in(body):
            await self.receive(replace(message, at=time.time()))
        elif message := question_in(body, workspace.bot):
            await self.receive(replace(message, at=time.time()))
            return False  # people are to see the question, too
        else:
            return False
        return True


def build_app(intake: Intake, features: Sequence[Feature] = ()) -> AsyncApp:
    """The app as Bolt knows it. What is to last is kept in a middleware: Bolt acknowledges before listeners run."""

    async def take_in(body: dict[str, Any], next: Next) -> BoltResponse | None:  # noqa: A002 - Bolt's name
        try:
            taken = await intake(body)
        except StoreError as error:
            log.warning("not_taken_in", error=type(error).__name__)
            if "command" in body:
                return BoltResponse(status=200, body=error.notice)
            return BoltResponse(status=503, body="")  # Slack brings it again
        except PlatformUnknown as error:
            log.warning("not_for_this_process", reason=str(error))
            return BoltResponse(status=200, body=NOT_HERE if "command" in body else "")
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            # Brought again it would be no better.
            log.warning("payload_unreadable", error=type(error).__name__)
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body="") if taken else await next()

    # Signatures are checked on the raw request, before Bolt reads it. What is taken in needs no leave, which
    # would be refused, and the payload brought again, where it is of a workspace that is not known here.
    app = AsyncApp(
        logger=_muted(),
        authorize=_authorizing(intake.workspaces),
        before_authorize=take_in,
        request_verification_enabled=False,
    )
    for feature in features:
        feature(app, intake.workspaces)
    return app


def _muted() -> logging.Logger:
    """Bolt warns of settings in our environment that it leaves alone, and shows payloads that nobody takes."""
    logger = logging.getLogger("parley.bolt")
    logger.setLevel(logging.ERROR)
    return logger


def _authorizing(workspaces: Workspaces) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(team_id: str | None, **_: Any) -> AuthorizeResult:
        workspace = await workspaces.find(team_id or "")
        await workspace.web.access.ready()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=workspace.team,
            bot_token=workspace.web.client.token,
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot,
        )

    return authorize
