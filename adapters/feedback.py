"""What people thought of answers, for whoever runs Parley."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.composition import open_memory
from adapters.settings import Settings
from adapters.terminal.cleaning import clean
from bot.feedback import Feedback, Opinion


async def print_feedback(settings: Settings) -> int:
    """List the opinions of all tenants, oldest first, and how many of them are good."""
    async with open_memory(settings) as store:
        feedback = Feedback(store)
        opinions = [opinion for tenant in await feedback.tenants() for opinion in await feedback.all(tenant)]
    sys.stdout.write(_listed(sorted(opinions, key=lambda each: each.at)))
    return 0


def _listed(opinions: Sequence[Opinion]) -> str:
    if not opinions:
        return "Nobody has pressed a thumb yet.\n"
    lines = [f"{'WHEN (UTC)':<17} {'WHERE':<46} {'WHO':<14} THUMB"]
    for each in opinions:
        rating, place = each.rating, each.rating.conversation
        where = "/".join(filter(None, (place.tenant, place.channel, place.thread)))
        at = f"{datetime.fromtimestamp(each.at, UTC):%Y-%m-%d %H:%M}"
        lines.append(f"{at:<17} {clean(where):<46} {clean(rating.author.id):<14} {rating.thumb}")
        lines += [f"{'':<17} {clean(line)}" for line in rating.reason.splitlines() if line.strip()]
    good = sum(each.rating.thumb == "up" for each in opinions)
    return "\n".join(lines) + f"\n{good:,} of {len(opinions):,} are up.\n"
