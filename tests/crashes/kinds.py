"""The kinds of turns that a worker dies in, and what is certain of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.messages import Conversation, IncomingMessage
from simulators.openai import Behaviour, Fault
from simulators.openai_api.chat.messages import Message
from tests.fakes import ADA
from tests.noticeboard.posts import parts_of

TENANT = "board:team"
_STREAMING = Behaviour(first_token=0.08, tokens_per_second=60)
_TAG = re.compile(r"\[([\w-]+)\]")


def answer(number: int, words: int) -> str:
    """What the model says when it is asked for the so-manieth time: each answer is another one, and shorter."""
    letter = "abcdefgh"[number - 1]
    return " ".join(f"{letter}{word}" for word in range(words - (number - 1) * words // 4))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of turn. What it leaves behind when nothing goes wrong, it leaves behind."""

    name: str
    text: str = "Tell me of [{tag}]."
    words: int = 0
    """Of the first answer of the model, which stands at the beginning of what is shown."""
    pace: Behaviour = _STREAMING
    limit: int = 2_000
    opens: bool = False
    """A mention in a channel, answered in a thread."""
    stops: bool = False
    """A person stops the answer while it grows."""
    changes: Literal["", "edited", "deleted"] = ""
    """What became of an earlier message, of which an answer stands, and that of a retry."""
    says: str = ""
    """A part of the last post."""
    private: bool = False
    asks: int = 1
    """How often the model is asked."""
    keeps: int = 1
    """Exchanges in each history."""
    paid: int = 1
    incidents: int = 0

    def parts(self, text: str) -> list[str]:
        """An answer as the posts that it is shown in."""
        return parts_of(text, self.limit)

    def message(self, tag: str) -> IncomingMessage:
        """The message, alone in a channel."""
        channel = Conversation(TENANT, tag)
        thread = Conversation(TENANT, tag, f"{tag}-thread") if self.opens else None
        return IncomingMessage(tag, channel, ADA, self.text.format(tag=tag), opens=thread)


@dataclass(slots=True)
class Answers:
    """Gives the answers, and knows how often it was asked in which conversation."""

    words: int
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, messages: Sequence[Message], model: str) -> str:
        """The answer to the last message, by the tag in it."""
        del model
        tag = tag_of(messages[-1].text)
        self.asked[tag] += 1
        return answer(self.asked[tag], self.words)


def tag_of(text: str) -> str:
    """The tag in a question."""
    found = _TAG.search(text)
    return found[1] if found else ""


_AT_ONCE = Behaviour()
_QUOTA = Behaviour(faults=(Fault("quota", times=None),))
_FILTER = replace(_STREAMING, finish_reason="content_filter")
_BREAKING = Behaviour(faults=(Fault("clean_end", times=None, after_tokens=12),), tokens_per_second=60)

PLAIN = Kind("plain", words=4, pace=_AT_ONCE)
STREAMED = Kind("streamed", words=24)
LONG = Kind("long", words=40, limit=40, pace=Behaviour(first_token=0.06, tokens_per_second=100))
THREAD = Kind("thread", words=12, opens=True)
FLAGGED = Kind(
    "flagged",
    "I will kill you, [{tag}].",
    says="not sent to the model",
    private=True,
    asks=0,
    keeps=0,
    paid=0,
    incidents=1,
)
QUOTA = Kind("quota", pace=_QUOTA, says="no credit left", keeps=0, paid=0)
FILTERED = Kind("filtered", words=12, pace=_FILTER, says="content filter", keeps=0)
BROKEN = Kind("broken", words=12, pace=_BREAKING, says="broke off", keeps=0)
COMMAND = Kind("command", "/persona use concise", says="From now on", asks=0, keeps=0, paid=0)
USAGE = Kind("usage", "/usage", says="| This conversation | 0 |", asks=0, keeps=0, paid=0)
STOPPED = Kind("stopped", words=48, stops=True)

KINDS = (PLAIN, STREAMED, LONG, THREAD, FLAGGED, QUOTA, FILTERED, BROKEN, COMMAND, USAGE, STOPPED)
