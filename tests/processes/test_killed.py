"""Workers that die, or sleep: their turns are taken over, and every message is answered once all the same."""

from __future__ import annotations

import asyncio
import signal
import time

from bot.attempts import APOLOGY, TRIES
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.turn import THINKING
from tests.processes.site import Site, message

IN_FLIGHT = 200
SLOW = 2.0
"""Tokens a second at which no answer ends before its worker does."""
BRISK = 12.0
"""Tokens a second: an answer takes some four seconds."""


def takes_over_at(site: Site, killed: float) -> float:
    """When a turn was gone on with after its worker died."""
    return min(each.arrived for each in site.model.requests_to("moderations") if each.arrived > killed)


async def test_200_turns_in_flight_survive_their_worker(site: Site) -> None:
    site.behave(tokens_per_second=SLOW)
    first = [message(f"b{number}") for number in range(IN_FLIGHT)]
    second = [message(f"b{number}", 1) for number in range(0, IN_FLIGHT, 10)]
    doomed = await site.worker("--write", "0.5")
    await site.accept(*first, *second)
    await site.all_begun(first)
    await site.worker("--write", "0.5")
    site.behave(tokens_per_second=BRISK)

    killed = doomed.send(signal.SIGKILL)
    await site.all_complete(first)
    done = time.monotonic()
    await site.all_complete(second)

    everything = sorted([*first, *second], key=lambda each: (each.conversation.channel, each.id))
    await site.check_answered_once(everything)
    taken = takes_over_at(site, killed)
    figures = f"taken over {taken - killed:.1f} s after the kill, all done {done - taken:.1f} s later"
    assert taken - killed <= 5.0, figures
    assert done - taken <= 10.0, figures


async def test_a_worker_that_slept_says_nothing_more(site: Site) -> None:
    site.behave(tokens_per_second=SLOW)
    asked = [message(f"b{number}") for number in range(5)]
    sleeper = await site.worker()
    await site.accept(*asked)
    await site.all_begun(asked)
    await site.worker()
    site.behave()

    sleeper.send(signal.SIGSTOP)
    await site.all_complete(asked)
    await site.idle()
    before = len(site.board.writes)
    sleeper.send(signal.SIGCONT)
    await sleeper.until(lambda: len(sleeper.said("claim_lost")) == len(asked))

    assert len(site.board.writes) == before
    await site.check_answered_once(asked)


async def asked_for(site: Site, each: IncomingMessage, times: int) -> None:
    """Return once the model was asked so many times to answer a message."""
    seen = len(site.model.requests_to("chat"))
    while sum(each.id in repr(request.body) for request in site.model.requests_to("chat")) < times:
        seen += 1
        await site.model.request_to("chat", seen)


async def test_a_message_that_kills_its_workers_is_put_aside_and_no_other(site: Site) -> None:
    poison, behind = message("poison"), message("poison", 1)
    beside = [message(f"b{number}") for number in range(5)]
    site.behave(tokens_per_second=SLOW)
    await site.accept(poison, *beside)

    for attempt in range(1, TRIES + 1):
        worker = await site.worker()
        async with asyncio.timeout(20):
            await asyncio.gather(*(asked_for(site, each, min(attempt, TRIES - 1)) for each in beside))
            await asked_for(site, poison, attempt)
        worker.send(signal.SIGKILL)
        site.behave(tokens_per_second=SLOW if attempt < TRIES - 1 else 10 * BRISK)
    await site.worker()
    await site.until(lambda: APOLOGY in site.text(poison))
    await site.accept(behind)
    await site.all_complete([*beside, behind])
    await site.idle()

    [parked] = await Mailbox(site.store).parked()
    assert parked.message == poison
    assert site.text(poison).count(APOLOGY) == 1
    assert THINKING not in site.text(poison)
    await site.check_answered_once(beside)
    assert [each.question for each in await site.history.everything(behind.conversation)] == [behind.id]
