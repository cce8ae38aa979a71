"""Slack's events as messages. All of it is pure: a payload goes in, a message comes out, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.attached import files_in
from adapters.slack.places import tenant_of
from adapters.slack.text import mentioned_in, to_text
from bot.messages import Author, Conversation, IncomingMessage

Payload = Mapping[str, Any]

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of what a person says; all others tell of something that happened."""


def message_in(body: Payload, bot: str) -> IncomingMessage | None:
    """What was said in an event, if it was said by a person, and perhaps to the bot. People are still called by ids.

    The same words may come as `message` and as `app_mention`; both become the same message.
    """
    event = body.get("event") or {}
    if event.get("type") not in {"message", "app_mention"} or event.get("subtype") not in _SPOKEN:
        return None
    if not event.get("user") or event.get("bot_id") or event.get("bot_profile") or event["user"] == bot:
        return None
    return _to_message(event, team_of_event(body), bot) if _may_be_meant(event, bot) else None


def stop_in(body: Payload) -> IncomingMessage | None:
    """Slack's own Stop as the command that it stands for."""
    event = body.get("event") or {}
    if event.get("type") != "agent_session_stopped":
        return None
    place = Conversation(tenant_of(team_of_event(body)), event["channel"], event["thread_ts"])
    author = Author(event["user"], event["user"])
    return IncomingMessage(f"stop-{event['event_ts']}", place, author, "!stop")


def _to_message(event: Payload, team: str, bot: str) -> IncomingMessage:
    tenant, text = tenant_of(team), event.get("text") or ""
    channel, ts, thread = event["channel"], event["ts"], event.get("thread_ts")
    direct = event.get("channel_type") == "im"
    return IncomingMessage(
        id=ts,
        conversation=Conversation(tenant, channel, thread),
        author=Author(event["user"], event["user"]),
        text=to_text(text, bot),
        opens=None if thread else Conversation(tenant, channel, ts),
        addressed=direct or bot in mentioned_in(text),
        direct=direct,
        files=files_in(event),
        at=float(ts),
    )


def team_of_event(body: Payload) -> str:
    """The workspace for which an event came: in a shared channel its author may be of another one."""
    authorizations = body.get("authorizations") or [{}]
    return str(authorizations[0].get("team_id") or body["team_id"])


def _may_be_meant(event: Payload, bot: str) -> bool:
    if event.get("channel_type") == "im":
        return True
    text = event.get("text") or ""
    if bot in mentioned_in(text):
        return True
    # Who begins with the name of somebody else is not speaking to the bot.
    return bool(event.get("thread_ts")) and not text.lstrip().startswith("<@")


def command_in(body: Payload, prefix: str, at: float = 0.0) -> IncomingMessage:
    """A slash command as a message: its text is the command, without the prefix that the workspace gives it.

    Slack does not say when it was typed, so whoever heard it does.
    """
    name = str(body["command"]).removeprefix("/").removeprefix(prefix)
    text = f"/{name} {body.get('text') or ''}".strip()
    return IncomingMessage(
        id=f"command-{body['trigger_id']}",
        conversation=Conversation(tenant_of(body["team_id"]), body["channel_id"]),
        author=Author(body["user_id"], body.get("user_name") or body["user_id"]),
        text=text,
        direct=str(body["channel_id"]).startswith("D"),
        ticket=body.get("response_url") or "",
        at=at,
    )
