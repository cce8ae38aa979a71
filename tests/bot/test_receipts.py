"""Receipts: what each answer saw and cost, as people read it."""

from __future__ import annotations

import re

from bot.engine import Policy
from bot.messages import Image
from bot.receipts import Receipt, unpack
from bot.store import Store
from tests.bot.stage import Stage, stage
from tests.fakes import CHANNEL

RECEIPT = Receipt(
    model="gpt-5.4-mini",
    persona="assistant",
    prompt=120,
    cached=20,
    completion=30,
    limit=1_024,
    micros=225,
    priced=True,
    estimated=False,
    window=2,
    left_out=1,
    finish="length",
)


def test_a_receipt_is_read_back_as_it_was_kept() -> None:
    assert unpack(RECEIPT.pack()) == RECEIPT


def test_a_receipt_of_a_later_version_is_read_without_what_it_knows_more() -> None:
    packed = RECEIPT.pack().replace(b"{", b'{"unheard_of":1,', 1)

    assert unpack(packed) == RECEIPT


async def test_a_receipt_tells_what_was_seen_and_what_it_cost(on: Stage) -> None:
    await on.say("One")
    await on.say("Two", images=(Image("https://example.org/cat.png"),))

    reply = await on.say("/receipt")

    [notice] = reply.notices
    assert notice.private
    for words in ("**gpt-5.4-mini**", "**assistant**", "1 earlier exchange,", "1 picture", "It cost $0.0"):
        assert words in notice.text
    assert "did not see" not in notice.text


async def test_a_receipt_tells_what_did_not_fit(store: Store) -> None:
    async with stage(store, Policy(context_tokens=600, reply_tokens=100)) as on:
        for number in range(12):
            await on.say(f"Tell me about number {number}, please. " + "Really. " * 10)

        reply = await on.say("/receipt")

    assert re.search(r"It did not see \d+ older exchanges?: the window is full", reply.notices[0].text)


async def test_a_receipt_is_that_of_the_reply_that_is_named(on: Stage) -> None:
    await on.say("One")
    first = await on.engine.parts.receipts.find(CHANNEL)
    await on.say("Two")
    entries = await on.store.do("XRANGE", "parley:{10}:receipts:test%3Ateam:general", "-", "+")
    name = entries[0][1][b"n"].decode()

    assert await on.engine.parts.receipts.find(CHANNEL, name) == first
    assert (await on.say(f"/receipt {name}")).notices[0].text.count("no earlier exchanges") == 1


async def test_where_nothing_was_answered_there_is_no_receipt(on: Stage) -> None:
    reply = await on.say("/receipt")

    assert "no answer here yet" in reply.failures[0].text


async def test_what_was_cut_says_so_on_its_receipt(on: Stage) -> None:
    await on.say("One")
    on.behave(finish_reason="length")
    await on.say("Two")

    reply = await on.say("/receipt")

    assert "cut at its limit" in reply.notices[0].text
