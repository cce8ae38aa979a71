"""Questions that are edited or deleted, through the whole service."""

from __future__ import annotations

from adapters.slack.payloads.changes import change_in
from bot.messages import Conversation
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office
from tests.adapters.slack.payloads import BOT, TENANT, payload

TS = "1732180000.123456"
SLOWLY = {"tokens_per_second": 20.0}


def read_by_model(office: Office) -> str:
    """All that stood in the newest prompt."""
    body = office.model.requests_to("chat")[-1].body
    return "\n".join(str(message["content"]) for message in body["messages"])


def test_an_edited_message_changes_the_one_that_it_was() -> None:
    message = change_in(payload("message_changed"), BOT)

    assert message
    assert (message.changes, message.deleted, message.text) == (TS, False, "What is 2 + 3?")
    assert message.answered_in == Conversation(TENANT, "C0GENERAL", TS)
    assert message.id not in {TS, ""}


def test_a_message_that_is_only_drawn_anew_is_none() -> None:
    body = payload("message_changed")
    body["event"]["previous_message"]["text"] = body["event"]["message"]["text"]

    assert change_in(body, BOT) is None


def test_a_deleted_message_takes_back_the_one_that_it_was() -> None:
    message = change_in(payload("message_deleted"), BOT)

    assert message
    assert (message.changes, message.deleted) == (TS, True)


async def test_an_edited_question_is_answered_anew_in_place(office: Office) -> None:
    question = await office.ada.mentions("Two and two?", office.general)
    await office.until_answered(question, answer_to("Two and two?"))
    before = office.replies(question)

    await office.ada.edits(question, office.general, "Two and three?")
    await office.until_answered(question, "Two and three?")

    after = office.replies(question)
    assert [each.ts for each in after] == [each.ts for each in before]
    assert "Two and two?" not in after[0].text


async def test_what_was_edited_away_is_remembered_no_more(office: Office) -> None:
    question = await office.ada.mentions("My number is 4711.", office.general)
    await office.until_answered(question, answer_to("My number is 4711."))
    await office.ada.edits(question, office.general, "Forget it.")
    await office.until_answered(question, "Forget it.")

    await office.ada.says("What do you know?", office.general, question)
    await office.until_answered(question, answer_to("What do you know?"))

    assert "4711" not in read_by_model(office)
    assert "Forget it." in read_by_model(office)


async def test_a_question_that_is_edited_while_it_is_answered_is_answered_anew(office: Office) -> None:
    office.behave(**SLOWLY)
    question = await office.ada.mentions("Two and two?", office.general)
    await office.until(lambda: any("word" in each.text for each in office.replies(question)))
    office.behave()

    await office.ada.edits(question, office.general, "Two and three?")
    await office.until_answered(question, answer_to("Two and three?"))

    assert [each.text for each in office.replies(question)] == [answer_to("Two and three?")]


async def test_a_deleted_question_takes_its_answer_along(office: Office) -> None:
    question = await office.ada.mentions("My number is 4711.", office.general)
    await office.until_answered(question, answer_to("My number is 4711."))

    await office.ada.deletes(question, office.general)
    await office.until(lambda: not office.replies(question))

    other = await office.ada.mentions("What do you know?", office.general)
    await office.until_answered(other, answer_to("What do you know?"))
    assert "4711" not in read_by_model(office)


async def test_a_thread_that_began_with_a_deleted_question_forgets_it_too(office: Office) -> None:
    question = await office.ada.mentions("My number is 4711.", office.general)
    await office.until_answered(question, answer_to("My number is 4711."))
    thread = await office.ada.mentions("Hello", office.general)
    await office.until_answered(thread, answer_to("Hello"))

    await office.ada.deletes(question, office.general)
    await office.until(lambda: not office.replies(question))
    await office.ada.says("Go on", office.general, thread)
    await office.until_answered(thread, answer_to("Go on"))

    assert "4711" not in read_by_model(office)
    assert "Hello" in read_by_model(office)


