"""Slash commands as people use them: in channels, in threads, and in direct messages."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord.routes import CALLBACK, CREATE, FOLLOW_UP
from simulators.discord import Channel, Fault, Person, Seen
from simulators.openai import Fault as ModelFault
from simulators.openai_api.behaviour import FaultKind
from tests.adapters.answering import WORDS, answer_to
from tests.adapters.discord.club import Club

EDIT_ANSWER = "PATCH /webhooks/{}/{}/messages/{}"
PLACES = ["channel", "thread", "direct"]


async def place(club: Club, name: str) -> Channel:
    """A channel, a thread in which Parley has answered, or Ada's direct messages."""
    if name == "thread":
        asked = await club.ada.mentions("Before", club.general)
        await club.until_answered(asked, answer_to("Before"))
        return club.thread(asked)
    return club.ada.dm if name == "direct" else club.general


async def used(club: Club, where: Channel, command: str, /, **values: Any) -> Seen:
    """Ada uses a command; what she reads of it, once it is complete."""
    known = {each.id for each in club.replies(where)}
    reaction = await club.ada.uses(command, where, **values)
    assert reaction.responded

    def said() -> list[Seen]:
        new = [each for each in club.replies(where) if each.id not in known]
        return [each for each in new if not each.thinking and "Stop" not in each.buttons]

    await club.until(lambda: bool(said()))
    return said()[0]


def thinking(club: Club, where: Channel, viewer: Person | None = None) -> list[Seen]:
    """What is still to come."""
    return [each for each in club.replies(where, viewer) if each.thinking]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(
    ("command", "values", "words"),
    [
        ("persona list", {}, "Here I answer as **assistant**"),
        ("persona show", {"name": "tutor"}, "tutor"),
        ("model", {}, "gpt-5.4-mini"),
        ("usage", {}, "Prompt tokens"),
        ("privacy", {}, "I keep your questions"),
        ("help", {}, "/persona"),
        ("help", {"command": "persona"}, "/persona use NAME"),
    ],
)
async def test_what_concerns_one_person_only_they_read(
    club: Club, where: str, command: str, values: dict[str, str], words: str
) -> None:
    there = await place(club, where)

    seen = await used(club, there, command, **values)

    assert words in seen.text
    assert seen.ephemeral
    assert where == "direct" or seen.id not in [each.id for each in club.replies(there, club.bob)]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(
    ("command", "values", "words"),
    [
        ("persona use", {"name": "tutor"}, "From now on I answer here as **tutor**"),
        ("persona create", {"name": "pirate", "prompt": "Say arr."}, "Created."),
        ("reset", {}, "We start afresh."),
    ],
)
async def test_what_everybody_meets_everybody_reads(
    club: Club, where: str, command: str, values: dict[str, str], words: str
) -> None:
    there = await place(club, where)

    seen = await used(club, there, command, **values)

    assert words in seen.text
    assert not seen.ephemeral


async def test_a_personas_whole_life_passes_in_commands(club: Club) -> None:
    await used(club, club.general, "persona create", name="pirate", prompt="Say arr.")
    await used(club, club.general, "persona use", name="pirate")
    listed = await used(club, club.general, "persona list")
    changed = await used(club, club.general, "persona edit", name="pirate", prompt="Say aye.")
    shown = await used(club, club.general, "persona show", name="pirate")
    deleted = await used(club, club.general, "persona delete", name="pirate")

    assert "Here I answer as **pirate**" in listed.text
    assert "Changed **pirate**" in changed.text
    assert "Say aye." in shown.text
    assert "Deleted **pirate**" in deleted.text


async def test_a_persona_in_a_thread_answers_there_alone(club: Club) -> None:
    thread = await place(club, "thread")

    await used(club, thread, "persona use", name="tutor")
    here = await used(club, club.general, "persona list")
    there = await used(club, thread, "persona list")

    assert "answer as **assistant**" in here.text
    assert "answer as **tutor**" in there.text


@pytest.mark.parametrize("where", PLACES)
async def test_an_export_is_a_file_for_who_wants_it(club: Club, where: str) -> None:
    there = await place(club, where)
    if where != "thread":
        await used(club, there, "ask", question="My number is 4711.")

    seen = await used(club, there, "export", format="json")

    [(name, content)] = seen.files.items()
    assert name.endswith(".json")
    assert (b"4711" if where != "thread" else b"Before") in content
    assert seen.ephemeral


