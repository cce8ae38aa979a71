"""A deploy under traffic: two generations overlap, each event comes to both, and nobody notices."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress

import aiohttp

from bot.messages import IncomingMessage
from tests.processes.site import Site, message

BOARDS = 60
PAUSE = 0.04
"""Seconds from one message to the next."""


async def delivered(site: Site, each: IncomingMessage, addresses: Sequence[str]) -> bool:
    """Bring an event to every listener twice, as platforms do; whether anybody acknowledged it."""
    answers = await asyncio.gather(
        *(_acknowledged(site, each, address) for address in addresses for _ in range(2))
    )
    return any(answers)


async def _acknowledged(site: Site, each: IncomingMessage, address: str) -> bool:
    with suppress(aiohttp.ClientError):
        async with site.session.post(address, data=each.pack()) as answer:
            return answer.status == 200
    return False


async def traffic(site: Site, addresses: Sequence[str], over: asyncio.Event) -> list[IncomingMessage]:
    """Messages to many boards, each delivered until somebody acknowledges it."""
    sent: list[IncomingMessage] = []
    while not over.is_set():
        following = message(f"b{len(sent) % BOARDS}", len(sent) // BOARDS)
        if await delivered(site, following, addresses):
            sent.append(following)
        await asyncio.sleep(PAUSE)
    return sent


async def test_two_generations_overlap_and_nothing_is_doubled_or_lost(site: Site) -> None:
    site.behave(tokens_per_second=40)
    old_worker = await site.worker()
    old_listener, address = await site.listener()
    addresses, over = [address], asyncio.Event()
    sending = asyncio.create_task(traffic(site, addresses, over))
    await site.model.request_to("chat", 20)

    new_worker = await site.worker()
    new_listener, address = await site.listener()
    addresses.append(address)
    await site.model.request_to("chat", 70)
    old_listener.send(signal.SIGTERM)
    old_worker.send(signal.SIGTERM)
    statuses = {await old_listener.ended(), await old_worker.ended()}
    await site.model.request_to("chat", 110)
    over.set()
    sent = await sending
    await site.all_complete(sent)

    assert statuses == {0}
    assert old_worker.said("turn")
    assert new_worker.said("turn")
    assert new_listener.status is None
    await site.check_answered_once(sorted(sent, key=lambda each: (each.conversation.channel, each.id)))
