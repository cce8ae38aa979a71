"""The kinds of turns in Discord that a worker dies in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from adapters.discord.replies.markup import drawn, in_parts
from simulators.openai import Behaviour
from tests.crashes.kinds import Kind

FAST = 20.0
"""Discord's seconds in one of ours: its buckets are full again soon, and it still knows what was sent a moment ago."""
FORGETFUL = 600.0
"""So many that a nonce is forgotten before the next worker comes."""


@dataclass(frozen=True, slots=True)
class DiscordKind(Kind):
    """A kind of turn in Discord."""

    where: Literal["thread", "channel", "place", "direct"] = "thread"
    """A thread of others; a channel in which the answer opens a thread, or may not; direct messages."""
    uses: str = ""
    """The slash command that is used in the channel, if it is none that is written."""
    values: tuple[tuple[str, str], ...] = ()
    """Its options."""
    presses: bool = False
    """It is stopped by the button."""
    speed: float = FAST

    def parts(self, text: str) -> list[str]:
        """The text as messages of Discord's."""
        return [drawn(part) for part in in_parts(text)]


_STREAMING = Behaviour(first_token=0.06, tokens_per_second=60)
_POURING = Behaviour(first_token=0.06, tokens_per_second=6_000)

PLAIN = DiscordKind("plain", words=4, pace=Behaviour())
STREAMED = DiscordKind("streamed", words=8, pace=_STREAMING)
THREAD = DiscordKind("thread", words=6, pace=_STREAMING, opens=True, where="channel")
IN_PLACE = replace(THREAD, name="in-place", where="place")
DIRECT = replace(THREAD, name="direct", opens=False, where="direct")
LONG = DiscordKind("long", words=700, pace=_POURING, opens=True, where="channel")
FLAGGED = DiscordKind(
    "flagged",
    "I will kill you, [{tag}].",
    says="not sent to the model",
    private=True,
    asks=0,
    keeps=0,
    paid=0,
    incidents=1,
)
STOPPED = DiscordKind("stopped", words=48, pace=_STREAMING, stops=True)
PRESSED = replace(STOPPED, name="pressed", presses=True)

REDONE = replace(THREAD, name="redone", changes="edited")
REDONE_THERE = replace(REDONE, name="redone-there", opens=False, where="thread")
DELETED = replace(REDONE, name="deleted", words=0, changes="deleted", asks=0, keeps=0, paid=0)

COMMAND = DiscordKind(
    "command",
    where="channel",
    uses="persona use",
    values=(("name", "concise"),),
    says="From now on",
    asks=0,
    keeps=0,
    paid=0,
)
USAGE = replace(COMMAND, name="usage", uses="usage", values=(), says="This conversation", private=True)

ASKED = replace(
    COMMAND,
    name="asked",
    words=6,
    pace=_STREAMING,
    uses="ask",
    values=(("question", "Tell me of [{tag}]."),),
    says="",
    asks=1,
    keeps=1,
    paid=1,
)
ASKED_LONG = replace(ASKED, name="asked-long", words=700, pace=_POURING)
ASKED_BADLY = replace(
    ASKED,
    name="asked-badly",
    words=0,
    values=(("question", FLAGGED.text),),
    says=FLAGGED.says,
    private=True,
    asks=0,
    keeps=0,
    paid=0,
    incidents=1,
)
"""What is not sent to the model although everybody sees that something was asked."""

KINDS = (
    PLAIN,
    STREAMED,
    THREAD,
    IN_PLACE,
    DIRECT,
    LONG,
    FLAGGED,
    STOPPED,
    REDONE,
    DELETED,
    COMMAND,
    USAGE,
    ASKED,
    ASKED_LONG,
    ASKED_BADLY,
)
LATE = tuple(
    replace(kind, name=f"{kind.name}-late", speed=FORGETFUL)
    for kind in (THREAD, IN_PLACE, LONG, REDONE_THERE)
)
"""What is taken over so late that only what stands there tells what was posted."""
BRIEF = (PRESSED, REDONE_THERE, *LATE)
"""Those that differ from others in a few operations."""
TWICE = (THREAD,)
