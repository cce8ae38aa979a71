"""Whom Parley takes to speak to it, and whom not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.routes import CREATE, DIRECT, GUILD, OPEN_THREAD, TYPING
from bot.mailbox import Mailbox
from bot.store import Store
from simulators.discord import Channel, Fault
from simulators.faults import FaultKind
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_club, open_server, open_service

MENTION = "<@{bot}> Hello"


@pytest.fixture
async def unreading(valkey: str, store: Store) -> AsyncIterator[Club]:
    """A server in which Parley may not read what is not for it."""
    del store
    async with open_club(valkey, message_content=False) as opened:
        yield opened


async def answered(club: Club, text: str = "Hello") -> Channel:
    """The thread of an answer."""
    question = await club.ada.mentions(text, club.general)
    await club.until_answered(question, answer_to(text))
    return club.thread(question)


async def asked_since(club: Club, thread: Channel | None = None) -> list[str]:
    """What the model was asked until a question that comes last."""
    await club.ada.mentions("Last", thread or club.general)
    await club.until(lambda: any("Last" in text for text in asked(club)))
    return [text for text in asked(club) if "Last" not in text]


def asked(club: Club) -> list[str]:
    """All that the model was asked, without who asked it, and when."""
    texts = [str(each.body["messages"][-1]["content"]) for each in club.model.requests_to("chat")]
    return [text.partition(": ")[2].rpartition("\n\n[")[0] for text in texts]


def refused(club: Club) -> list[str]:
    """What Discord refused, of that which it counts."""
    return [call.route for call in club.discord.calls if call.status in {401, 403, 429}]


async def test_talk_among_people_is_their_own(club: Club) -> None:
    first = await club.ada.says("Lunch?", club.general)
    await club.bob.says("At one.", club.general, reply_to=first)
    thread = await club.ada.opens_thread("Lunch", club.general, first)
    await club.bob.says("Where?", thread)

    assert await asked_since(club) == []


@pytest.mark.parametrize("where", ["channel", "thread", "direct"])
async def test_other_bots_are_not_heard(club: Club, where: str) -> None:
    bot = club.guild.bot("Jenkins")
    thread = await answered(club)
    there = {"channel": club.general, "thread": thread, "direct": bot.dm}[where]

    await bot.says(MENTION.format(bot=club.discord.app.id), there)
    await bot.says("The build failed", there)

    assert await asked_since(club) == ["Hello"]


async def test_webhooks_are_not_heard(club: Club) -> None:
    thread = await answered(club)
    said = await club.bob.says("<@1> Hello", thread)
    told = thread.shown(thread.find(said))
    for channel in (thread, club.general):
        webhook = {"webhook_id": "123456", "channel_id": channel.id, "content": "The build failed"}
        channel.tell("MESSAGE_CREATE", told | webhook)

    assert await asked_since(club) == ["Hello"]


async def test_in_its_thread_what_is_said_to_somebody_else_is_not_for_it(club: Club) -> None:
    thread = await answered(club)
    said = await club.bob.says(f"<@{club.ada.id}> can you look?", thread)
    await club.ada.says("I do", thread, reply_to=said)

    assert await asked_since(club, thread) == ["Hello"]


async def test_in_its_thread_a_reply_that_calls_nobody_is_for_it(club: Club) -> None:
    thread = await answered(club)
    said = await club.bob.says("One more thing", thread)
    await club.until_said(thread, answer_to("One more thing"))

    await club.ada.says("And this", thread, reply_to=said, ping=False)

    await club.until_said(thread, answer_to("And this"))


async def test_a_thread_of_others_is_theirs_until_parley_is_named_there(club: Club) -> None:
    thread = await club.ada.opens_thread("Lunch", club.general)
    await club.ada.says("Before", thread)
    await club.bob.mentions("Now", thread)
    await club.until_said(thread, answer_to("Now"))

    await club.ada.says("After", thread)
    await club.until_said(thread, answer_to("After"))

    assert len(club.model.requests_to("chat")) == 2


async def test_a_role_or_everybody_is_not_parley(club: Club) -> None:
    role = club.guild.add_role("helpers", club.bob, mentionable=True)
    for text in (f"<@&{role}> help", "@everyone help", "@here help", "help"):
        await club.ada.says(text, club.general)

    assert await asked_since(club) == []


def own_role(club: Club) -> str:
    """The role that is called like Parley, as somebody who may mention it picks it from the list."""
    [role] = [each for each in club.guild.roles.values() if each.bot_id]
    role.mentionable = True
    return role.id


async def test_its_own_role_is_taken_for_parley(club: Club) -> None:
    role = own_role(club)

    first = await club.ada.says(f"<@&{role}> Hello", club.general)
    await club.until_answered(first, answer_to("Hello"))
    second = await club.ada.says(f"What does <@&{role}> say?", club.general)
    await club.until_answered(second, "word19")

    assert asked(club)[-1].endswith("What does @Parley say?")
    assert club.discord.calls_to(GUILD) == []


async def test_its_own_role_is_asked_for_once_where_a_session_goes_on(valkey: str, store: Store) -> None:
    del store
    async with open_server() as club:
        async with open_service(club, valkey):
            await answered(club)
        role, other = own_role(club), club.guild.add_role("helpers", mentionable=True)
        async with open_service(club, valkey):
            for text in ("Again", "Once more"):
                await club.ada.says(f"<@&{other}> help", club.general)
                question = await club.ada.says(f"<@&{role}> {text}", club.general)
                await club.until_answered(question, answer_to(text))

    assert len(club.discord.identifies) == 1
    assert len(club.discord.calls_to(GUILD)) == 1
    assert len(club.model.requests_to("chat")) == 3


async def test_a_name_in_the_middle_is_enough(club: Club) -> None:
    said = await club.ada.says(f"What does <@{club.discord.app.id}> say of this?", club.general)

    await club.until(lambda: club.general.thread_of(said) is not None)

    await club.until_said(club.thread(said), "word19")
    assert "@Parley" in asked(club)[0]


async def test_a_reply_to_its_answer_is_for_it_whoever_is_called(club: Club) -> None:
    club.general.deny("CREATE_PUBLIC_THREADS")
    await club.ada.mentions("Hello", club.general)
    answer = await club.until_said(club.general, answer_to("Hello"))

    await club.bob.says("Really?", club.general, reply_to=answer.id)
    await club.until_said(club.general, answer_to("Really?"))
    await club.bob.says("Sure?", club.general, reply_to=answer.id, ping=False)

    await club.until_said(club.general, answer_to("Sure?"))


async def test_a_question_about_a_message_of_others_knows_it(club: Club) -> None:
    said = await club.bob.says("The cake is at four.", club.general)

    await club.ada.mentions("When?", club.general, reply_to=said)
    await club.until(lambda: bool(asked(club)))

    assert "by @Bob" in asked(club)[0]
    assert "> The cake is at four." in asked(club)[0]


@pytest.mark.parametrize("where", ["general", "news", "voice"])
async def test_without_the_intent_it_hears_who_names_it(unreading: Club, where: str) -> None:
    kinds = {"general": 0, "news": 5, "voice": 2}
    there = unreading.general if where == "general" else unreading.guild.add_channel(where, kinds[where])

    said = await unreading.ada.mentions("Hello", there)

    await unreading.until(
        lambda: any("word19" in e.text for e in unreading.replies(there.thread_of(said) or there))
    )


async def test_without_the_intent_it_is_named_each_time_in_a_thread(unreading: Club) -> None:
    thread = await answered(unreading)
    await unreading.bob.says("And then?", thread)
    await unreading.bob.mentions("And now?", thread)

    await unreading.until_said(thread, answer_to("And now?"))

    assert len(unreading.model.requests_to("chat")) == 2


async def test_without_the_intent_direct_messages_and_commands_work(unreading: Club) -> None:
    await unreading.ada.writes("Hello")
    await unreading.until_said(unreading.ada.dm, answer_to("Hello"))
    await unreading.ada.uses("ask", unreading.general, question="Why?")

    await unreading.until_said(unreading.general, answer_to("Why?"))


async def test_without_the_intent_a_reply_to_its_answer_that_calls_it_is_heard(unreading: Club) -> None:
    unreading.general.deny("CREATE_PUBLIC_THREADS")
    await unreading.ada.mentions("Hello", unreading.general)
    answer = await unreading.until_said(unreading.general, answer_to("Hello"))

    await unreading.bob.says("Really?", unreading.general, reply_to=answer.id)

    await unreading.until_said(unreading.general, answer_to("Really?"))


async def test_a_word_for_a_command_in_talk_among_others_is_none(club: Club) -> None:
    await club.ada.says("!reset", club.general)
    await club.ada.says("stop", club.general)

    assert await asked_since(club) == []
    assert [each for each in club.replies(club.general) if "forget" in each.text] == []


async def test_who_asks_where_it_may_not_write_is_told_directly_and_once(club: Club) -> None:
    club.general.deny("SEND_MESSAGES", "CREATE_PUBLIC_THREADS")

    await club.ada.mentions("Hello", club.general)
    told = await club.until_said(club.ada.dm, "I may not write")
    await club.ada.writes("Then here")
    await club.until_said(club.ada.dm, answer_to("Then here"))

    assert told.buttons == ()
    assert len(club.replies(club.ada.dm)) == 2


async def test_where_it_may_not_write_it_does_not_knock_for_everybody(club: Club, store: Store) -> None:
    club.general.deny("SEND_MESSAGES", "CREATE_PUBLIC_THREADS")

    for person in (club.ada, club.bob, club.ada):
        await person.mentions("Hello", club.general)
        await club.until_said(person.dm, "I may not write", person)
    async with asyncio.timeout(10):
        while len(await Mailbox(store).parked()) < 3:  # noqa: ASYNC110 - Redis reports nothing
            await asyncio.sleep(0.02)

    assert sorted(refused(club)) == sorted([TYPING, OPEN_THREAD, CREATE])
    assert len(club.replies(club.ada.dm)) == 1


@pytest.mark.parametrize("fault", ["drop-before", "error-before", "busy"])
async def test_although_nobody_can_be_told_of_it_at_once(club: Club, fault: FaultKind) -> None:
    club.general.deny("SEND_MESSAGES", "CREATE_PUBLIC_THREADS")
    club.discord.faults = (Fault(fault, on=DIRECT, seconds=0.1),)

    await club.ada.mentions("Hello", club.general)
    await club.until_said(club.ada.dm, "I may not write")

    assert refused(club).count(CREATE) == 1


async def test_what_is_asked_in_a_locked_thread_is_not_answered_in_the_channel(club: Club) -> None:
    thread = await answered(club)
    club.general.allow("MANAGE_THREADS", who=club.ada.id)
    await club.ada.archives(thread, locked=True)

    await club.ada.says("More?", thread)
    await club.until_said(club.ada.dm, "locked")

    assert club.replies(club.general) == []
