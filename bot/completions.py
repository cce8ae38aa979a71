"""Streaming chat completions with any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from openai import AsyncOpenAI, AsyncStream

from bot.dialect import Dialect, dialect_of
from bot.errors import AnswerBroken, ModelUnavailable, RequestRefused
from bot.model import Begun, Finished, Piece, Prompt
from bot.openai_api import UNREADABLE, openai_errors
from bot.unicode import ends_halfway, well_formed
from bot.usage import Usage

BROKEN = "The answer broke off on its way here. Nothing of it was kept; `retry` asks again."


@dataclass(slots=True)
class _End:
    """What the last chunks of a stream say."""

    reason: str | None = None
    usage: Usage | None = None
    half: str = ""
    """A character whose second half comes with the next chunk."""

    def read(self, chunk: object) -> str:
        """Take note of the chunk's ends; its text. Raises ModelUnavailable for what is no chunk."""
        if not isinstance(chunk, dict):
            raise ModelUnavailable(UNREADABLE)
        if isinstance(chunk.get("usage"), dict):
            self.usage = _to_usage(chunk["usage"])
        text = ""
        for choice in _dicts(chunk.get("choices")):
            delta = choice.get("delta")
            if isinstance(delta, dict):
                text += _text_of(delta.get("content")) or _text_of(delta.get("refusal"))
            self.reason = _text_of(choice.get("finish_reason")) or self.reason
        return self._whole(text)

    def _whole(self, text: str) -> str:
        text, self.half = self.half + text, ""
        if ends_halfway(text):
            text, self.half = text[:-1], text[-1]
        return well_formed(text)


@dataclass(frozen=True, slots=True)
class Completions:
    """A Model behind the chat completions endpoint."""

    client: AsyncOpenAI
    dialects: dict[str, Dialect] = field(default_factory=dict)
    """What each model was found to take, for the life of the process."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """One request. Raises ModelError; an AnswerBroken if the answer had begun."""
        end, begun = _End(), False
        try:
            with openai_errors():
                async with await self._open(prompt) as stream:
                    yield Begun(prompt.model)
                    async for chunk in stream:
                        text = end.read(chunk)
                        if text:
                            begun = True
                            yield text
        except ModelUnavailable as error:
            # After the finish reason only the usage can be missing: the answer is whole.
            if end.reason is None and begun:
                raise AnswerBroken(BROKEN) from error
            if end.reason is None:
                raise
        yield _finished(end, begun=begun)

    async def _open(self, prompt: Prompt) -> AsyncStream[object]:
        dialect = self.dialects.get(prompt.model) or dialect_of(prompt.model)
        while True:
            try:
                stream = await self._post(dialect.body(prompt))
            except RequestRefused as refused:
                learned = dialect.without(refused)
                if learned is None:
                    raise
                dialect = learned
            else:
                # Kept only now: a refusal may repeat what a person wrote, and must not teach anything by itself.
                self.dialects[prompt.model] = dialect
                return stream

    async def _post(self, body: dict[str, Any]) -> AsyncStream[object]:
        with openai_errors():
            # `cast_to=object` keeps the chunks plain dicts: a third of the CPU of typed ones.
            return await self.client.post(
                "/chat/completions", cast_to=object, body=body, stream=True, stream_cls=AsyncStream[object]
            )


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text_of(content: object) -> str:
    """The text of a delta's content: a string, or with some servers a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in _dicts(content) if isinstance(part.get("text"), str))


# Beside OpenAI's own words: Mistral's and vLLM's for the limit, DeepSeek's and vLLM's for a failure.
_CUT = {"length", "max_tokens", "model_length"}
_FAILED = {"error", "abort", "insufficient_system_resource"}


def _finished(end: _End, *, begun: bool) -> Finished:
    if (end.reason is None or end.reason in _FAILED) and begun:
        raise AnswerBroken(BROKEN)
    if end.reason is None or end.reason in _FAILED:
        raise ModelUnavailable("The model ended its answer before it began. Please try again.")
    if end.reason == "content_filter":
        return Finished("filtered", end.usage)
    return Finished("length" if end.reason in _CUT else "complete", end.usage)


def _to_usage(reported: dict[str, Any]) -> Usage:
    details = reported.get("prompt_tokens_details")
    prompt = _number(reported.get("prompt_tokens"))
    return Usage(
        prompt=prompt,
        completion=_number(reported.get("completion_tokens")),
        cached=min(_number(details.get("cached_tokens")), prompt) if isinstance(details, dict) else 0,
    )


_MOST_TOKENS = 10**9
"""Of one answer; more is nonsense, and Redis adds up only 64 bits."""


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 <= value < _MOST_TOKENS else 0
