"""A chat request that has passed every check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulators.openai_api.chat.messages import Message, messages_of
from simulators.openai_api.chat.rules import check_fields, check_model_limits, check_values
from simulators.openai_api.errors import bad_request

_TOOL_FIELDS = {"name", "description", "parameters", "strict"}


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a chat request asks for. `tools_json` is the tools' part of the prompt, byte for byte."""

    model: str
    messages: tuple[Message, ...]
    stream: bool
    usage_in_stream: bool
    obfuscation: bool
    limit: int | None
    stops: tuple[str, ...]
    tools: tuple[str, ...]
    tools_json: str
    forced_tool: str | None
    may_call: bool
    cache_key: str


def chat_request_of(body: Mapping[str, Any], model: str, *, compatible: bool) -> ChatRequest:
    """The request in `body`; ApiError as the service would answer a wrong one."""
    check_fields(body, compatible=compatible)
    check_values(body)
    if not compatible:
        check_model_limits(body, model)
    tools = _tools_of(body)
    options = body.get("stream_options") or {}
    stop = body.get("stop") or ()
    return ChatRequest(
        model=model,
        messages=messages_of(body.get("messages"), compatible=compatible),
        stream=bool(body.get("stream")),
        usage_in_stream=bool(options.get("include_usage")),
        obfuscation=bool(options.get("include_obfuscation", not compatible)),
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        stops=(stop,) if isinstance(stop, str) else tuple(stop),
        tools=tools,
        tools_json=orjson.dumps(body["tools"]).decode() if tools else "",
        forced_tool=_forced_tool(body.get("tool_choice"), tools),
        may_call=body.get("tool_choice") != "none",
        cache_key=body.get("prompt_cache_key") or "",
    )


def _tools_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    raw = body.get("tools")
    if raw is None:
        return ()
    if not isinstance(raw, list) or not raw:
        text = "Invalid 'tools': empty array. Expected an array with minimum length 1."
        raise bad_request(text, "tools", "empty_array")
    return tuple(_tool_name(f"tools[{place}]", tool) for place, tool in enumerate(raw))


def _tool_name(place: str, tool: Any) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or tool.get("type") != "function":
        raise bad_request(f"Missing required parameter: '{place}.function'.", f"{place}.function")
    for field in sorted(function.keys() - _TOOL_FIELDS):
        path = f"{place}.function.{field}"
        raise bad_request(f"Unknown parameter: '{path}'.", path, "unknown_parameter")
    name = function.get("name")
    if not isinstance(name, str) or not name.replace("-", "_").isidentifier():
        path = f"{place}.function.name"
        raise bad_request(f"Invalid '{path}': string does not match pattern.", path, "invalid_value")
    return name


def _forced_tool(choice: Any, tools: tuple[str, ...]) -> str | None:
    if choice in (None, "none", "auto"):
        return None
    if not tools:
        text = "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified."
        raise bad_request(text, "tool_choice")
    if choice == "required":
        return tools[0]
    function = choice.get("function") if isinstance(choice, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if name not in tools:
        raise bad_request(f"Tool choice {name!r} not found in 'tools' parameter.", "tool_choice")
    return str(name)
