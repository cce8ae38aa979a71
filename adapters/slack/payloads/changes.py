"""Messages that their authors changed or deleted, as messages that say so. All of it is pure."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack.payloads.events import Payload, is_for_another, is_of_person, team_of_event, to_message
from bot.messages import IncomingMessage


def change_in(body: Payload, bot: str) -> IncomingMessage | None:
    """What a person made of an earlier message; nothing where Slack only drew it anew, such as with a preview."""
    event = body.get("event") or {}
    before, now = event.get("previous_message") or {}, event.get("message") or {}
    if event.get("type") != "message":
        return None
    # What begins a thread with replies stays there as a stone when it is deleted.
    if event.get("subtype") == "message_deleted" or now.get("subtype") == "tombstone":
        return _changed(body, before, bot, deleted=True)
    # Slack draws messages anew as well, such as with a preview of a link.
    edited = event.get("subtype") == "message_changed" and now.get("edited") and _said(before) != _said(now)
    direct = event.get("channel_type") == "im"
    if edited and (direct or not is_for_another(now.get("text") or "", bot)):
        return _changed(body, now, bot, deleted=False)
    return None


def _changed(body: Payload, spoken: Payload, bot: str, *, deleted: bool) -> IncomingMessage | None:
    if not is_of_person(spoken, bot):
        return None
    event, ts = body["event"], spoken["ts"]
    # Once it has replies, what began a thread names itself as its beginning.
    thread = None if spoken.get("thread_ts") == ts else spoken.get("thread_ts")
    place = {"channel": event["channel"], "channel_type": event.get("channel_type"), "thread_ts": thread}
    message = to_message({**spoken, **place}, team_of_event(body), bot)
    change = f"deleted-{ts}" if deleted else f"changed-{ts}-{event['ts']}"
    return replace(message, id=change, changes=ts, changed_at=float(event["ts"]), deleted=deleted)


def _said(message: Payload) -> tuple[str, tuple[str, ...]]:
    return message.get("text") or "", tuple(file["id"] for file in message.get("files") or ())
