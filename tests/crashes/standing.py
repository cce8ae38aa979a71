"""What stands in the end: on the board, and in Redis."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.exchanges import Exchange
from bot.history import History
from bot.incidents import Incidents
from bot.keys import ConversationKeys, escaped
from bot.ledger import Ledger
from bot.messages import IncomingMessage
from bot.store import Store
from bot.unanswered import Unanswered
from tests.crashes.kinds import Kind, answer

_OF_A_RUNNING_TURN = frozenset({"inbox", "urgent", "journal", "crowded", "load", "backlog", "parked"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as a person sees it, or a status line."""

    text: str
    private: bool = False
    growing: bool = False
    """Whether it says that there is more to come."""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a turn has left behind, with the same tag for every conversation."""

    posts: tuple[Shown, ...]
    histories: tuple[tuple[tuple[str, str, str], ...], ...]
    """Question, answer and end of each exchange, of the channel and of the thread if there is one."""
    persona: str
    paid: tuple[int, ...]
    """Answers that were booked: in the channel, and in the month."""
    unanswered: str
    """What `retry` would ask."""
    incidents: int
    left: frozenset[str]
    """Keys that only a running turn has."""

    def as_answered(self, kind: Kind, number: int) -> Standing:
        """The same with another answer of the model."""
        old, new = answer(1, kind.words), answer(number, kind.words)
        parts, shown = kind.parts(new), len(kind.parts(old))
        last = replace(self.posts[shown - 1], text=parts[-1])
        histories = tuple(
            tuple((question, new if said == old else said, end) for question, said, end in history)
            for history in self.histories
        )
        posts = (*(Shown(part) for part in parts[:-1]), last, *self.posts[shown:])
        return replace(self, posts=posts, histories=histories)


LATER = "later"
"""The message that wanted another answer to one that changes afterwards."""


async def remember_before(store: Store, message: IncomingMessage) -> None:
    """Let the message that this one changes have been answered, twice."""
    before = Exchange("Before?", "Before.", 5)
    answers = f"{escaped(message.changes)} {LATER}"
    for each in {message.conversation, message.answered_in}:
        await store.do("XADD", ConversationKeys(each).history, "*", "t", 5, "x", before.pack(), "m", answers)
    await store.do("SET", ConversationKeys(message.conversation).mark(message.changes), "done")


async def read_standing(store: Store, message: IncomingMessage, posts: Iterable[Shown], tag: str) -> Standing:
    """What stands now."""
    channel, place = message.conversation, message.answered_in
    history = History(store)
    kept = [await history.everything(each) for each in dict.fromkeys((channel, place))]
    _, sums = await Ledger(store).of_conversation(channel)
    month = await Ledger(store).of_month(channel.tenant, time.strftime("%Y-%m", time.gmtime()))
    open_question = await Unanswered(store).find(channel)
    persona = (await history.recall(channel, 0)).persona
    return Standing(
        tuple(replace(post, text=post.text.replace(tag, "TAG")) for post in posts),
        tuple(tuple((e.question.replace(tag, "TAG"), e.answer, e.finish) for e in each) for each in kept),
        persona or "",
        (sums.answers, month.answers),
        open_question.text.replace(tag, "TAG") if open_question else "",
        len(await Incidents(store).all(channel.tenant)),
        _OF_A_RUNNING_TURN.intersection(key.decode().split(":")[2] for key in await store.do("KEYS", "*")),
    )
