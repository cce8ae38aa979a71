"""What the engine adds to a turn: time at a steady rate, and CPU when many come at once."""

from __future__ import annotations

import asyncio
import time

from benchmarks.rig import Figure, Rig, cpu, peak_rss, rig

RATE = 50
STEADY = 500


async def warm(under: Rig) -> None:
    """Open connections and load what is loaded once."""
    await asyncio.gather(*(under.turn(f"warm{number}", "Hello") for number in range(20)))


async def overhead() -> list[Figure]:
    """Accepted → model asked (moderation included), plus last chunk → remembered, at 50 turns/s."""
    spans: list[float] = []
    async with rig("--reply-tokens", "20") as under:
        await warm(under)

        async def one(number: int) -> None:
            await asyncio.sleep(number / RATE)
            channel = f"c{number}"
            begun = time.perf_counter()
            await under.turn(channel, "What is the capital of France?")
            done, span = time.perf_counter(), under.timed.span(under.conversation(channel))
            spans.append((done - begun - span) * 1000)

        await asyncio.gather(*(one(number) for number in range(STEADY)))
    spans.sort()
    return [
        Figure("overhead of a turn, p50", spans[len(spans) // 2], "ms", 6),
        Figure("overhead of a turn, p99", spans[int(len(spans) * 0.99)], "ms", 30),
    ]


async def hundred() -> list[Figure]:
    """CPU of a turn with 100 streamed tokens, 100 turns at once."""
    async with rig("--reply-tokens", "100", "--tokens-per-second", "50") as under:
        await warm(under)
        before = cpu()
        await asyncio.gather(*(under.turn(f"c{number}", "Tell me something.") for number in range(100)))
        return [Figure("CPU of a turn, 100 at once", (cpu() - before) * 1000 / 100, "ms", 8)]


async def thousand() -> list[Figure]:
    """1,000 turns at once: 500 ms to the first token, 100 tokens at 50/s."""
    pace = ("--reply-tokens", "100", "--tokens-per-second", "50", "--first-token", "0.5")
    async with rig(*pace) as under:
        begun = time.perf_counter()
        await asyncio.gather(*(under.turn(f"c{number}", "Tell me something.") for number in range(1000)))
        took = time.perf_counter() - begun
    return [
        Figure("1,000 turns at once, all done", took, "s", 6),
        Figure("1,000 turns at once, peak RSS", peak_rss(), "MB", 220),
    ]
