"""Questions that are edited or deleted, through the whole service."""

from __future__ import annotations

import pytest

from bot.store import Store
from simulators.discord import Channel
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_club

SLOWLY = {"tokens_per_second": 20.0}
NUMBER = "My number is 4711."


def read_by_model(club: Club) -> str:
    """All that stood in the newest prompt."""
    body = club.model.requests_to("chat")[-1].body
    return "\n".join(str(message["content"]) for message in body["messages"])


async def answered(club: Club, text: str) -> tuple[str, Channel]:
    """A question in the channel, and the thread of its answer."""
    question = await club.ada.mentions(text, club.general)
    await club.until_answered(question, answer_to(text))
    return question, club.thread(question)


async def asked_next(club: Club) -> str:
    """What the model reads of the channel when somebody asks there anew."""
    other = await club.ada.mentions("What do you know?", club.general)
    await club.until_answered(other, answer_to("What do you know?"))
    return read_by_model(club)


async def growing(club: Club, text: str) -> tuple[str, Channel]:
    """A question whose answer is being written."""
    club.behave(**SLOWLY)
    question = await club.ada.mentions(text, club.general)
    await club.until(lambda: any("word" in e.text for e in club.replies(club.general.thread_of(question))))
    club.behave()
    return question, club.thread(question)


def mention(club: Club, text: str) -> str:
    """What somebody writes who names Parley."""
    return f"<@{club.discord.app.id}> {text}"


async def test_an_edited_question_is_answered_anew_in_place(club: Club) -> None:
    question, thread = await answered(club, "Two and two?")
    before = club.replies(thread)

    await club.ada.edits(question, club.general, mention(club, "Two and three?"))
    await club.until_said(thread, answer_to("Two and three?"))

    after = club.replies(thread)
    assert [each.id for each in after] == [each.id for each in before]
    assert "Two and two?" not in after[0].text


async def test_an_edited_direct_message_is_answered_anew_in_place(club: Club) -> None:
    question = await club.ada.writes("Two and two?")
    before = await club.until_said(club.ada.dm, answer_to("Two and two?"))

    await club.ada.edits(question, club.ada.dm, "Two and three?")
    after = await club.until_said(club.ada.dm, answer_to("Two and three?"))

    assert after.id == before.id
    assert len(club.replies(club.ada.dm)) == 1


async def test_what_was_edited_away_is_remembered_no_more(club: Club) -> None:
    question, thread = await answered(club, NUMBER)
    await club.ada.edits(question, club.general, mention(club, "Forget it."))
    await club.until_said(thread, answer_to("Forget it."))

    await club.ada.says("What do you know?", thread)
    await club.until_said(thread, answer_to("What do you know?"))

    assert "4711" not in read_by_model(club)
    assert "Forget it." in read_by_model(club)


async def test_a_question_that_is_edited_while_it_is_answered_is_answered_anew(club: Club) -> None:
    question, thread = await growing(club, "Two and two?")

    await club.ada.edits(question, club.general, mention(club, "Two and three?"))
    await club.until_said(thread, answer_to("Two and three?"))

    assert [each.text for each in club.replies(thread)] == [answer_to("Two and three?")]


async def test_a_deleted_question_takes_its_answer_along(club: Club) -> None:
    question, thread = await answered(club, NUMBER)

    await club.ada.deletes(question, club.general)
    await club.until(lambda: not club.replies(thread))

    assert "4711" not in await asked_next(club)


async def test_a_thread_that_began_with_a_deleted_question_forgets_it_too(club: Club) -> None:
    question, thread = await answered(club, NUMBER)
    await club.ada.says("Hello", thread)
    await club.until_said(thread, answer_to("Hello"))

    await club.ada.deletes(question, club.general)
    await club.until(lambda: len(club.replies(thread)) == 1)
    await club.ada.says("Go on", thread)
    await club.until_said(thread, answer_to("Go on"))

    assert "4711" not in read_by_model(club)
    assert "Hello" in read_by_model(club)


async def test_a_question_that_is_deleted_while_it_is_answered_leaves_nothing(club: Club) -> None:
    question, thread = await growing(club, NUMBER)

    await club.ada.deletes(question, club.general)
    await club.until(lambda: not club.replies(thread))

    assert "4711" not in await asked_next(club)


async def test_many_that_are_deleted_at_once_are_forgotten_each(club: Club) -> None:
    first, thread = await answered(club, NUMBER)
    second, other = await answered(club, "My street is Elm Street.")

    await club.bob.deletes_many([first, second], club.general)
    await club.until(lambda: not club.replies(thread) and not club.replies(other))

    known = await asked_next(club)
    assert "4711" not in known
    assert "Elm" not in known


async def test_the_answers_of_retries_go_with_the_question(club: Club) -> None:
    question, thread = await answered(club, "Hello")
    await club.ada.says("!retry", thread)
    await club.until(lambda: len([e for e in club.replies(thread) if "Retry" in e.buttons]) == 2)

    await club.ada.edits(question, club.general, mention(club, "Goodbye"))
    await club.until_said(thread, answer_to("Goodbye"))

    assert [each.text for each in club.replies(thread)] == [answer_to("Goodbye")]