async def test_an_empty_conversation_has_nothing_to_export(club: Club) -> None:
    seen = await used(club, club.general, "export")

    assert "nothing to export" in seen.text
    assert seen.ephemeral


@pytest.mark.parametrize("where", PLACES)
async def test_a_question_is_answered_in_the_commands_own_answer(club: Club, where: str) -> None:
    there = await place(club, where)

    seen = await used(club, there, "ask", question="Why?")

    assert seen.text == answer_to("Why?")
    assert not seen.ephemeral
    assert "Retry" in seen.buttons
    assert club.discord.calls_to(CALLBACK)[-1].body["type"] == 5
    assert thinking(club, there) == []


async def test_the_answer_to_a_question_grows(club: Club) -> None:
    club.behave(tokens_per_second=20.0)
    await club.ada.uses("ask", club.general, question="Slowly?")

    await club.until(
        lambda: any("word1" in each.text and "word19" not in each.text for each in club.replies(club.general))
    )
    grown = await club.until_said(club.general, answer_to("Slowly?"))

    assert [each.id for each in club.replies(club.general)] == [grown.id]
    assert len(club.discord.calls_to(EDIT_ANSWER)) > 2


async def test_a_long_answer_goes_on_in_further_messages_with_its_code_in_one_piece(club: Club) -> None:
    code = "\n".join(f"line {number} = {number}" for number in range(145))
    club.behave(answer=f"Here:\n\n```python\n{code}\n```\n\nDone.")

    await club.ada.uses("ask", club.general, question="Long?")
    await club.until_said(club.general, "Done.")

    replies = club.replies(club.general)
    assert len(replies) == 2
    assert all(len(each.content) <= 2_000 and each.content.count("```") % 2 == 0 for each in replies)
    assert [bool(each.buttons) for each in replies] == [False, True]
    assert len(club.discord.calls_to(FOLLOW_UP)) == 1
    assert club.discord.calls_to(CREATE) == []


async def test_what_is_asked_by_commands_is_one_conversation(club: Club) -> None:
    await used(club, club.general, "ask", question="First")
    await used(club, club.general, "ask", question="Second")

    body = club.model.requests_to("chat")[-1].body
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]


async def test_a_word_with_a_mark_before_it_does_the_same(club: Club) -> None:
    thread = await place(club, "thread")

    await club.ada.says("!persona use tutor", thread)
    chosen = await club.until_said(thread, "From now on I answer here as **tutor**")
    await club.ada.writes("!usage")
    usage = await club.until_said(club.ada.dm, "Prompt tokens")

    assert not chosen.ephemeral
    assert usage.reply_to


async def test_a_summary_of_a_channel_is_for_who_wants_it(club: Club) -> None:
    club.behave(answer="Lunch at one.")
    await club.ada.says("Lunch?", club.general)
    await club.bob.says("At one.", club.general)

    seen = await used(club, club.general, "summarize")

    prompt = str(club.model.requests_to("chat")[-1].body["messages"][-1]["content"])
    assert (seen.text, seen.ephemeral) == ("Lunch at one.", True)
    assert "Ada: Lunch?\nBob: At one." in prompt


async def test_a_summary_that_is_to_begin_at_no_message_says_so(club: Club) -> None:
    seen = await used(club, club.general, "summarize", **{"from": "yesterday"})

    assert "`/summarize [from]`" in seen.text


async def test_a_reply_that_is_being_written_is_stopped(club: Club) -> None:
    club.behave(tokens_per_second=20.0)
    asked = await club.ada.mentions("Slowly?", club.general)
    await club.until(lambda: "word" in "".join(e.text for e in club.replies(club.general.thread_of(asked))))

    reaction = await club.ada.uses("stop", club.thread(asked))
    await club.until_answered(asked, "Stopped")

    assert reaction.data["content"] == "I have stopped."
    assert thinking(club, club.thread(asked)) == []


@pytest.mark.parametrize("where", PLACES)
async def test_where_nothing_is_being_written_a_stop_says_so(club: Club, where: str) -> None:
    opened = await club.ada.opens_thread("Plans", club.general)
    there = opened if where == "thread" else await place(club, where)

    seen = await used(club, there, "stop")

    assert seen.text == "Nothing is being written here."
    assert seen.ephemeral
    assert thinking(club, there) == []


