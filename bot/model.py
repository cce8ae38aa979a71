"""The model as the engine sees it: one method that yields text."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.usage import Usage

ChatMessage = Mapping[str, Any]
"""One message in the form of the chat completions endpoint."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked."""

    messages: tuple[ChatMessage, ...]
    model: str
    reply_tokens: int
    temperature: float | None = None
    user: str = ""
    """A hash that stands for the author, for the provider's abuse detection (at most 64 characters)."""
    conversation: str = ""
    """A hash that stands for the conversation, so that its prompts meet the same cache."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The model is not to be had right now; it is asked again in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Begun:
    """The request was accepted: from here on the answer costs what this model costs.

    Without a model: what was accepted before came to nothing, and is not to be paid.
    """

    model: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is complete, or was cut: by the limit of reply tokens, or by the provider's filter."""

    reason: Literal["complete", "length", "filtered"]
    usage: Usage | None = None
    """None if the provider reported none."""


Piece = str | Waiting | Begun | Finished


class Model(Protocol):
    """Answers prompts."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """The answer as it grows, then Finished, exactly once and last. Raises ModelError.

        A ModelUnavailable is raised only before the first text; after it a broken stream is an AnswerBroken.
        """