async def test_the_answers_that_a_button_brought_go_with_the_question(club: Club) -> None:
    question, thread = await answered(club, "Hello")
    await club.ada.clicks(club.replies(thread)[0].id, thread, "Retry")
    await club.until(lambda: len([e for e in club.replies(thread) if "Retry" in e.buttons]) == 2)

    await club.ada.deletes(question, club.general)

    await club.until(lambda: not club.replies(thread))


async def test_a_long_answer_goes_as_a_whole(club: Club) -> None:
    club.behave(answer=" ".join(f"number{number}" for number in range(400)), reply_tokens=None)
    question = await club.ada.mentions("Long?", club.general)
    await club.until_answered(question, "number399")
    assert len(club.replies(club.thread(question))) > 1

    await club.ada.deletes(question, club.general)

    await club.until(lambda: not club.replies(club.general.thread_of(question)))


async def test_a_mention_that_is_added_later_is_heard(club: Club) -> None:
    said = await club.ada.says("Two and two?", club.general)

    await club.ada.edits(said, club.general, mention(club, "Two and two?"))

    await club.until_answered(said, answer_to("Two and two?"))
    assert len(club.replies(club.thread(said))) == 1


async def test_what_people_edit_and_delete_among_themselves_is_their_own(club: Club) -> None:
    said = await club.ada.says("Lunch?", club.general)
    gone = await club.ada.says("Lunch!", club.general)
    await club.ada.edits(said, club.general, "Lunch at one?")
    await club.ada.deletes(gone, club.general)

    question, _ = await answered(club, "Hello")

    assert len(club.model.requests_to("chat")) == 1
    assert [each.id for each in club.general.screen()] == [said, question]


async def test_a_question_that_waits_is_answered_as_it_reads_by_then(club: Club) -> None:
    _, thread = await growing(club, "First")
    club.behave(**SLOWLY)
    second = await club.ada.says("Second", thread)
    third = await club.ada.says("Third", thread)

    await club.ada.edits(second, thread, "Second, but better")
    await club.ada.deletes(third, thread)
    club.behave()
    await club.until_said(thread, answer_to("Second, but better"))

    assert [each.text for each in club.replies(thread)] == [
        answer_to("First"),
        answer_to("Second, but better"),
    ]


async def test_a_link_that_unfolds_is_no_edit(club: Club) -> None:
    question, thread = await answered(club, "What is https://example.org?")
    await club.until(lambda: bool(club.general.posts[question].message["embeds"]))

    await club.ada.says("Still there?", thread)
    await club.until_said(thread, answer_to("Still there?"))

    assert len(club.model.requests_to("chat")) == 2
    assert len(club.replies(thread)) == 2


async def test_a_message_that_is_pinned_is_no_edit(club: Club) -> None:
    question, thread = await answered(club, "Hello")
    post = club.general.posts[question]
    post.message["pinned"] = True
    club.general.tell("MESSAGE_UPDATE", club.general.shown(post))

    await club.ada.says("Still there?", thread)
    await club.until_said(thread, answer_to("Still there?"))

    assert len(club.model.requests_to("chat")) == 2


async def test_a_thread_that_is_deleted_troubles_nobody(club: Club) -> None:
    question, thread = await growing(club, NUMBER)

    club.guild.remove_channel(thread)
    other, _ = await answered(club, "Hello")

    assert club.general.thread_of(question) is None
    assert len(club.replies(club.thread(other))) == 1


async def test_a_channel_that_is_deleted_troubles_nobody(club: Club) -> None:
    doomed = club.guild.channel("doomed")
    club.behave(**SLOWLY)
    await club.ada.mentions("Hello", doomed)
    await club.until(lambda: any("word" in e.text for t in doomed.threads for e in club.replies(t)))
    club.behave()

    club.guild.remove_channel(doomed)

    await answered(club, "Still there?")


async def test_an_answer_that_somebody_deleted_stays_away(club: Club) -> None:
    _, thread = await answered(club, "Hello")
    await club.ada.deletes(club.replies(thread)[0].id, thread)

    await club.ada.says("Still there?", thread)
    await club.until_said(thread, answer_to("Still there?"))

    assert len(club.replies(thread)) == 1


async def test_without_the_intent_what_is_edited_is_heard_where_parley_is_named(
    valkey: str, store: Store
) -> None:
    del store
    async with open_club(valkey, message_content=False) as club:
        question, thread = await answered(club, "Two and two?")
        await club.ada.edits(question, club.general, mention(club, "Two and three?"))
        await club.until_said(thread, answer_to("Two and three?"))
        await club.ada.deletes(question, club.general)
        await club.until(lambda: not club.replies(thread))


@pytest.mark.parametrize("text", ["<@{bob}> can you look?", "<@{bob}>, what is {bot} for?"])
async def test_what_is_edited_to_speak_to_somebody_else_is_not_for_parley(club: Club, text: str) -> None:
    _, thread = await answered(club, "Hello")
    said = await club.ada.says("And you?", thread)
    await club.until_said(thread, answer_to("And you?"))

    await club.ada.edits(said, thread, text.format(bob=club.bob.id, bot="Parley"))
    await club.ada.says("Still there?", thread)
    await club.until_said(thread, answer_to("Still there?"))

    assert len(club.model.requests_to("chat")) == 3
