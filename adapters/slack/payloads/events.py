"""Slack's events as messages. All of it is pure: a payload goes in, a message comes out, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.slack.payloads.attached import files_in
from adapters.slack.places import is_direct, tenant_of
from adapters.slack.text import mentioned_in, to_text
from bot.messages import Author, Conversation, IncomingMessage

Payload = Mapping[str, Any]

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes of what a person says; all others tell of something that happened."""


def message_in(body: Payload, bot: str, allowed: frozenset[str] = frozenset()) -> IncomingMessage | None:
    """What was said in an event, by a person and perhaps to the bot, or by a bot that is allowed, and names it.

    People are still called by ids.

    The same words may come as `message` and as `app_mention`; both become the same message.
    """
    event = body.get("event") or {}
    if event.get("type") not in {"message", "app_mention"}:
        return None
    if is_of_person(event, bot):
        return to_message(event, team_of_event(body), bot) if _may_be_meant(event, bot) else None
    if _is_allowed(event, bot, allowed) and bot in mentioned_in(event.get("text") or ""):
        return to_message(event, team_of_event(body), bot)
    return None


def is_of_person(message: Payload, bot: str) -> bool:
    """Whether a person said this, and not an app, or Slack itself."""
    if message.get("subtype") not in _SPOKEN or message.get("bot_id") or message.get("bot_profile"):
        return False
    return bool(message.get("user")) and message["user"] != bot


def _is_allowed(event: Payload, bot: str, allowed: frozenset[str]) -> bool:
    """Whether a bot said this that may ask. The bot itself never may."""
    if event.get("user") == bot or event.get("subtype") not in {*_SPOKEN, "bot_message"}:
        return False
    profile = event.get("bot_profile") or {}
    names = {event.get("bot_id"), event.get("app_id"), profile.get("app_id"), event.get("user")}
    return not allowed.isdisjoint(names)


def stop_in(body: Payload) -> IncomingMessage | None:
    """Slack's own Stop as the command that it stands for."""
    event = body.get("event") or {}
    if event.get("type") != "agent_session_stopped":
        return None
    place = Conversation(tenant_of(team_of_event(body)), event["channel"], event["thread_ts"])
    author = Author(event["user"], event["user"])
    return IncomingMessage(f"stop-{event['event_ts']}", place, author, "!stop")


def to_message(event: Payload, team: str, bot: str) -> IncomingMessage:
    """What was said, as it stands in its channel or thread."""
    tenant, text = tenant_of(team), event.get("text") or ""
    channel, ts, thread = event["channel"], event["ts"], event.get("thread_ts")
    direct = event.get("channel_type") == "im"
    return IncomingMessage(
        id=ts,
        conversation=Conversation(tenant, channel, thread),
        author=_author_of(event),
        text=to_text(text, bot),
        opens=None if thread else Conversation(tenant, channel, ts),
        addressed=direct or bot in mentioned_in(text),
        direct=direct,
        files=files_in(event),
        at=float(ts),
    )


def _author_of(event: Payload) -> Author:
    if not event.get("bot_id"):
        return Author(event["user"], event["user"])
    name = event.get("username") or (event.get("bot_profile") or {}).get("name")
    user = event.get("user") or event["bot_id"]
    return Author(user, name or user, automatic=True)


def team_of_event(body: Payload) -> str:
    """The workspace for which an event came: in a shared channel its author may be of another one."""
    authorizations = body.get("authorizations") or [{}]
    return str(authorizations[0].get("team_id") or body["team_id"])


def _may_be_meant(event: Payload, bot: str) -> bool:
    if event.get("channel_type") == "im":
        return True
    text = event.get("text") or ""
    return bot in mentioned_in(text) or (bool(event.get("thread_ts")) and not is_for_another(text, bot))


def team_of_interaction(body: Payload) -> str:
    """The workspace in which a button or a form of the app's was used; a guest is of another one."""
    view = body.get("view") or {}
    return str(view.get("app_installed_team_id") or body["team"]["id"])


def user_of(body: Payload) -> Author:
    """Who has used a button, a form or a shortcut."""
    user = body["user"]
    return Author(user["id"], user.get("name") or user.get("username") or user["id"])


def thread_of(body: Payload) -> Conversation:
    """The thread of the message on which something was used."""
    message = body["message"]
    tenant = tenant_of(team_of_interaction(body))
    return Conversation(tenant, body["channel"]["id"], message.get("thread_ts") or message["ts"])


def is_for_another(text: str, bot: str) -> bool:
    """Whether this begins with the name of somebody else, and does not name the bot."""
    return text.lstrip().startswith("<@") and bot not in mentioned_in(text)


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
        direct=is_direct(str(body["channel_id"])),
        ticket=body.get("response_url") or "",
        at=at,
    )
