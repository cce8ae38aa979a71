"""Parley in a server, as its people meet it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.replies.spot import UNTITLED
from bot.mailbox import Mailbox
from bot.messages import Conversation
from bot.store import Store
from tests.adapters.answering import WORDS, answer_to
from tests.adapters.discord.club import Club
from tests.bot.mailroom import Mailroom


async def test_a_mention_is_answered_in_a_thread_that_is_named_after_the_question(club: Club) -> None:
    asked = await club.ada.mentions("What is up?", club.general)

    reply = await club.until_answered(asked, answer_to("What is up?"))

    assert reply.text == answer_to("What is up?")
    assert club.thread(asked).name == "What is up?"
    assert club.replies(club.general) == []


@pytest.mark.parametrize(("words", "name"), [("A good idea?", "A good idea?"), ("", UNTITLED)])
async def test_a_thread_is_not_named_after_what_somebody_else_wrote(
    club: Club, words: str, name: str
) -> None:
    said = await club.bob.says("I have lost my job.", club.general)

    asked = await club.ada.mentions(words, club.general, reply_to=said)
    await club.until_answered(asked, WORDS)

    assert club.thread(asked).name == name


async def test_in_its_thread_nobody_needs_to_mention_it(club: Club) -> None:
    asked = await club.ada.mentions("First?", club.general)
    await club.until_answered(asked, answer_to("First?"))

    await club.bob.says("And then?", club.thread(asked))
    await club.until_answered(asked, answer_to("And then?"))

    texts = [each.text for each in club.replies(club.thread(asked))]
    assert texts == [answer_to("First?"), answer_to("And then?")]


async def test_a_direct_message_is_answered_where_it_stands(club: Club) -> None:
    asked = await club.ada.writes("Hello")

    reply = await club.until_said(club.ada.dm, answer_to("Hello"))

    assert reply.reply_to == asked


async def test_where_no_thread_may_be_opened_it_replies_in_place(club: Club) -> None:
    club.general.deny("CREATE_PUBLIC_THREADS")

    asked = await club.ada.mentions("In place?", club.general)
    reply = await club.until_said(club.general, answer_to("In place?"))

    assert reply.reply_to == asked
    assert club.general.thread_of(asked) is None


async def test_a_reply_to_its_message_counts_as_a_mention(club: Club) -> None:
    club.general.deny("CREATE_PUBLIC_THREADS")
    await club.ada.mentions("One?", club.general)
    first = await club.until_said(club.general, answer_to("One?"))

    second = await club.bob.says("Two?", club.general, reply_to=first.id, ping=False)

    reply = await club.until_said(club.general, answer_to("Two?"))
    assert reply.reply_to == second


async def test_who_deletes_the_thread_while_it_is_written_in_wants_no_more_of_it(
    club: Club, store: Store
) -> None:
    club.behave(tokens_per_second=20, reply_tokens=400)
    there = Conversation(f"discord:{club.guild.id}", club.general.id)
    asked = await club.ada.mentions("Long?", club.general)
    await club.until(lambda: bool(club.replies(club.general.thread_of(asked))))

    await club.ada.removes(club.thread(asked))
    async with asyncio.timeout(10):
        while await Mailroom(store).waiting(there):  # noqa: ASYNC110 - Redis reports nothing
            await asyncio.sleep(0.02)

    assert club.replies(club.general) == club.replies(club.ada.dm) == []
    assert await Mailbox(store).parked() == []


async def test_it_types_until_the_first_words_stand(club: Club) -> None:
    club.behave(first_token=0.3)

    asked = await club.ada.mentions("Slow?", club.general)
    await club.until(lambda: club.discord.app.name in club.general.typing)

    await club.until_answered(asked, answer_to("Slow?"))
