"""What the simulator answers to a chat request: text in tokens, a refusal, or tool calls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from simulators.openai_api.behaviour import Behaviour
from simulators.openai_api.chat.messages import Responder
from simulators.openai_api.chat.request import ChatRequest
from simulators.openai_api.tokens import filler, tokens_of

_CALL = re.compile(r"^(?:[^\n:]{1,40}: )?call ([\w-]+)[ \t]*(\S.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of one tool, with its arguments as tokens of JSON."""

    id: str
    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One choice: the tokens of its text, or of its refusal, or tool calls."""

    finish_reason: str
    text: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()
    calls: tuple[ToolCall, ...] = ()

    @property
    def tokens(self) -> int:
        """What the reply costs."""
        called = sum(1 + len(call.arguments) for call in self.calls)
        return len(self.text) + len(self.refusal) + called


def reply_to(request: ChatRequest, behaviour: Behaviour, responder: Responder) -> Reply:
    """The reply, cut where the request's limit or stop sequences say."""
    if behaviour.refusal is not None:
        return Reply(behaviour.finish_reason or "stop", refusal=tuple(tokens_of(behaviour.refusal)))
    calls = tuple(_calls(request))
    if calls and behaviour.answer is None and behaviour.reply_tokens is None:
        return Reply(behaviour.finish_reason or "tool_calls", calls=calls)
    text = _text(request, behaviour, responder)
    cut = request.limit is not None and len(text) > request.limit
    return Reply(behaviour.finish_reason or ("length" if cut else "stop"), text=text[: request.limit])


def _text(request: ChatRequest, behaviour: Behaviour, responder: Responder) -> tuple[str, ...]:
    if behaviour.answer is None and behaviour.reply_tokens is not None:
        return filler(behaviour.reply_tokens)
    text = responder(request.messages, request.model) if behaviour.answer is None else behaviour.answer
    for stop in request.stops:
        text = text.partition(stop)[0]
    return tuple(tokens_of(text))


def _calls(request: ChatRequest) -> Iterator[ToolCall]:
    """The calls that the last message, if it is a person's, asks for; each on a line `call NAME {json}`."""
    last = request.messages[-1]
    if last.role != "user" or not request.tools or not request.may_call:
        return
    asked = [found for found in _CALL.findall(last.text) if found[0] in request.tools]
    if not asked and request.forced_tool is not None:
        asked = [(request.forced_tool, "")]
    for place, (name, arguments) in enumerate(asked):
        number = len(request.messages) * 100 + place
        yield ToolCall(f"call_{number:024d}", name, tuple(tokens_of(arguments or "{}")))


def deltas_of(reply: Reply) -> list[bytes]:
    """The `delta` of every chunk, the role's first, then one a token."""
    if reply.calls:
        return [orjson.dumps({"role": "assistant", "content": None}), *_call_deltas(reply)]
    if reply.refusal:
        first = {"role": "assistant", "content": None, "refusal": ""}
        return [orjson.dumps(first), *(orjson.dumps({"refusal": token}) for token in reply.refusal)]
    # Thousands of streams send the same words: only the word is encoded, not the object around it.
    first = {"role": "assistant", "content": "", "refusal": None}
    return [orjson.dumps(first), *(b'{"content":' + orjson.dumps(token) + b"}" for token in reply.text)]


def _call_deltas(reply: Reply) -> Iterator[bytes]:
    for index, call in enumerate(reply.calls):
        function = {"name": call.name, "arguments": ""}
        opening = {"index": index, "id": call.id, "type": "function", "function": function}
        yield orjson.dumps({"tool_calls": [opening]})
        for token in call.arguments:
            yield orjson.dumps({"tool_calls": [{"index": index, "function": {"arguments": token}}]})


def message_of(reply: Reply) -> dict[str, Any]:
    """The reply as one message, for an answer in one piece."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(reply.text), "refusal": None}
    if reply.refusal:
        message |= {"content": None, "refusal": "".join(reply.refusal)}
    if reply.calls:
        message |= {"content": None, "tool_calls": [_whole(call) for call in reply.calls]}
    return message


def _whole(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": "".join(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}
