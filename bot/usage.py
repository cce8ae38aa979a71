"""Tokens and money: what one answer took, and what several took together."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from operator import add

from bot.prices import cost_of


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request. `cached` is the part of `prompt` that the provider had in its cache."""

    prompt: int
    completion: int
    cached: int = 0
    estimated: bool = False
    """The provider did not report them, so they were counted here."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a number of answers took together; `micros` are millionths of a US dollar."""

    prompt: int = 0
    cached: int = 0
    completion: int = 0
    answers: int = 0
    micros: int = 0
    unpriced: int = 0
    """How many of the answers came from models whose price is not known."""
    estimated: int = 0

    @property
    def cost(self) -> str:
        """What it cost, in words, as far as that is known."""
        dollars = f"${self.micros / 1_000_000:.4f}"
        if not self.unpriced:
            return dollars
        return "price not known" if self.unpriced == self.answers else f"{dollars} and more, of unknown price"

    def __add__(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(*map(add, astuple(self), astuple(other)))


def to_sums(model: str, usage: Usage) -> Sums:
    """One answer as sums, priced at today's price."""
    micros = cost_of(model, usage.prompt, usage.cached, usage.completion)
    return Sums(
        prompt=usage.prompt,
        cached=usage.cached,
        completion=usage.completion,
        answers=1,
        micros=micros or 0,
        unpriced=int(micros is None),
        estimated=int(usage.estimated),
    )
