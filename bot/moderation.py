"""The moderation endpoint: what it says of a question's text and images."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

from openai import AsyncOpenAI

from bot.errors import ModelUnavailable
from bot.messages import Image
from bot.openai_api import openai_errors
from bot.retry import Retries
from bot.together import together

PIECE = 10_000
"""Characters judged together: long texts are judged more accurately in pieces (OpenAI's moderation guide)."""
UNREADABLE = "The moderation endpoint sent something unreadable."
Judgement = dict[str, Any]
"""One of the `results` of the endpoint: `flagged`, `categories`, `category_scores`."""
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
            # The raw answer costs half of what the client's own types do, and is checked below all the same.
            raw = await self.client.moderations.with_raw_response.create(model=self.model, input=given)
            judgements = judgements_of(json.loads(raw.content))
        if len(judgements) != (len(given) if isinstance(given, list) else 1):
            raise ModelUnavailable(UNREADABLE)
        return judgements


def judgements_of(answer: Any) -> list[Judgement]:
    """The judgements of an answer. Raises ModelUnavailable on one that could pass for a clean one by mistake."""
    judgements = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(judgements, list) or not all(map(_is_judgement, judgements)):
        raise ModelUnavailable(UNREADABLE)
    return judgements


def _is_judgement(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("flagged"), bool):
        return False
    return all(isinstance(value.get(name) or {}, dict) for name in ("categories", "category_scores"))


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
        if judgement["flagged"]:
            named = {name for name, hit in (judgement.get("categories") or {}).items() if hit}
            categories |= named or {"unspecified"}
        for name, score in (judgement.get("category_scores") or {}).items():
            if isinstance(score, float | int):  # `illicit` may be null
                scores[name] = max(scores.get(name, 0.0), float(score))
    return Verdict(tuple(sorted(categories)), tuple(sorted(scores.items())))
