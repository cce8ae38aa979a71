"""What stands in the end: on the board, and in Redis."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.history import History
from bot.incidents import Incidents
from bot.ledger import Ledger
from bot.store import Store
from bot.unanswered import Unanswered
from simulators.noticeboard import NoticeBoard, Write
from tests.crashes.kinds import Kind, answer
from tests.noticeboard.posts import parts_of

_OF_A_RUNNING_TURN = frozenset({"inbox", "urgent", "journal", "crowded", "load", "backlog", "parked"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as a person sees it."""

    text: str
    private: bool = False


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
        rest = self.posts[len(parts_of(old, kind.limit)) :]
        histories = tuple(
            tuple((question, new if said == old else said, end) for question, said, end in history)
            for history in self.histories
        )
        posts = (*(Shown(part) for part in parts_of(new, kind.limit)), *rest)
        return replace(self, posts=posts, histories=histories)


async def read_standing(store: Store, board: NoticeBoard, kind: Kind, tag: str) -> Standing:
    """What stands now."""
    message = kind.message(tag)
    channel, place = message.conversation, message.answered_in
    history = History(store)
    kept = [await history.everything(each) for each in dict.fromkeys((channel, place))]
    _, sums = await Ledger(store).of_conversation(channel)
    month = await Ledger(store).of_month(channel.tenant, time.strftime("%Y-%m", time.gmtime()))
    open_question = await Unanswered(store).find(channel)
    persona = (await history.recall(channel, 0)).persona
    shown = board.find(place.thread or place.channel)
    return Standing(
        tuple(Shown(post.text.replace(tag, "TAG"), post.reader is not None) for post in shown),
        tuple(tuple((e.question.replace(tag, "TAG"), e.answer, e.finish) for e in each) for each in kept),
        persona or "",
        (sums.answers, month.answers),
        open_question.text.replace(tag, "TAG") if open_question else "",
        len(await Incidents(store).all(channel.tenant)),
        _OF_A_RUNNING_TURN.intersection(key.decode().split(":")[2] for key in await store.do("KEYS", "*")),
    )


def doubles(writes: Iterable[Write], place: str) -> list[str]:
    """The keys under which two posts stood on a board at the same time."""
    standing: dict[str, str] = {}
    found = []
    for write in writes:
        if write.board != place:
            continue
        if write.kind == "post":
            if write.key in standing.values():
                found.append(write.key)
            standing[write.id] = write.key
        elif write.kind == "delete":
            del standing[write.id]
    return found