async def test_the_last_question_is_answered_anew(club: Club) -> None:
    thread = await place(club, "thread")
    club.behave(answer="Better.")

    seen = await used(club, thread, "retry")

    assert (seen.text, seen.ephemeral) == ("Better.", False)


async def test_an_answer_that_was_cut_goes_on(club: Club) -> None:
    club.behave(reply_tokens=2, finish_reason="length")
    thread = await place_of_cut_answer(club)
    club.behave(answer="and the rest.")

    seen = await used(club, thread, "continue")

    assert seen.text.endswith("and the rest.")
    assert not seen.ephemeral


async def place_of_cut_answer(club: Club) -> Channel:
    """The thread of an answer that was cut."""
    asked = await club.ada.mentions("Before", club.general)
    await club.until(
        lambda: any("Continue" in e.buttons for e in club.replies(club.general.thread_of(asked)))
    )
    return club.thread(asked)


async def test_a_receipt_is_for_who_wants_it(club: Club) -> None:
    thread = await place(club, "thread")

    seen = await used(club, thread, "receipt")

    assert "wrote this answer" in seen.text
    assert seen.ephemeral


@pytest.mark.parametrize(
    ("kind", "words"),
    [("quota", "no credit"), ("bad_request", "refused this request"), ("clean_end", "before it began")],
)
async def test_what_goes_wrong_is_said_in_the_answer(club: Club, kind: FaultKind, words: str) -> None:
    club.behave(faults=(ModelFault(kind, times=None),))

    seen = await used(club, club.general, "ask", question="Well?")

    assert words in seen.text
    assert thinking(club, club.general) == []


async def test_an_answer_that_goes_wrong_can_be_had_by_asking_again(club: Club) -> None:
    club.behave(faults=(ModelFault("bad_request"),))
    await used(club, club.general, "ask", question="Well?")

    seen = await used(club, club.general, "retry")

    assert seen.text == answer_to("Well?")


async def test_what_is_flagged_only_its_author_reads(club: Club) -> None:
    await club.ada.uses("ask", club.general, question="I want to kill them all with violence")
    await club.until(lambda: any("flagged" in each.text for each in club.replies(club.general)))

    assert thinking(club, club.general) == []
    assert club.replies(club.general, club.bob) == []


async def test_what_is_flagged_only_its_author_reads_although_answers_get_lost(club: Club) -> None:
    club.discord.faults = (
        Fault("drop-after", "DELETE /webhooks/{}/{}/messages/{}"),
        Fault("drop-after", FOLLOW_UP),
    )

    await club.ada.uses("ask", club.general, question="I want to kill them all with violence")
    await club.until(lambda: any("flagged" in each.text for each in club.replies(club.general)))

    assert club.replies(club.general, club.bob) == []


async def test_what_is_flagged_only_its_author_reads_although_the_verdict_is_faster_than_discord(
    club: Club,
) -> None:
    club.discord.faults = (Fault("delay-work", CALLBACK, seconds=0.5),)

    await club.ada.uses("ask", club.general, question="I want to kill them all with violence")
    await club.until(lambda: any("flagged" in each.text for each in club.replies(club.general)))

    [seen] = club.replies(club.general)
    assert (seen.ephemeral, seen.thinking) == (True, False)
    assert club.replies(club.general, club.bob) == club.replies(club.ada.dm) == []


async def test_a_person_who_comes_late_reads_the_answer_as_a_message(club: Club) -> None:
    club.behave(first_token=1.0)
    await club.ada.uses("ask", club.general, question="Late?")
    club.discord.speed = 36_000.0
    await club.discord.platform.clock.sleep(1_000)
    club.discord.speed = 1.0

    seen = await club.until_said(club.general, answer_to("Late?"))

    assert "Retry" in seen.buttons


async def test_an_acknowledgement_that_is_lost_loses_no_answer(club: Club) -> None:
    club.discord.faults = (Fault("drop-after", CALLBACK),)

    await club.ada.uses("ask", club.general, question="Lost?")
    seen = await club.until_said(club.general, answer_to("Lost?"))

    assert [each.id for each in club.replies(club.general)] == [seen.id]
    assert WORDS in seen.text
