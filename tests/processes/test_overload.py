"""More messages than can be answered: who is refused hears it at once, and nobody waits for all of another team."""

from __future__ import annotations

import asyncio
import time
from itertools import count, islice

from bot.keys import PARTITIONS, ConversationKeys
from bot.messages import Conversation, IncomingMessage
from tests.processes.site import TENANT, WORDS, Site, message

MOST = 20
"""Messages that wait in a conversation."""
OTHERS = "board:others"
CAPACITY = 10


def partition_of(each: IncomingMessage) -> int:
    """The partition in which a message waits."""
    return ConversationKeys(each.answered_in).partition


async def bring(site: Site, address: str, each: IncomingMessage) -> int:
    """Bring an event to a listener; the status of its acknowledgement."""
    async with site.session.post(address, data=each.pack()) as answer:
        return answer.status


async def test_the_21st_message_is_refused_once_however_often_it_is_delivered(site: Site) -> None:
    _, address = await site.listener()
    asked = [message("b", number) for number in range(MOST)]
    for each in asked:
        await bring(site, address, each)
    last = message("b", MOST)

    began = time.monotonic()
    statuses = {*await asyncio.gather(bring(site, address, last), bring(site, address, last))}
    seconds = time.monotonic() - began
    statuses.add(await bring(site, address, last))

    [refusal] = site.board.find("b")
    assert statuses == {200}
    assert "20 messages wait for an answer here already" in refusal.text
    assert seconds < 1
    site.behave()
    await site.worker()
    await site.all_complete(asked)
    await site.idle()
    remembered = await site.history.everything(Conversation(TENANT, "b"))
    assert [each.question for each in remembered] == [each.id for each in asked]
    assert len(site.board.find("b")) == MOST + 1


async def test_a_team_with_500_conversations_does_not_keep_another_waiting(site: Site) -> None:
    quiet = next(
        each for n in count() if partition_of(each := message(f"q{n}", tenant=OTHERS)) == PARTITIONS - 1
    )
    crowd = (each for n in count() if partition_of(each := message(f"b{n}")) != PARTITIONS - 1)
    busy = list(islice(crowd, 500))
    site.behave(tokens_per_second=80)
    for start in range(0, len(busy), 100):
        await site.accept(*busy[start : start + 100])
    await site.worker("--capacity", str(CAPACITY))
    await site.until(lambda: sum(site.begun(each) for each in busy) >= CAPACITY)

    before = answered(site, busy)
    await site.accept(quiet)
    await site.all_complete([quiet])
    meanwhile = answered(site, busy) - before

    assert meanwhile <= PARTITIONS + 2 * CAPACITY, meanwhile


def answered(site: Site, messages: list[IncomingMessage]) -> int:
    """How many of these messages have their answer."""
    return sum(site.text(each).endswith(f"{WORDS}.") for each in messages)
