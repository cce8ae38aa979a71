"""What models cost, where that is known: US dollars for a million tokens.

Prices of OpenAI's API for standard processing, from platform.openai.com/docs/pricing in November 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, which is the same number in millionths of a dollar for one token."""

    prompt: float
    cached: float
    completion: float


PRICES = {
    "demo": Price(0, 0, 0),
    "gpt-5.5": Price(5.00, 0.50, 30.00),
    "gpt-5.4": Price(2.50, 0.25, 15.00),
    "gpt-5.4-mini": Price(0.75, 0.075, 4.50),
    "gpt-5.4-nano": Price(0.20, 0.02, 1.25),
    "gpt-5.2": Price(1.75, 0.175, 14.00),
    "gpt-5.1": Price(1.25, 0.125, 10.00),
    "gpt-5": Price(1.25, 0.125, 10.00),
    "gpt-5-mini": Price(0.25, 0.025, 2.00),
    "gpt-5-nano": Price(0.05, 0.005, 0.40),
    "gpt-4.1": Price(2.00, 0.50, 8.00),
    "gpt-4.1-mini": Price(0.40, 0.10, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.025, 0.40),
    "gpt-4o": Price(2.50, 1.25, 10.00),
    "gpt-4o-mini": Price(0.15, 0.075, 0.60),
}

_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def price_of(model: str) -> Price | None:
    """The price of a model or of a dated snapshot of it; None if it is not known."""
    return PRICES.get(_SNAPSHOT.sub("", model))


def cost_of(model: str, prompt: int, cached: int, completion: int) -> int | None:
    """Millionths of a US dollar, rounded up; None if the model's price is not known."""
    price = price_of(model)
    if price is None:
        return None
    # In thousandths of a millionth every listed price is a whole number, so nothing is lost to floating point.
    fresh, kept, made = (round(each * 1_000) for each in (price.prompt, price.cached, price.completion))
    exact = (prompt - cached) * fresh + cached * kept + completion * made
    return -(-exact // 1_000)
