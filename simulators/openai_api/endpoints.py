"""The endpoints of the OpenAI API: from a checked call to the answer on the wire."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from simulators.openai_api.behaviour import Fault
from simulators.openai_api.chat.chunks import Head, frames_of
from simulators.openai_api.chat.pace import Pace
from simulators.openai_api.chat.reply import Reply, message_of, reply_to
from simulators.openai_api.chat.request import ChatRequest, chat_request_of
from simulators.openai_api.chat.stream import Stream, break_off, until
from simulators.openai_api.chat.usage import usage_of
from simulators.openai_api.embeddings import embed
from simulators.openai_api.errors import ApiError, bad_request, error_body, model_not_found
from simulators.openai_api.models import EVERY_MODEL, check_model, model_json
from simulators.openai_api.moderation import moderate
from simulators.openai_api.service import Service


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its JSON (None: unreadable), its fault, and when it came by the loop's clock."""

    request: web.Request
    body: Mapping[str, Any] | None
    fault: Fault | None
    arrived: float

    @property
    def fields(self) -> Mapping[str, Any]:
        """The JSON object of the body. ApiError if it is none."""
        if self.body is None:
            raise bad_request("We could not parse the JSON body of your request.")
        return self.body


Work = Callable[[Service, Call], Awaitable[web.StreamResponse]]


async def chat(service: Service, call: Call) -> web.StreamResponse:
    """`POST /v1/chat/completions`, as a stream or in one piece."""
    model = check_model(call.fields.get("model"), service.models, "chat")
    request = chat_request_of(call.fields, model, compatible=service.compatible)
    behaviour = service.behaviour
    reply = reply_to(request, behaviour, service.responder)
    usage = usage_of(request, reply, service.cache.cached_tokens(request))
    head = _head_of(request, next(service.numbers))
    pace = Pace(call.arrived + behaviour.first_token, behaviour.tokens_per_second)
    if request.stream:
        frames = frames_of(head, reply, usage, empty_deltas=behaviour.empty_deltas)
        return await Stream(head, frames, pace).send(call.request, call.fault)
    return await _in_one_piece(call, _completion(head, reply, usage), pace.time_of(reply.tokens))


async def moderations(service: Service, call: Call) -> web.StreamResponse:
    """`POST /v1/moderations`; older compatible servers have none."""
    if service.compatible:
        raise _unknown_address(call.request)
    model = check_model(call.fields.get("model") or "omni-moderation-latest", service.models, "moderations")
    answer = moderate(call.fields, model, service.flagged_words)
    return await _in_one_piece(call, answer, call.arrived + service.behaviour.moderation_latency)


async def embeddings(service: Service, call: Call) -> web.StreamResponse:
    """`POST /v1/embeddings`."""
    model = check_model(call.fields.get("model"), service.models, "embeddings")
    answer = embed(call.fields, model)
    return await _in_one_piece(call, answer, call.arrived + service.behaviour.embedding_latency)


async def list_models(service: Service, call: Call) -> web.StreamResponse:
    """`GET /v1/models`."""
    data = [model_json(name) for name in service.models if name != EVERY_MODEL]
    return await _in_one_piece(call, {"object": "list", "data": data}, call.arrived)


async def one_model(service: Service, call: Call) -> web.StreamResponse:
    """`GET /v1/models/{id}`."""
    name = call.request.match_info["model"]
    if name not in service.models and EVERY_MODEL not in service.models:
        raise model_not_found(name)
    return await _in_one_piece(call, model_json(name), call.arrived)


async def unknown(_service: Service, call: Call) -> web.StreamResponse:
    """Every other address."""
    raise _unknown_address(call.request)


def _head_of(request: ChatRequest, number: int) -> Head:
    name = f"chatcmpl-{number:024d}"
    return Head(name, int(time.time()), request.model, request.usage_in_stream, request.obfuscation)


def _completion(head: Head, reply: Reply, usage: dict[str, Any]) -> dict[str, Any]:
    choice = {
        "index": 0,
        "message": message_of(reply),
        "logprobs": None,
        "finish_reason": reply.finish_reason,
    }
    return head.json("chat.completion") | {"choices": [choice], "usage": usage}


async def _in_one_piece(call: Call, answer: dict[str, Any], due: float) -> web.StreamResponse:
    if call.fault is not None:
        await break_off(call.request, call.fault)
    await until(due)
    body = orjson.dumps(_changed(answer, call.fault))
    if call.fault is not None and call.fault.kind == "malformed":
        body = body[: len(body) // 2]
    return web.Response(body=body, content_type="application/json")


def _changed(answer: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """The answer as the fault leaves it."""
    if fault is not None and fault.kind == "stream_error":
        message = fault.message or "The server had an error while processing your request."
        return error_body(message, "server_error", code=fault.code)
    if fault is None or fault.kind != "clean_end":
        return answer
    if "choices" in answer:
        return answer | {"choices": [choice | {"finish_reason": None} for choice in answer["choices"]]}
    return answer | {name: [] for name in ("results", "data") if name in answer}


def _unknown_address(request: web.Request) -> ApiError:
    return ApiError(404, f"Invalid URL ({request.method} {request.path})", "unknown_url")
