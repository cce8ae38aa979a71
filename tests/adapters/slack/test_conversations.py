"""Parley in a workspace, as its people meet it: over Socket Mode and over HTTP."""

from __future__ import annotations

from simulators.slack import Seen
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office


async def test_a_mention_is_answered_in_a_thread_of_its_own(office: Office) -> None:
    asked = await office.ada.mentions("What is up?", office.general)

    await office.until_answered(asked, answer_to("What is up?"))

    [reply] = office.replies(asked)
    assert reply.text == answer_to("What is up?")
    assert reply.plain == reply.text
    assert reply.thread == asked
    assert [each.ts for each in office.general.screen()] == [asked]


async def test_the_two_events_of_a_mention_are_answered_once(office: Office) -> None:
    asked = await office.ada.mentions("Once?", office.general)
    await office.until_answered(asked, answer_to("Once?"))

    later = await office.ada.mentions("Later?", office.general)
    await office.until_answered(later, answer_to("Later?"))

    assert len(office.replies(asked)) == 1
    assert len(office.model.requests_to("chat")) == 2


async def test_in_its_thread_nobody_needs_to_mention_it(office: Office) -> None:
    asked = await office.ada.mentions("First?", office.general)
    await office.until_answered(asked, answer_to("First?"))

    await office.workspace.person("Bob").says("And then?", office.general, asked)
    await office.until_answered(asked, answer_to("And then?"))

    assert [each.text for each in office.replies(asked)] == [answer_to("First?"), answer_to("And then?")]


async def test_in_a_thread_of_others_it_stays_quiet_unless_mentioned(office: Office) -> None:
    thread = await office.ada.says("Lunch?", office.general)
    await office.workspace.person("Bob").says("Yes.", office.general, thread)
    await office.ada.mentions("Where?", office.general, thread)

    await office.until_answered(thread, answer_to("Where?"))

    assert [each.text for each in office.replies(thread)] == [answer_to("Where?")]


async def test_a_direct_message_is_answered_in_its_thread(office: Office) -> None:
    asked = await office.ada.writes("Hello")

    await office.until_answered(asked, answer_to("Hello"), office.ada.dm)

    [reply] = office.replies(asked, office.ada.dm)
    assert reply.thread == asked


async def test_a_status_is_shown_until_the_answer_begins(office: Office) -> None:
    office.behave(first_token=0.3)
    asked = await office.ada.mentions("Slow?", office.general)

    await office.until(lambda: office.general.status(asked) == "is working…")
    await office.until_answered(asked, answer_to("Slow?"))
    await office.until(lambda: office.general.status(asked) == "")

    assert office.slack.calls_to("assistant.threads.setStatus") == []


async def test_what_a_command_says_only_its_author_sees(office: Office) -> None:
    reaction = await office.ada.types("/persona", "list", office.general)
    assert reaction.responded

    await office.until(lambda: len(office.general.screen(viewer=office.ada)) == 1)

    [seen] = office.general.screen(viewer=office.ada)
    assert seen.ephemeral
    assert "tutor" in seen.text
    assert office.general.screen() == []


async def test_reset_in_a_thread_is_written_with_an_exclamation_mark(office: Office) -> None:
    asked = await office.ada.mentions("Remember me?", office.general)
    await office.until_answered(asked, answer_to("Remember me?"))

    await office.ada.says("!reset", office.general, asked)

    await office.until_answered(asked, "I have forgotten this conversation")

    assert len(office.model.requests_to("chat")) == 1


async def test_a_flagged_question_is_refused_so_that_only_its_author_sees_it(office: Office) -> None:
    asked = await office.ada.mentions("I want to kill them all with violence", office.general)

    def private() -> list[Seen]:
        return [each for each in office.general.screen(viewer=office.ada) if each.ephemeral]

    await office.until(lambda: len(private()) == 1)

    # A thread in which nobody has answered yet would show it to nobody.
    [refusal] = private()
    assert "flagged" in refusal.text
    assert office.replies(asked) == []
    await office.until(lambda: office.general.status(asked) == "")
    assert office.model.requests_to("chat") == []
