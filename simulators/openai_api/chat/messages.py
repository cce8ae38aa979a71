"""The messages of a chat request, checked as strictly as the real service checks them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from simulators.openai_api.errors import ApiError, bad_request

_ROLES = ("system", "assistant", "user", "function", "tool", "developer")
_KEYS = {"role", "content", "name", "refusal", "tool_calls", "tool_call_id", "audio", "function_call"}
_NAME = re.compile(r"[^\s<|\\/>]{1,64}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the prompt: its parts' text in one piece, and its images' addresses."""

    role: str
    text: str
    name: str | None = None
    images: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    """The ids of the tool calls in an assistant's message."""
    answers: str | None = None
    """The id of the tool call that a tool's message is for."""


def messages_of(raw: Any, *, compatible: bool = False) -> tuple[Message, ...]:
    """The messages in `messages`; ApiError names the first wrong one. Old servers know no developer."""
    if raw is None:
        raise bad_request("Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
    if not isinstance(raw, list):
        raise _wrong_type("messages", "an array of objects", raw)
    if not raw:
        text = "Expected an array with minimum length 1, but got an empty array instead."
        raise bad_request(f"Invalid 'messages': empty array. {text}", "messages", "empty_array")
    roles = _ROLES[:-1] if compatible else _ROLES
    messages = tuple(_message_of(f"messages[{place}]", item, roles) for place, item in enumerate(raw))
    _check_tool_order(messages)
    return messages


def _message_of(place: str, raw: Any, roles: Sequence[str]) -> Message:
    if not isinstance(raw, dict):
        raise _wrong_type(place, "an object", raw)
    role = raw.get("role")
    if not isinstance(role, str) or role not in roles:
        known = ", ".join(f"'{name}'" for name in roles)
        raise bad_request(
            f"Invalid value: {role!r}. Supported values are: {known}.", f"{place}.role", "invalid_value"
        )
    for key in raw.keys() - _KEYS:
        raise bad_request(f"Unknown parameter: '{place}.{key}'.", f"{place}.{key}", "unknown_parameter")
    _check_name(place, raw.get("name"))
    calls = _calls_of(place, raw) if role == "assistant" else ()
    text, images = _content_of(place, raw, needed=not calls)
    answers = _text(f"{place}.tool_call_id", raw.get("tool_call_id")) if role == "tool" else None
    called = orjson.dumps(raw["tool_calls"]).decode() if calls else ""
    return Message(role, text + called, raw.get("name"), images, calls, answers)


def _check_name(place: str, name: Any) -> None:
    if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
        pattern = r"Expected a string that matches the pattern '^[^\s<|\\/>]+$'."
        raise bad_request(f"Invalid '{place}.name'. {pattern}", f"{place}.name", "invalid_value")


def _content_of(place: str, raw: Mapping[str, Any], *, needed: bool) -> tuple[str, tuple[str, ...]]:
    content = raw.get("content")
    if content is None and not needed:
        return "", ()
    if isinstance(content, str):
        return content, ()
    if not isinstance(content, list) or not content:
        found = "null" if content is None else type(content).__name__
        message = f"Invalid value for 'content': expected a string, got {found}."
        raise bad_request(message, f"{place}.content", "invalid_type")
    parts = [_part_of(f"{place}.content[{n}]", part, raw["role"]) for n, part in enumerate(content)]
    return "\n".join(text for text, _ in parts if text), tuple(image for _, image in parts if image)


def _part_of(place: str, part: Any, role: str) -> tuple[str, str]:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind == "text":
        return _text(f"{place}.text", part.get("text")), ""
    if kind == "image_url" and role == "user":
        image = part.get("image_url")
        return "", _text(f"{place}.image_url.url", image.get("url") if isinstance(image, dict) else None)
    if kind == "image_url":
        raise bad_request(
            "Image URLs are only allowed for messages with role 'user'.", place, "invalid_value"
        )
    known = "'text' and 'image_url'"
    raise bad_request(f"Invalid value: {kind!r}. Supported values are: {known}.", place, "invalid_value")


def _calls_of(place: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    calls = raw.get("tool_calls")
    if calls is None:
        return ()
    if not isinstance(calls, list) or not calls:
        raise _wrong_type(f"{place}.tool_calls", "a non-empty array of objects", calls)
    ids = []
    for number, call in enumerate(calls):
        here = f"{place}.tool_calls[{number}]"
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or call.get("type") != "function":
            raise _wrong_type(here, "an object of type 'function'", call)
        _text(f"{here}.function.name", function.get("name"))
        _text(f"{here}.function.arguments", function.get("arguments"))
        ids.append(_text(f"{here}.id", call.get("id")))
    return tuple(ids)


def _check_tool_order(messages: Sequence[Message]) -> None:
    """Every tool call is answered at once, and nothing else is."""
    open_calls: set[str] = set()
    for place, message in enumerate(messages):
        if message.role == "tool" and message.answers not in open_calls:
            text = "messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
            raise bad_request(f"Invalid parameter: {text}", f"messages[{place}].role")
        if message.role == "tool":
            open_calls.discard(message.answers or "")
            continue
        _check_answered(open_calls, place)
        open_calls = set(message.calls)
    _check_answered(open_calls, len(messages) - 1)


def _check_answered(open_calls: set[str], place: int) -> None:
    if open_calls:
        text = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each one."
        )
        raise bad_request(f"{text} Missing: {', '.join(sorted(open_calls))}", f"messages[{place}].role")


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(place, "a string", value)
    return value


def _wrong_type(place: str, expected: str, found: Any) -> ApiError:
    got = "null" if found is None else type(found).__name__
    return bad_request(
        f"Invalid type for '{place}': expected {expected}, but got {got} instead.", place, "invalid_type"
    )


Responder = Callable[[Sequence[Message], str], str]
"""Given the messages and the model's name, the text of the reply; called in the event loop, so quick."""
