"""The window: the part of the history that the model sees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from bot.exchanges import Exchange

STEP = 0.5
"""How much of the room is kept when the window moves.

A provider's prompt cache holds exact prefixes. Dropping one exchange a turn would change the prefix every
turn; dropping half at once leaves it unchanged for many turns (platform.openai.com/docs/guides/prompt-caching).
"""


def newest_within(exchanges: Sequence[Exchange], room: float) -> tuple[Exchange, ...]:
    """The longest run of newest exchanges that takes at most `room` tokens, oldest first."""
    sums = accumulate(exchange.tokens for exchange in reversed(exchanges))
    count = next((index for index, total in enumerate(sums) if total > room), len(exchanges))
    return tuple(exchanges[len(exchanges) - count :])


def fit(exchanges: Sequence[Exchange], room: int) -> tuple[Exchange, ...]:
    """The exchanges that go into a prompt with `room` tokens for them, oldest first, none split.

    All of them while they fit. When they no longer do, the window moves by a step: only the newest that take
    half of the room stay, or the very newest alone if it is larger than that and still fits.
    """
    if sum(exchange.tokens for exchange in exchanges) <= room:
        return tuple(exchanges)
    return newest_within(exchanges, room * STEP) or newest_within(exchanges[-1:], room)
