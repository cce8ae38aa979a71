"""The menu of a message, as people use it: summed up from there, and a question about it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.hearing.forms import FORGOTTEN
from adapters.discord.hearing.interactions import NOT_FOR_YOU
from adapters.discord.payloads.menus import ASK, SUMMARIZE
from adapters.discord.replies.spot import UNTITLED
from adapters.discord.routes import CREATE
from bot.store import Store
from simulators.discord import Channel, Fault, Seen
from simulators.openai import Fault as ModelFault
from tests.adapters.answering import WORDS, answer_to
from tests.adapters.discord.club import Club, open_club

ASKS = "asks about this message"


@pytest.fixture
async def unreading(valkey: str, store: Store) -> AsyncIterator[Club]:
    """A server in which Parley may not read what is not for it."""
    del store
    async with open_club(valkey, message_content=False) as opened:
        yield opened


def prompt_of(club: Club) -> str:
    """The question of the newest prompt."""
    body = club.model.requests_to("chat")[-1].body
    return str(body["messages"][-1]["content"])


async def summed_up(club: Club, message: str, channel: Channel) -> Seen:
    """What Bob reads who wants a message and what follows summed up."""
    assert (await club.bob.uses_menu(SUMMARIZE, message, channel)).responded

    def said() -> list[Seen]:
        return [each for each in club.replies(channel, club.bob) if each.ephemeral and not each.thinking]

    await club.until(lambda: bool(said()))
    return said()[-1]


async def asked_about(club: Club, message: str, channel: Channel, question: str) -> None:
    """Bob asks about a message."""
    await club.bob.uses_menu(ASK, message, channel)
    assert (await club.bob.submits({"Your question": question})).responded


async def test_what_was_said_from_there_on_is_summed_up_for_who_wants_it(club: Club) -> None:
    club.behave(answer="Ada buys the cake.")
    await club.ada.says("Hello", club.general)
    first = await club.ada.says("Who buys the cake?", club.general)
    await club.bob.says("You do!", club.general)

    summary = await summed_up(club, first, club.general)

    assert summary.text == "Ada buys the cake."
    assert "Ada: Who buys the cake?\nBob: You do!" in prompt_of(club)
    assert "Hello" not in prompt_of(club)
    assert club.replies(club.general, club.ada) == []


@pytest.mark.parametrize("way", ["menu", "command"])
async def test_nobody_is_told_what_they_may_not_read_themselves(club: Club, way: str) -> None:
    said = await club.ada.says("Bob must not know this.", club.general)
    club.general.deny("READ_MESSAGE_HISTORY", who=club.bob.id)

    told = (
        await club.bob.uses_menu(SUMMARIZE, said, club.general)
        if way == "menu"
        else await club.bob.uses("summarize", club.general)
    )

    assert told.data["content"] == NOT_FOR_YOU
    assert told.data["flags"] & 1 << 6
    assert club.model.requests == []


async def test_a_thread_is_summed_up_from_any_of_its_messages(club: Club) -> None:
    club.behave(answer="Cake.")
    thread = await club.ada.opens_thread("Cake", club.general)
    await club.ada.says("Who?", thread)
    second = await club.bob.says("Me.", thread)

    await summed_up(club, second, thread)

    assert "Bob: Me." in prompt_of(club)
    assert "Who?" not in prompt_of(club)


async def test_direct_messages_are_summed_up_too(club: Club) -> None:
    said = await club.bob.writes("My number is 4711.")
    await club.until_said(club.bob.dm, WORDS, club.bob)

    summary = await summed_up(club, said, club.bob.dm)

    assert WORDS in summary.text
    assert "4711" in prompt_of(club)


async def test_a_message_that_parley_may_not_read_is_summed_up_and_the_rest_is_counted(
    unreading: Club,
) -> None:
    unreading.behave(answer="Ada buys the cake.")
    first = await unreading.ada.says("Who buys the cake?", unreading.general)
    await unreading.bob.says("You do!", unreading.general)
    await unreading.bob.says("Or I do!", unreading.general)

    summary = await summed_up(unreading, first, unreading.general)

    assert "Ada: Who buys the cake?" in prompt_of(unreading)
    assert "Bob:" not in prompt_of(unreading)
    assert "Ada buys the cake." in summary.text
    assert "I may not read 2 of the messages here" in summary.text


async def test_where_parley_may_read_nothing_the_message_alone_is_summed_up(club: Club) -> None:
    club.behave(answer="A question.")
    secret = club.guild.channel("secret")
    first = await club.bob.says("Who buys the cake?", secret)
    secret.deny("VIEW_CHANNEL")

    summary = await summed_up(club, first, secret)

    assert summary.text == "A question."
    assert "Who buys the cake?" in prompt_of(club)


async def test_a_question_about_a_message_is_answered_in_its_thread(club: Club) -> None:
    club.behave(answer="It is a cake.")
    said = await club.ada.says("The thing with [candles](https://example.org) & @everyone", club.general)

    await club.bob.uses_menu(ASK, said, club.general)
    sent = await club.bob.submits({"Your question": "What is <this>?\nReally @everyone?"})
    await club.until_answered(said, "It is a cake.")

    thread = club.thread(said)
    assert sent.data["content"] == f"You asked. I answer in <#{thread.id}>."
    assert "What is <this>?" in prompt_of(club)
    assert "candles" in prompt_of(club)
    assert "by @Ada" in prompt_of(club)
    assert thread.name.startswith("What is")
    assert [ping for ping in club.discord.pings if ping.who != "Ada"] == []


async def test_whoever_reads_the_answer_reads_who_asked_what(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)

    await asked_about(club, said, club.general, "Which?\nAnd why?")
    answer = await club.until_answered(said, answer_to("Which?"))

    first, second = club.replies(club.thread(said), club.ada)
    assert first.text == f"**Bob** {ASKS}:\n> Which?\n> And why?"
    assert first.buttons == ()
    assert second.id == answer.id


async def test_only_who_asked_may_ask_again(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    await asked_about(club, said, club.general, "Which?")
    answer = await club.until_answered(said, answer_to("Which?"))
    club.behave(answer="Better.")

    refused = await club.ada.clicks(answer.id, club.thread(said), "Retry")
    await club.bob.clicks(answer.id, club.thread(said), "Retry")
    await club.until_answered(said, "Better.")

    assert "`!retry`" in refused.data["content"]
    assert len([each for each in club.replies(club.thread(said)) if ASKS in each.text]) == 1


async def test_its_thread_is_one_in_which_nobody_needs_to_mention_parley(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    await asked_about(club, said, club.general, "Which?")
    await club.until_answered(said, answer_to("Which?"))

    await club.ada.says("Really?", club.thread(said))
    await club.until_answered(said, answer_to("Really?"))

    body = club.model.requests_to("chat")[-1].body
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize("denied", ["CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"])
async def test_where_there_is_no_thread_the_answer_hangs_on_the_message(club: Club, denied: str) -> None:
    club.general.deny(denied)
    said = await club.ada.says("A cake.", club.general)

    await club.bob.uses_menu(ASK, said, club.general)
    sent = await club.bob.submits({"Your question": "Which?"})
    answer = await club.until_said(club.general, answer_to("Which?"))

    assert sent.data["content"] == "You asked. I answer here."
    assert answer.reply_to == said
    assert [ASKS in each.text for each in club.replies(club.general, club.ada)] == [True, False]


async def test_what_discord_itself_said_is_answered_without_being_replied_to(club: Club) -> None:
    await club.ada.opens_thread("Cake", club.general)
    club.general.deny("CREATE_PUBLIC_THREADS")
    [announced] = club.general.screen(club.bob)

    await asked_about(club, announced.id, club.general, "Which?")
    answer = await club.until_said(club.general, answer_to("Which?"))

    assert answer.reply_to is None


async def test_in_a_thread_it_is_answered_there(club: Club) -> None:
    thread = await club.ada.opens_thread("Cake", club.general)
    said = await club.ada.says("A cake.", thread)

    await asked_about(club, said, thread, "Which?")
    answer = await club.until_said(thread, answer_to("Which?"))

    assert answer.reply_to == said


async def test_in_direct_messages_it_is_answered_there(club: Club) -> None:
    said = await club.bob.writes("My number is 4711.")
    await club.until_said(club.bob.dm, WORDS, club.bob)

    await asked_about(club, said, club.bob.dm, "Which?")
    answer = await club.until_said(club.bob.dm, answer_to("Which?"), club.bob)

    assert answer.reply_to == said


async def test_who_asks_where_parley_may_not_answer_is_told_before_they_write(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    club.general.deny("SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS")

    told = await club.bob.uses_menu(ASK, said, club.general)

    assert "I may not write here" in told.data["content"]
    assert club.bob.modal is None


async def test_what_is_asked_in_a_private_thread_stays_there(club: Club) -> None:
    thread = await club.ada.opens_thread("Secret", club.general, private=True)
    said = await club.ada.says("A cake.", thread)

    await club.ada.uses_menu(ASK, said, thread)
    await club.ada.submits({"Your question": "Which?"})
    await club.until(lambda: any("I may not write" in each.text for each in club.replies(thread)))

    assert club.replies(club.general, club.ada) == []
    assert all(each.ephemeral for each in club.replies(thread))


async def test_a_message_that_parley_may_not_read_can_be_asked_about(unreading: Club) -> None:
    said = await unreading.ada.says("The candles.", unreading.general)

    await asked_about(unreading, said, unreading.general, "Which?")
    await unreading.until_answered(said, answer_to("Which?"))

    assert "> The candles." in prompt_of(unreading)


async def test_a_long_question_about_a_long_message_is_shown_and_answered(club: Club) -> None:
    said = await club.ada.says('"\\' * 500 + "漢字" * 400, club.general)
    question = "\n".join(f"Is it {number}?" for number in range(160))

    await asked_about(club, said, club.general, question)
    await club.until_answered(said, WORDS)

    shown = "".join(each.text for each in club.replies(club.thread(said)))
    assert "> Is it 0?" in shown
    assert "Is it 159?" in shown


async def test_nothing_of_a_question_is_shown_that_is_flagged(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)

    await asked_about(club, said, club.general, "I will kill you")
    await club.until(lambda: any("flagged" in each.text for each in club.replies(club.general, club.bob)))

    assert club.general.thread_of(said) is None
    assert club.replies(club.general, club.ada) == []
    assert not any("kill" in str(call.body) for call in club.discord.calls)


async def test_a_thread_is_not_named_after_what_nobody_could_judge(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    club.behave(faults=(ModelFault("unauthorized", "moderations", times=None),))

    await asked_about(club, said, club.general, "I will kill you")
    told = await club.until_answered(said, "moderation")

    assert "kill" not in told.text
    assert club.thread(said).name == UNTITLED
    assert len(club.replies(club.thread(said))) == 1


async def test_what_a_question_is_about_is_forgotten_once_it_is_asked(club: Club, store: Store) -> None:
    said = await club.ada.says("A cake with candles.", club.general)
    await club.bob.uses_menu(ASK, said, club.general)
    [note] = await store.do("KEYS", "*:note:question*")
    kept = await store.do("TTL", note)

    await club.bob.submits({"Your question": "Which?"})
    await club.until_answered(said, answer_to("Which?"))

    assert kept <= 15 * 60
    assert await store.do("KEYS", "*:note:question*") == []


async def test_who_asks_too_late_is_told_so_with_what_they_wrote(club: Club, store: Store) -> None:
    said = await club.ada.says("A cake.", club.general)
    await club.bob.uses_menu(ASK, said, club.general)
    await store.do("DEL", *await store.do("KEYS", "*:note:question*"))

    sent = await club.bob.submits({"Your question": "Which one?"})

    assert FORGOTTEN in sent.data["content"]
    assert "Which one?" in sent.data["content"]
    assert sent.data["flags"] & 1 << 6
    assert club.general.thread_of(said) is None


async def test_nobody_submits_the_question_of_somebody_else(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    await club.bob.uses_menu(ASK, said, club.general)
    modals = club.discord.platform.interactions.modals
    modals[club.ada.id] = modals[club.bob.id]

    sent = await club.ada.submits({"Your question": "Which?"})

    assert FORGOTTEN in sent.data["content"]
    assert club.general.thread_of(said) is None


@pytest.mark.parametrize("kind", ["drop-after", "drop-before", "error-after"])
async def test_the_question_that_is_shown_is_not_taken_for_the_answer(club: Club, kind: str) -> None:
    said = await club.ada.says("A cake.", club.general)
    club.discord.faults = (
        Fault("drop-after", CREATE),
        Fault("none", CREATE),
        Fault(kind, CREATE),  # type: ignore[arg-type] # one of its words
    )

    await asked_about(club, said, club.general, "Which?")
    await club.until_answered(said, answer_to("Which?"))

    replies = club.replies(club.thread(said))
    assert [ASKS in each.text for each in replies] == [True, False]


async def test_a_question_brought_twice_is_asked_once(club: Club) -> None:
    said = await club.ada.says("A cake.", club.general)
    await club.bob.uses_menu(ASK, said, club.general)
    club.discord.faults = (Fault("drop-after", "POST /interactions/{}/{}/callback"),)

    await club.bob.submits({"Your question": "Which?"})
    club.discord.drop()
    await club.until_answered(said, answer_to("Which?"))
    await club.ada.mentions("Still there?", club.general)
    await club.until(lambda: len(club.model.requests_to("chat")) == 2)

    assert len(club.replies(club.thread(said))) == 2
