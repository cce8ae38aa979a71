"""`assistant.threads.*` and `agents.sessions.*`: what is shown around a thread while the app works."""

from collections.abc import Mapping
from typing import Any

from simulators.slack_api.channels import Channel, Session
from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.refusals import Refusal, invalid_arguments

STATUSES = ("active", "processing", "suspended", "closed")
_MOST_LOADING = 10
_MOST_PROMPTS = 4
_MOST_TITLE = 200
_STOP = "agent_session_stopped"
_NO_STOP = "missing_agent_session_stopped_event_subscription"


def set_status(invocation: Invocation) -> Answer:
    """Say what is going on in a thread (https://docs.slack.dev/reference/methods/assistant.threads.setStatus)."""
    channel, thread = _thread_of(invocation)
    if not invocation.arguments.has("status"):
        raise invalid_arguments("missing required field: status")
    loading = invocation.arguments.structure("loading_messages") or []
    if not isinstance(loading, list) or len(loading) > _MOST_LOADING:
        raise invalid_arguments(
            f"no more than {_MOST_LOADING} items allowed [json-pointer:/loading_messages]"
        )
    channel.show_status(thread, invocation.arguments.text("status"))
    return {}


def set_title(invocation: Invocation) -> Answer:
    """Name an assistant thread (https://docs.slack.dev/reference/methods/assistant.threads.setTitle)."""
    channel, thread = _thread_of(invocation)
    channel.titles[thread] = invocation.arguments.needed("title")
    channel.changes.tell()
    return {}


def set_prompts(invocation: Invocation) -> Answer:
    """Offer what could be asked (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts)."""
    channel = _channel(invocation)
    thread = invocation.thread(channel, error="invalid_thread_ts") or ""
    prompts = invocation.arguments.structure("prompts")
    if not isinstance(prompts, list) or not 0 < len(prompts) <= _MOST_PROMPTS:
        raise invalid_arguments(f"from 1 to {_MOST_PROMPTS} items allowed [json-pointer:/prompts]")
    if not all(_is_prompt(prompt) for prompt in prompts):
        raise invalid_arguments("each prompt needs a title and a message [json-pointer:/prompts]")
    if invocation.slack.app.agent and thread:
        return {}  # "Including it in a call for an agent app will cause the call to silently fail."
    channel.prompts[thread] = {"title": invocation.arguments.text("title"), "prompts": prompts}
    channel.changes.tell()
    return {}


def set_session_status(invocation: Invocation) -> Answer:
    """Say whether the agent works (https://docs.slack.dev/reference/methods/agents.sessions.setStatus)."""
    channel, thread = _thread_of(invocation)
    if not invocation.slack.app.agent:
        # "Only apps declared as agents in the app settings can create sessions"; the error is as people report it.
        raise Refusal("not_authorized")
    arguments, status = invocation.arguments, invocation.arguments.needed("status")
    if status not in STATUSES:
        raise invalid_arguments(f"must be one of {', '.join(STATUSES)} [json-pointer:/status]")
    if len(arguments.text("title")) > _MOST_TITLE:
        raise invalid_arguments(f"must be less than {_MOST_TITLE + 1} characters [json-pointer:/title]")
    initiator = arguments.text("initiator_user_id")
    if initiator and initiator not in channel.members:
        raise Refusal("user_not_found")
    session = set_session(channel, thread, status, (arguments.text("title"), initiator))
    answer: Answer = {"status": status, "agent_status": status, "title": session.title}
    if _STOP in invocation.slack.app.subscriptions:
        return answer
    return {**answer, "warning": _NO_STOP, "response_metadata": {"warnings": [_NO_STOP]}}


def set_session(channel: Channel, thread: str, status: str, beginning: tuple[str, str] = ("", "")) -> Session:
    """Let a session have a status; its title and who began it are kept from when it began."""
    session = channel.sessions.setdefault(thread, Session(status, *beginning))
    session.status = status
    channel.changes.tell()
    return session


def _thread_of(invocation: Invocation) -> tuple[Channel, str]:
    channel = _channel(invocation)
    invocation.arguments.needed("thread_ts")
    thread = invocation.thread(channel, error="invalid_thread_ts")
    return channel, thread or ""


def _channel(invocation: Invocation) -> Channel:
    channel = invocation.channel("channel_id")
    if invocation.team.bot_user_id not in channel.members:
        raise Refusal("channel_not_found")
    return channel


def _is_prompt(prompt: Any) -> bool:
    return isinstance(prompt, Mapping) and all(
        isinstance(prompt.get(name), str) and prompt[name] for name in ("title", "message")
    )
