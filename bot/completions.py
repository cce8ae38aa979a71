"""Streaming chat completions with any OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from openai import AsyncOpenAI, AsyncStream

from bot.dialect import Dialects
from bot.errors import AnswerBroken, AnswerFiltered, ModelUnavailable, RequestRefused
from bot.model import Finished, Piece, Prompt
from bot.openai_api import openai_errors
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

    def read(self, chunk: dict[str, Any]) -> str:
        """Take note of the chunk's ends; its text."""
        reported = chunk.get("usage")
        if reported:
            self.usage = _to_usage(reported)
        text = ""
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") or {}
            text += delta.get("content") or delta.get("refusal") or ""
            self.reason = choice.get("finish_reason") or self.reason
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
    dialects: Dialects = field(default_factory=Dialects)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """One request. Raises ModelError; an AnswerBroken if the answer had begun."""
        end, begun = _End(), False
        try:
            with openai_errors():
                async with await self._open(prompt) as stream:
                    async for chunk in stream:
                        text = end.read(_object(chunk))
                        if text:
                            begun = True
                            yield text
        except ModelUnavailable as error:
            # After the finish reason only the usage can be missing: the answer is whole.
            if end.reason is None and begun:
                raise AnswerBroken(BROKEN) from error
            if end.reason is None:
                raise
        yield _finished(end, prompt.model, begun=begun)

    async def _open(self, prompt: Prompt) -> AsyncStream[object]:
        while True:
            try:
                with openai_errors():
                    # `cast_to=object` keeps the chunks plain dicts: a third of the CPU of typed ones.
                    return await self.client.post(
                        "/chat/completions",
                        cast_to=object,
                        body=self.dialects.body(prompt),
                        stream=True,
                        stream_cls=AsyncStream[object],
                    )
            except RequestRefused as refused:
                if not self.dialects.learn(prompt.model, refused):
                    raise


def _object(chunk: object) -> dict[str, Any]:
    """The chunk, if it is a JSON object as it should be. Raises ModelUnavailable."""
    if isinstance(chunk, dict):
        return chunk
    raise ModelUnavailable("The model sent something unreadable. Please try again.")


def _finished(end: _End, model: str, *, begun: bool) -> Finished:
    if end.reason is None and begun:
        raise AnswerBroken(BROKEN)
    if end.reason is None:
        raise ModelUnavailable("The model ended its answer before it began. Please try again.")
    if end.reason == "content_filter":
        raise AnswerFiltered(
            "The provider's content filter stopped the answer. Nothing of it was kept; please put the question "
            "another way."
        )
    return Finished("length" if end.reason == "length" else "complete", model, end.usage)


def _to_usage(reported: dict[str, Any]) -> Usage:
    details = reported.get("prompt_tokens_details") or {}
    return Usage(
        prompt=reported.get("prompt_tokens") or 0,
        completion=reported.get("completion_tokens") or 0,
        cached=details.get("cached_tokens") or 0,
    )
