"""What memory costs: in Redis, in time as it grows, and in cache misses as the window moves."""

from __future__ import annotations

import statistics
import time
from itertools import pairwise

from benchmarks.rig import Figure, Rig, rig
from bot.exchanges import Exchange
from bot.keys import ConversationKeys
from bot.model import Prompt
from bot.tokens import Tokens

LONG, SHORT, ROUNDS = 10_000, 10, 200
SIXTY_TOKENS = "The quick brown fox jumps over the lazy dog near the old stone bridge, while rain falls. " * 3
"""A text of about 60 tokens."""


def _exchange(number: int) -> Exchange:
    text = f"{number}: {SIXTY_TOKENS}"
    return Exchange(text, text, 140, "Ada", "U1", id=f"{int(time.time() * 1000) - 1_000_000 + number}-0")


async def _fill(under: Rig, channel: str, count: int) -> None:
    for start in range(0, count, 1000):
        batch = [_exchange(number) for number in range(start, min(start + 1000, count))]
        await under.engine.history.load(under.conversation(channel), batch)


async def growth() -> list[Figure]:
    """A turn at 10,000 exchanges against one at 10, interleaved; and the memory of one exchange in Redis.

    Without the time of the model, which reads a full window in the one case and a short one in the other.
    """
    took: dict[str, list[float]] = {"long": [], "short": []}
    async with rig("--reply-tokens", "60") as under:
        await _fill(under, "long", LONG)
        size = await under.store.do("MEMORY", "USAGE", ConversationKeys(under.conversation("long")).history)
        for number in range(ROUNDS):
            for channel, spans in took.items():
                if channel == "short":
                    await under.engine.history.forget(under.conversation("short"))
                    await _fill(under, "short", SHORT)
                begun = time.perf_counter()
                await under.turn(channel, "And what then?", number)
                whole = time.perf_counter() - begun
                spans.append(whole - under.timed.span(under.conversation(channel)))
    ratio = statistics.median(took["long"]) / statistics.median(took["short"])
    return [
        Figure("turn at 10,000 exchanges against 10", ratio, "x", 1.2),
        Figure("Redis memory of an exchange of 2 x 60 tokens", size / LONG, "bytes", 1024),
    ]


async def cache() -> list[Figure]:
    """The share of prompt tokens that repeat the previous prompt's beginning, 60 turns past the budget."""
    async with rig("--reply-tokens", "60") as under:
        await _fill(under, "talk", 60)
        for number in range(60):
            await under.turn("talk", f"{number}: {SIXTY_TOKENS}", number)
        count = await Tokens().counter("gpt-5.4-mini")
        texts = [_text(prompt) for prompt in under.timed.prompts]
    repeated = sum(count(_common(before, after)) // 128 * 128 for before, after in pairwise(texts))
    cacheable = sum(count(text) for text in texts[1:])
    return [Figure("cacheable prompt tokens that repeat", repeated / cacheable * 100, "%", 85, at_least=True)]


def _text(prompt: Prompt) -> str:
    return "".join(f"<{message['role']}>{message['content']}" for message in prompt.messages)


def _common(one: str, other: str) -> str:
    length = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[:length]
