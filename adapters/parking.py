"""Messages that were put aside after three attempts: listed, given back, forgotten."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from adapters.composition import open_memory
from adapters.settings import Settings
from adapters.terminal.cleaning import clean
from bot.errors import BadRequest
from bot.lanes import Parked
from bot.mailbox import Mailbox

EVERYTHING = "all"
_SHOWN = 60
"""Characters of a message in the list."""


async def look_after_parked(settings: Settings, retry: Sequence[str], drop: Sequence[str]) -> int:
    """Give back and forget the messages with these ids, or list all if there are none. Raises BadRequest."""
    async with open_memory(settings) as store:
        mailbox = Mailbox(store)
        parked = await mailbox.parked()
        if not retry and not drop:
            sys.stdout.write(_listed(parked))
            return 0
        both = set(_chosen(parked, retry)) & set(_chosen(parked, drop))
        if both:
            raise BadRequest("A message can be retried or dropped, but not both.")
        await _each(_chosen(parked, retry), mailbox.unpark, "Back in its conversation")
        await _each(_chosen(parked, drop), mailbox.drop, "Dropped")
    return 0


def _chosen(parked: Sequence[Parked], ids: Sequence[str]) -> list[Parked]:
    if EVERYTHING in ids:
        return list(parked)
    known = {each.id: each for each in parked}
    unknown = [each for each in ids if each not in known]
    if unknown:
        raise BadRequest(
            f"No message is parked as {', '.join(unknown)}; `parley worker --parked` lists those that are."
        )
    return [known[each] for each in dict.fromkeys(ids)]


async def _each(chosen: Sequence[Parked], change: Callable[[Parked], Awaitable[bool]], said: str) -> None:
    for each in chosen:
        done = await change(each)
        sys.stdout.write(f"{said}: {each.id}\n" if done else f"Somebody else was faster: {each.id}\n")


def _listed(parked: Sequence[Parked]) -> str:
    if not parked:
        return "No message is parked.\n"
    lines = [f"{'ID':<24} {'PARKED (UTC)':<17} {'WHERE':<30} {'WHY':<20} MESSAGE"]
    for each in parked:
        seconds = int(each.id.split("-")[1]) / 1000
        place = each.message.answered_in
        where = "/".join(filter(None, (place.tenant, place.channel, place.thread)))
        text = " ".join(clean(each.message.text).split())
        author = " ".join(clean(each.message.author.name).split())
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        at = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
        lines.append(f"{each.id:<24} {at:<17} {clean(where):<30} {each.why:<20} {author}: {shown}")
    return "\n".join(lines) + "\n"
