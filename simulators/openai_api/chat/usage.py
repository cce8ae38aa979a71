"""What a request costs, the simulated prompt cache included."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from simulators.openai_api.chat.messages import Message
from simulators.openai_api.chat.reply import Reply
from simulators.openai_api.chat.request import ChatRequest
from simulators.openai_api.tokens import IMAGE_TOKENS, MESSAGE_TOKENS, PROMPT_TOKENS, count_tokens, tokens_of

CACHED_FROM = 1024
CACHED_STEP = 128
_BLOCKS_KEPT = 65_536


@dataclass(slots=True)
class PromptCache:
    """Remembers the beginnings of prompts, as OpenAI does: exact, from 1,024 tokens, in steps of 128.

    A beginning is kept as a chain of hashes, one a step; the oldest are forgotten beyond 65,536 steps.
    Requests with another `prompt_cache_key` do not see it, as if another machine had answered.
    """

    blocks: OrderedDict[int, None] = field(default_factory=OrderedDict)

    def cached_tokens(self, request: ChatRequest) -> int:
        """How much of the prompt was seen before; remembers the whole of it."""
        if prompt_tokens(request) < CACHED_FROM:
            return 0
        known, unbroken = 0, True
        for place, block in enumerate(_blocks_of(request), start=1):
            unbroken = unbroken and block in self.blocks
            known = place if unbroken else known
            self.blocks[block] = None
            self.blocks.move_to_end(block)
        while len(self.blocks) > _BLOCKS_KEPT:
            self.blocks.popitem(last=False)
        return known * CACHED_STEP if known * CACHED_STEP >= CACHED_FROM else 0


def prompt_tokens(request: ChatRequest) -> int:
    """What the prompt costs, by the rule in `simulators.openai_api.tokens`."""
    tools = count_tokens(request.tools_json) if request.tools_json else 0
    return PROMPT_TOKENS + tools + sum(_cost(message) for message in request.messages)


def usage_of(request: ChatRequest, reply: Reply, cached: int) -> dict[str, Any]:
    """The `usage` of an answer."""
    prompt = prompt_tokens(request)
    details = {"reasoning_tokens": 0, "audio_tokens": 0}
    predictions = {"accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": reply.tokens,
        "total_tokens": prompt + reply.tokens,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": details | predictions,
    }


def _cost(message: Message) -> int:
    return MESSAGE_TOKENS + count_tokens(message.text) + IMAGE_TOKENS * len(message.images)


def _blocks_of(request: ChatRequest) -> Iterator[int]:
    chain = hash((request.model, request.cache_key))
    tokens = list(_prompt(request))
    for end in range(CACHED_STEP, len(tokens) + 1, CACHED_STEP):
        chain = hash((chain, *tokens[end - CACHED_STEP : end]))
        yield chain


def _prompt(request: ChatRequest) -> Iterator[str]:
    yield from tokens_of(request.tools_json)
    for message in request.messages:
        yield from ("<start>", message.role, message.name or "", "<text>")
        yield from tokens_of(message.text)
        for image in message.images:
            yield from [f"<image {crc32(image.encode())}>"] * IMAGE_TOKENS
