"""The moderation endpoint: what it says of a question's text and images."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from openai import AsyncOpenAI
from openai.types import Moderation as Judgement
from openai.types import ModerationCreateResponse

from bot.errors import ModelUnavailable
from bot.messages import Image
from bot.openai_api import openai_errors
from bot.retry import Retries
from bot.together import together

PIECE = 10_000
"""Characters judged together: long texts are judged more accurately in pieces (OpenAI's moderation guide)."""
OVERLAP = 200
"""Characters that two pieces share, so that nothing hides on a border."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the endpoint found: the flagged categories, and every category's highest score (0 to 1)."""

    categories: tuple[str, ...] = ()
    scores: tuple[tuple[str, float], ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether anything was flagged."""
        return bool(self.categories)


@dataclass(frozen=True, slots=True)
class Moderation:
    """Asks the endpoint, with retries."""

    client: AsyncOpenAI
    model: str
    retries: Retries

    async def judge(self, text: str, images: tuple[Image, ...] = ()) -> Verdict:
        """The verdict on all of it together. Raises ModelError if any part could not be judged."""
        inputs: list[Any] = [pieces_of(text)] if text.strip() else []
        # The endpoint takes one image a request.
        inputs += [[{"type": "image_url", "image_url": {"url": image.url}}] for image in images]
        found = await together(*(self.retries.call(partial(self._ask, given)) for given in inputs))
        return merge([judgement for judgements in found for judgement in judgements])

    async def _ask(self, given: str | list[Any]) -> list[Judgement]:
        with openai_errors():
            answer: Any = await self.client.moderations.create(model=self.model, input=given)
        judgements = answer.results if isinstance(answer, ModerationCreateResponse) else None
        expected = len(given) if isinstance(given, list) else 1
        # The client does not validate. An answer that judges less than was asked must never pass for a clean one.
        if not isinstance(judgements, list) or len(judgements) != expected:
            raise ModelUnavailable("The moderation endpoint sent something unreadable.")
        return judgements


def pieces_of(text: str) -> str | list[str]:
    """The text itself if it is short, else overlapping pieces that cover it."""
    if len(text) <= PIECE:
        return text
    return [text[start : start + PIECE] for start in range(0, len(text) - OVERLAP, PIECE - OVERLAP)]


def merge(judgements: list[Judgement]) -> Verdict:
    """One verdict of several. A judgement that is flagged without naming a category counts as `unspecified`."""
    categories: set[str] = set()
    scores: dict[str, float] = {}
    for judgement in judgements:
        if judgement.flagged:
            categories |= {name for name, hit in judgement.categories.to_dict().items() if hit} or {
                "unspecified"
            }
        for name, score in judgement.category_scores.to_dict().items():
            if isinstance(score, float | int):
                scores[name] = max(scores.get(name, 0.0), float(score))
    return Verdict(tuple(sorted(categories)), tuple(sorted(scores.items())))
