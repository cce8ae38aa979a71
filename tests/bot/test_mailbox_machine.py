"""Anything in any order, answers lost and workers killed: each message is answered once, in its turn, or parked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings, stateful
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.claim import Claim
from bot.errors import ClaimLost
from bot.keys import escaped
from bot.mailbox import Acceptance, Limits
from bot.messages import Conversation
from bot.store import open_store
from tests.bot.mailroom import Mailroom, neighbours
from tests.bot.stage import THREAD
from tests.fakes import CHANNEL

CROWDED = next(islice(neighbours(), 5, None))
"""A conversation of the same tenant with so many messages that its other lanes have to wait beside the line."""
OPENED = Conversation(CHANNEL.tenant, CHANNEL.channel, "t9")
WORKERS = st.sampled_from(["w1", "w2"])
ANY = st.integers(0, 99)
SOMETIMES = st.booleans()

Await = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass(slots=True)
class Lane:
    """What is expected of a lane: its messages in order, and who answers the first."""

    conversation: Conversation
    opens: Conversation | None = None
    waiting: list[str] = field(default_factory=list)
    tries: int = 0
    claim: Claim | None = None
    heard: bool = True
    """Whether the worker knows of its claim."""


def lanes() -> list[Lane]:
    """A channel, a thread in it, a mention that opens another, another channel, and another tenant's."""
    places = (CHANNEL, THREAD, next(neighbours()), next(neighbours("test:others")))
    return [*map(Lane, places), Lane(CHANNEL, OPENED)]


