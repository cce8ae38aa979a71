"""Shortcuts on a message: its thread summed up for one person, and a question about it."""

from __future__ import annotations

from adapters.slack.payloads.events import team_of_interaction
from adapters.slack.payloads.shortcuts import ASK, SUMMARIZE
from simulators.slack import Fault, Seen
from tests.adapters.slack.office import Office


def prompt_of(office: Office) -> str:
    """The question of the newest prompt."""
    body = office.model.requests_to("chat")[-1].body
    return str(body["messages"][-1]["content"])


def shown(office: Office, ts: str) -> Seen:
    """A message of the channel, as people see it."""
    return next(each for each in [*office.general.screen(), *office.general.screen(ts)] if each.ts == ts)


async def test_a_thread_is_summed_up_for_who_wants_it(office: Office) -> None:
    office.behave(answer="Ada buys the cake.")
    bob = office.workspace.person("Bob")
    thread = await office.ada.says("Who buys the cake?", office.general)
    await bob.says("You do!", office.general, thread)

    await bob.uses_shortcut(SUMMARIZE, shown(office, thread))
    await office.until(
        lambda: any(e.text == "Ada buys the cake." for e in office.replies(thread, viewer=bob))
    )

    assert "Ada: Who buys the cake?\nBob: You do!" in prompt_of(office)
    assert office.replies(thread, viewer=office.ada) == []


async def test_what_was_summed_up_is_not_remembered(office: Office) -> None:
    office.behave(answer="Ada buys the cake.")
    thread = await office.ada.mentions("Who buys the cake?", office.general)
    await office.until_answered(thread, "Ada buys the cake.")
    await office.ada.says("!summarize", office.general, thread)
    await office.until(lambda: len(office.replies(thread)) == 2)

    await office.ada.says("And then?", office.general, thread)
    await office.until(lambda: len(office.replies(thread)) == 3)

    body = office.model.requests_to("chat")[-1].body
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]


async def test_a_channel_is_summed_up_by_the_slash_command(office: Office) -> None:
    office.behave(answer="Lunch at one.")
    await office.ada.says("Lunch?", office.general)
    await office.workspace.person("Bob").says("At one.", office.general)

    await office.ada.types("/summarize", "", office.general)
    await office.until(
        lambda: any(e.text == "Lunch at one." for e in office.general.screen(viewer=office.ada))
    )

    assert "Ada: Lunch?\nBob: At one." in prompt_of(office)


async def test_what_may_not_be_read_is_told_with_the_cure(office: Office) -> None:
    private = office.workspace.channel("secret", private=True, bot=False)
    await office.ada.says("Psst", private)

    await office.ada.uses_shortcut(SUMMARIZE, private.screen(viewer=office.ada)[0])
    await office.until(lambda: any("invite me" in each.text for each in private.screen(viewer=office.ada)))

    assert office.model.requests_to("chat") == []


async def test_a_question_about_a_message_is_answered_in_its_thread(office: Office) -> None:
    office.behave(answer="It is a cake.")
    bob = office.workspace.person("Bob")
    said = await office.ada.says("The thing with <https://example.org|candles> & <!channel>", office.general)

    await bob.uses_shortcut(ASK, shown(office, said))
    await office.until(lambda: bob.modal is not None)
    await bob.submits({"words": "What is <this>?"})
    await office.until_answered(said, "It is a cake.")

    assert "What is <this>?" in prompt_of(office)
    assert "candles" in prompt_of(office)
    assert "by @Ada" in prompt_of(office)
    [question] = [each for each in office.replies(said) if "asks about" in each.text]
    assert "Bob" in question.text
    assert "What is <this>?" in question.text
    assert office.workspace.pings == []


async def test_its_thread_is_one_in_which_nobody_needs_to_mention_it(office: Office) -> None:
    said = await office.ada.says("A cake.", office.general)
    await office.ada.uses_shortcut(ASK, shown(office, said))
    await office.until(lambda: office.ada.modal is not None)
    await office.ada.submits({"words": "Which?"})
    await office.until(lambda: any("To Which?" in each.text for each in office.replies(said)))

    await office.ada.says("Really?", office.general, said)

    await office.until_answered(said, "To Really?")

    assert len(office.model.requests_to("chat")) == 2


async def test_who_asks_where_parley_is_not_is_told_before_they_write(office: Office) -> None:
    private = office.workspace.channel("secret", private=True, bot=False)
    await office.ada.says("Psst", private)

    await office.ada.uses_shortcut(ASK, private.screen(viewer=office.ada)[0])
    await office.until(lambda: any("Invite me" in each.text for each in private.screen(viewer=office.ada)))

    assert office.ada.modal is None


async def test_a_message_in_any_script_can_be_asked_about(office: Office) -> None:
    said = await office.ada.says('"\\' * 700 + "漢字" * 700, office.general)

    await office.ada.uses_shortcut(ASK, shown(office, said))

    await office.until(lambda: office.ada.modal is not None)

    assert office.ada.modal
    assert len(office.ada.modal["private_metadata"].encode()) <= 3_000


async def test_the_question_that_is_shown_is_not_taken_for_the_answer(office: Office) -> None:
    said = await office.ada.says("A cake.", office.general)
    office.slack.faults = (Fault("drop-after", "chat.startStream"), Fault("drop-after", "chat.postMessage"))
    await office.ada.uses_shortcut(ASK, shown(office, said))
    await office.until(lambda: office.ada.modal is not None)

    await office.ada.submits({"words": "Which?"})
    await office.until(
        lambda: any(e.text.startswith("To Which?") and e.buttons for e in office.replies(said))
    )

    assert len([each for each in office.replies(said) if "asks about" in each.text]) == 1


async def test_a_long_thread_is_summed_up_although_slack_wants_its_reader_to_wait(office: Office) -> None:
    office.behave(answer="Numbers.")
    thread = await office.ada.says("First", office.general)
    for number in range(250):
        await office.ada.says(f"Number {number}", office.general, thread)
    office.slack.faults = (
        Fault("none", "conversations.replies"),
        Fault("busy", "conversations.replies", seconds=1.0),
    )

    await office.ada.uses_shortcut(SUMMARIZE, shown(office, thread))
    await office.until(
        lambda: "Numbers." in [each.text for each in office.replies(thread, viewer=office.ada)], within=30
    )

    assert "Number 249" in prompt_of(office)
    assert len(office.slack.calls_to("conversations.replies")) <= 4


def test_what_a_guest_does_belongs_to_the_workspace_with_the_app() -> None:
    view = {"app_installed_team_id": "T0PARLEY1"}

    assert team_of_interaction({"team": {"id": "T0GUEST"}, "view": view}) == "T0PARLEY1"
    assert team_of_interaction({"team": {"id": "T0PARLEY1"}}) == "T0PARLEY1"