async def test_a_question_that_is_deleted_while_it_is_answered_leaves_nothing(office: Office) -> None:
    office.behave(**SLOWLY)
    question = await office.ada.mentions("My number is 4711.", office.general)
    await office.until(lambda: any("word" in each.text for each in office.replies(question)))
    office.behave()

    await office.ada.deletes(question, office.general)
    await office.until(lambda: not office.replies(question))

    other = await office.ada.mentions("What do you know?", office.general)
    await office.until_answered(other, answer_to("What do you know?"))
    assert "4711" not in read_by_model(office)


async def test_the_answers_of_retries_go_with_the_question(office: Office) -> None:
    question = await office.ada.mentions("Hello", office.general)
    await office.until_answered(question, answer_to("Hello"))
    await office.ada.says("!retry", office.general, question)
    await office.until(lambda: len([e for e in office.replies(question) if not e.streaming]) == 2)

    await office.ada.edits(question, office.general, "Goodbye")
    await office.until_answered(question, answer_to("Goodbye"))

    assert [each.text for each in office.replies(question)] == [answer_to("Goodbye")]


async def test_a_mention_that_is_added_later_is_heard(office: Office) -> None:
    said = await office.ada.says("Two and two?", office.general)

    await office.ada.edits(said, office.general, f"<@{office.workspace.bot_user_id}> Two and two?")

    await office.until_answered(said, answer_to("Two and two?"))

    assert len(office.replies(said)) == 1


async def test_what_people_edit_and_delete_among_themselves_is_their_own(office: Office) -> None:
    said = await office.ada.says("Lunch?", office.general)
    gone = await office.ada.says("Lunch!", office.general)
    await office.ada.edits(said, office.general, "Lunch at one?")
    await office.ada.deletes(gone, office.general)

    question = await office.ada.mentions("Hello", office.general)
    await office.until_answered(question, answer_to("Hello"))

    assert len(office.model.requests_to("chat")) == 1
    assert [each.ts for each in office.general.screen()] == [said, question]


async def test_a_question_that_waits_is_answered_as_it_reads_by_then(office: Office) -> None:
    office.behave(**SLOWLY)
    thread = await office.ada.mentions("First", office.general)
    await office.until(lambda: any("word" in each.text for each in office.replies(thread)))
    second = await office.ada.says("Second", office.general, thread)
    third = await office.ada.says("Third", office.general, thread)

    await office.ada.edits(second, office.general, "Second, but better")
    await office.ada.deletes(third, office.general)
    office.behave()
    await office.until_answered(thread, answer_to("Second, but better"))

    assert [each.text for each in office.replies(thread)] == [
        answer_to("First"),
        answer_to("Second, but better"),
    ]


def test_what_is_edited_to_speak_to_somebody_else_is_not_for_the_bot() -> None:
    body = payload("message_changed")
    body["event"]["message"]["text"] = "<@U0BOB> can you look?"

    assert change_in(body, BOT) is None


def test_a_preview_that_comes_without_what_was_before_is_no_edit() -> None:
    body = payload("message_changed")
    del body["event"]["previous_message"], body["event"]["message"]["edited"]

    assert change_in(body, BOT) is None


async def test_what_was_said_before_parley_took_part_is_not_answered_for_an_edit(office: Office) -> None:
    bob = office.workspace.person("Bob")
    thread = await office.ada.says("Lunch?", office.general)
    early = await bob.says("At one", office.general, thread)
    await office.ada.mentions("Where?", office.general, thread)
    await office.until_answered(thread, answer_to("Where?"))

    await bob.edits(early, office.general, "At two")
    await office.ada.says("And then?", office.general, thread)
    await office.until_answered(thread, answer_to("And then?"))

    assert [each.text for each in office.replies(thread)] == [answer_to("Where?"), answer_to("And then?")]