class Machine(RuleBasedStateMachine):
    """Two workers on a real server, and what is expected of it."""

    def __init__(self, room: Mailroom, wait: Await) -> None:
        super().__init__()
        self.room = room
        self.wait = wait
        self.lanes = lanes()
        self.number = 0
        self.crowd = 0
        self.stale: list[tuple[Lane, Claim]] = []
        self.parked: set[str] = set()
        self.begun: set[str] = set()
        self.mark: dict[str, str] = {}
        self.ended: dict[Conversation, list[str]] = {lane.conversation: [] for lane in self.lanes}
        wait(room.store.do("FLUSHALL"))

    @initialize(crowd=st.sampled_from([0, 98, 99]))
    def crowded(self, crowd: int) -> None:
        """Let the tenant have so many other messages: the lanes of a hundred stand in line at once."""
        self.crowd = crowd
        for number in range(crowd):
            self.wait(self.room.accept(f"crowd{number}", CROWDED))

    @rule(which=ANY, times=st.integers(1, 6))
    def accept(self, which: int, times: int) -> None:
        lane = self.lanes[which % len(self.lanes)]
        self.number += 1
        turn = f"m{self.number}"
        thread = str(lane.opens.thread) if lane.opens else ""
        for time in range(times):
            acceptance = self.wait(self.room.accept(turn, lane.conversation, opens=thread))
            expected = Acceptance("seen") if time else Acceptance("accepted", before=len(lane.waiting))
            assert acceptance == expected
        lane.waiting.append(turn)
        self.mark[turn] = "accepted"

    @rule(worker=WORKERS, most=st.integers(1, 6), heard=SOMETIMES)
    def claim(self, worker: str, most: int, *, heard: bool) -> None:
        for claim in self.wait(self.room.claim(worker, most=most)):
            if claim.message.conversation == CROWDED:
                self.wait(claim.end())
                self.crowd -= 1
                continue
            lane = self.lane_of(claim)
            assert lane.claim is None
            self.hold(lane, claim, lane.tries + 1, heard=heard)

    @rule(dead=WORKERS, heard=SOMETIMES)
    def take(self, dead: str, *, heard: bool) -> None:
        """One worker dies, or only seems to; the other takes over all that it was answering."""
        worker = "w1" if dead == "w2" else "w2"
        held = [lane for lane in self.lanes if lane.claim]
        self.wait(self.room.let_rest(*(lane.claim for lane in held if lane.claim)))
        known = [lane.claim for lane in held if lane.claim and lane.claim.worker == worker and lane.heard]

        taken = self.wait(self.room.take(worker, living=[worker], known=known))

        assert {claim.claimed.entry for claim in (*taken, *known)} == {
            lane.claim.claimed.entry for lane in held if lane.claim
        }
        for claim in taken:
            lane = self.lane_of(claim)
            assert lane.claim
            moved = lane.claim.worker != worker
            if moved:
                self.stale.append((lane, lane.claim))
            self.hold(lane, claim, lane.tries + moved, heard=heard)

    def lane_of(self, claim: Claim) -> Lane:
        place = (claim.message.conversation, claim.message.opens)
        return next(lane for lane in self.lanes if (lane.conversation, lane.opens) == place)

    def hold(self, lane: Lane, claim: Claim, tries: int, *, heard: bool) -> None:
        turn = lane.waiting[0]
        assert (claim.message.id, claim.tries) == (turn, tries)
        assert claim.resumed == (tries > 1 or turn in self.begun)
        lane.claim, lane.tries, lane.heard = claim, tries, heard
        self.mark[turn] = "accepted"

    def held(self, which: int) -> tuple[Lane, Claim]:
        """One of the claims that their workers know of."""
        held = [(lane, lane.claim) for lane in self.lanes if lane.claim and lane.heard]
        return held[which % len(held)]

    def leave(self, lane: Lane, claim: Claim, mark: str) -> None:
        turn = lane.waiting.pop(0)
        self.mark[turn] = mark
        lane.claim, lane.tries = None, 0
        self.stale.append((lane, claim))

    def any_held(self) -> bool:
        return any(lane.claim and lane.heard for lane in self.lanes)

    @precondition(any_held)
    @rule(which=ANY, times=st.integers(1, 2))
    def end(self, which: int, times: int) -> None:
        lane, claim = self.held(which)
        opens = claim.message.opens
        self.wait(self.room.answer(claim, opens=opens))
        for _ in range(times - 1):
            self.wait(claim.end())
        self.ended[lane.conversation].append(claim.message.id)
        if opens:
            self.ended.setdefault(opens, []).append(claim.message.id)
        self.leave(lane, claim, "done")

    @precondition(any_held)
    @rule(which=ANY, counted=SOMETIMES, times=st.integers(1, 2))
    def release(self, which: int, times: int, *, counted: bool) -> None:
        lane, claim = self.held(which)
        for _ in range(times):
            self.wait(claim.release(counted=counted))
        lane.claim = None
        lane.tries -= not counted
        self.stale.append((lane, claim))

    @precondition(any_held)
    @rule(which=ANY, times=st.integers(1, 2))
    def park(self, which: int, times: int) -> None:
        lane, claim = self.held(which)
        for _ in range(times):
            self.wait(claim.park("broken"))
        self.parked.add(claim.message.id)
        self.leave(lane, claim, "parked")

    @precondition(lambda self: self.parked)
    @rule(which=ANY, times=st.integers(1, 2))
    def unpark(self, which: int, times: int) -> None:
        parked = self.wait(self.room.mailbox.parked())
        assert {each.message.id for each in parked} == self.parked
        chosen = parked[which % len(parked)]
        retried = [self.wait(self.room.mailbox.unpark(chosen)) for _ in range(times)]
        assert retried == [True, False][:times]
        turn = chosen.message.id
        self.parked.remove(turn)
        self.begun.add(turn)
        lane = next(lane for lane, claim in self.stale if claim.message.id == turn)
        lane.waiting.append(turn)

    @precondition(lambda self: self.stale)
    @rule(which=ANY)
    def write_what_is_not_ones_own(self, which: int) -> None:
        """A worker that lost its claim goes on as if it had not; a repetition of what was done is no loss."""
        _, claim = self.stale[which % len(self.stale)]
        mark = self.mark[claim.message.id]
        with pytest.raises(ClaimLost):
            self.wait(claim.about_to_write("Not mine", "key"))
        self.wait(claim.release(counted=True))
        for act, done in ((claim.end, "done"), (lambda: claim.park("not mine"), "parked")):
            if mark == done:
                self.wait(act())
            else:
                with pytest.raises(ClaimLost):
                    self.wait(act())

    @invariant()
    def counters_are_what_waits(self) -> None:
        expected = dict.fromkeys((escaped(CHANNEL.tenant), ""), self.crowd) if self.crowd else {}
        for lane in self.lanes:
            for name in (escaped(lane.conversation.tenant), "") if lane.waiting else ():
                expected[name] = expected.get(name, 0) + len(lane.waiting)
        assert self.wait(self.room.waiting()) == expected

    @invariant()
    def what_ended_is_remembered_once_and_in_order(self) -> None:
        for conversation, turns in self.ended.items():
            assert self.wait(self.room.answered(conversation)) == turns

    def teardown(self) -> None:
        """Whatever happened, all that is left can be answered, and leaves nothing behind."""
        self.take("w1", heard=True)
        self.take("w2", heard=True)
        while any(lane.waiting for lane in self.lanes):
            before = self.crowd
            self.claim("w2", 6, heard=True)
            assert self.any_held() or self.crowd < before
            while self.any_held():
                self.end(0, 1)
        self.counters_are_what_waits()
        answered = sum(len(turns) for place, turns in self.ended.items() if place != OPENED)
        assert answered == self.number - len(self.parked)
        assert "backlog" not in self.wait(self.room.kinds_kept())


def test_each_message_is_answered_once_and_in_its_turn_or_parked(valkey: str) -> None:
    class Here(Machine):
        def __init__(self) -> None:
            super().__init__(room, runner.run)

    with asyncio.Runner() as runner:
        opened = AsyncExitStack()
        room = Mailroom(runner.run(opened.enter_async_context(open_store(valkey))))
        room.mailbox = replace(room.mailbox, limits=Limits(1_000, 100_000, 100_000))
        try:
            stateful.run_state_machine_as_test(
                Here, settings=settings(max_examples=50, stateful_step_count=40, deadline=None)
            )
        finally:
            runner.run(opened.aclose())
