"""Threads beside a channel, prompts and titles: in the older assistant view, and with agent sessions."""

from __future__ import annotations

import pytest

from adapters.slack.replies.titles import LONGEST, title_in
from adapters.slack.surfaces.prompts import DESCRIPTION, PROMPTS, suggested
from simulators.slack import Fault
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office
from tests.fakes import incoming

TITLE = "assistant.threads.setTitle"


async def test_a_thread_that_was_opened_offers_what_to_ask(office: Office) -> None:
    office.slack.app.agent = False

    thread = await office.ada.opens_assistant(office.general)
    await office.until(lambda: thread in office.ada.dm.prompts)

    assert office.ada.dm.prompts[thread]["prompts"] == suggested()
    assert len(office.ada.dm.screen(thread)) == 1


async def test_it_is_called_after_its_first_question_and_keeps_that_name(office: Office) -> None:
    office.slack.app.agent = False
    thread = await office.ada.opens_assistant()
    await office.until(lambda: thread in office.ada.dm.prompts)

    await office.ada.writes("!help", thread)
    await office.until_answered(thread, "I also know these commands", office.ada.dm)
    await office.ada.writes("First?", thread)
    await office.until_answered(thread, answer_to("First?"), office.ada.dm)
    await office.ada.writes("Second?", thread)
    await office.until_answered(thread, answer_to("Second?"), office.ada.dm)

    assert [call.arguments["title"] for call in office.slack.calls_to(TITLE)] == ["First?"]
    assert office.ada.dm.titles == {thread: "First?"}


@pytest.mark.parametrize("method", ["assistant.threads.setSuggestedPrompts", TITLE])
async def test_a_thread_without_prompts_or_title_is_answered_all_the_same(
    office: Office, method: str
) -> None:
    office.slack.app.agent = False
    office.slack.faults = (Fault("error-before", method, times=None),)
    thread = await office.ada.opens_assistant()
    await office.until(lambda: bool(office.slack.calls_to("assistant.threads.setSuggestedPrompts")))

    await office.ada.writes("Well?", thread)

    await office.until_answered(thread, answer_to("Well?"), office.ada.dm)

    assert len(office.replies(thread, office.ada.dm)) == 2  # what Slack itself opens a thread with among them


async def test_other_threads_get_no_title(office: Office) -> None:
    office.slack.app.agent = False
    thread = await office.ada.writes("First?")
    await office.until_answered(thread, answer_to("First?"), office.ada.dm)
    await office.ada.writes("Second?", thread)

    await office.until_answered(thread, answer_to("Second?"), office.ada.dm)

    assert office.slack.calls_to(TITLE) == []


async def test_an_agents_session_is_called_after_its_first_question(office: Office) -> None:
    asked = await office.ada.mentions("What is up?", office.general)
    await office.until_answered(asked, answer_to("What is up?"))
    await office.ada.says("And then?", office.general, asked)
    await office.until_answered(asked, answer_to("And then?"))

    assert office.general.sessions[asked].title == "What is up?"
    assert office.slack.calls_to(TITLE) == []


async def test_an_agent_rests_after_each_answer(office: Office) -> None:
    office.behave(tokens_per_second=50.0)
    asked = await office.ada.mentions("Slowly?", office.general)
    await office.until(lambda: office.general.status(asked) == "is working…")

    await office.until_answered(asked, answer_to("Slowly?"))
    await office.until(lambda: office.general.status(asked) == "")

    assert [call.arguments["status"] for call in office.slack.calls_to("agents.sessions.setStatus")] == [
        "processing"
    ]


async def test_slacks_own_stop_ends_what_is_not_streamed_and_lets_the_agent_rest(office: Office) -> None:
    office.slack.faults = (
        Fault("refuse", "chat.startStream", error="channel_type_not_supported", times=None),
    )
    office.behave(tokens_per_second=25.0)
    asked = await office.ada.mentions("Long?", office.general)
    await office.until(lambda: bool(office.replies(asked)))

    await office.ada.stops(asked, office.general)

    await office.until(lambda: "Stopped" in office.replies(asked)[0].text)
    await office.until(lambda: office.general.status(asked) == "")

    assert office.replies(asked)[0].buttons[0] == "Continue"


async def test_who_opens_their_messages_hears_nothing(office: Office) -> None:
    await office.ada.opens_messages()

    asked = await office.ada.writes("Hello")
    await office.until_answered(asked, answer_to("Hello"), office.ada.dm)

    assert office.slack.calls_to("views.publish") == []
    assert all(each.outcome == "acknowledged" for each in office.slack.deliveries if each.outcome)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("What is up?", "What is up?"),
        ("  What\n is\tup? ", "What is up?"),
        ("word " * 30, "word " * 11 + "word…"),
        ("x" * 100, "x" * (LONGEST - 1) + "…"),
        ("Ask <!channel> and <@U024BE7LH>", "Ask and"),
        ("!reset", ""),
        ("/persona", ""),
        ("", ""),
    ],
)
def test_a_title_is_one_short_line(text: str, title: str) -> None:
    assert title_in(incoming(text)) == title
    assert len(title) <= LONGEST


def test_the_prompts_keep_to_the_limits_of_slack() -> None:
    assert len(PROMPTS) == 4
    assert len(DESCRIPTION) <= 300
