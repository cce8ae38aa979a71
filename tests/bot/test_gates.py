from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.conclusion import Conclusion
from bot.errors import (
    MOST_CHARACTERS,
    BadRequest,
    ClaimLost,
    ModelUnavailable,
    ParleyError,
    PlatformBusy,
    PlatformError,
    PlatformRefused,
    PlatformUnclear,
    QuestionFlagged,
)
from bot.gates import concluded_once, errors_told, only_if_addressed
from bot.messages import IncomingMessage
from bot.reply import Ending, Handler, ReplySink
from bot.running import Stopped
from tests.fakes import RecordingReply, Said, incoming


def raising(error: BaseException) -> Handler:
    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        reply.write(f"About {message.text}: ")
        raise error

    return handler


async def test_what_people_say_to_each_other_is_not_answered() -> None:
    asked: list[IncomingMessage] = []

    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        del reply
        asked.append(message)

    await only_if_addressed(handler)(incoming("Lunch?", addressed=False), RecordingReply())
    await only_if_addressed(handler)(incoming("Who are you?"), RecordingReply())

    assert [message.text for message in asked] == ["Who are you?"]


async def test_an_outage_is_not_told_to_people_who_talk_to_each_other() -> None:
    reply = RecordingReply()
    handler = only_if_addressed(errors_told(raising(ModelUnavailable("Away."))))

    await handler(incoming("Lunch?", addressed=False), reply)

    assert reply == RecordingReply(written=reply.written)


async def test_an_error_is_told_with_what_happened_and_what_to_do() -> None:
    reply = RecordingReply()

    await errors_told(raising(ModelUnavailable("I can't reach the model. Please try again.")))(
        incoming("Hi"), reply
    )

    assert reply.failures == [Said("I can't reach the model. Please try again.")]


async def test_only_its_author_reads_that_a_question_was_flagged() -> None:
    reply = RecordingReply()

    await errors_told(raising(QuestionFlagged(("hate/threatening", "self-harm"))))(incoming("Hi"), reply)

    (failure,) = reply.failures
    assert failure.private
    assert "hate: threatening, self harm" in failure.text


async def test_an_error_nobody_thought_of_is_told_without_its_words_but_with_where_to_look() -> None:
    reply = RecordingReply()

    with capture_logs() as lines:
        await errors_told(raising(KeyError("sk-secret")))(incoming("Hi", id="m42"), reply)

    (failure,) = reply.failures
    assert "sk-secret" not in failure.text
    assert "KeyError" not in failure.text
    assert "`m42`" in failure.text
    assert [line["event"] for line in lines] == ["turn_crashed"]


@pytest.mark.parametrize("error", [BadRequest("No."), KeyError("no")])
async def test_what_was_already_written_stays_and_the_failure_follows(error: Exception) -> None:
    reply = RecordingReply()

    await errors_told(raising(error))(incoming("tea"), reply)

    assert reply.text == "About tea: "
    assert len(reply.failures) == 1


def test_what_is_told_of_an_error_fits_one_message_on_every_platform() -> None:
    notice = ParleyError("x" * 5_000).notice

    assert len(notice) == MOST_CHARACTERS
    assert notice.endswith("x…")


async def test_a_turn_that_goes_well_tells_of_no_error() -> None:
    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        reply.write(message.text)

    reply = RecordingReply()

    await errors_told(handler)(incoming("Hi"), reply)

    assert (reply.text, reply.failures) == ("Hi", [])


async def test_a_turn_that_was_stopped_before_it_began_says_so_and_is_no_failure() -> None:
    reply = RecordingReply()

    await errors_told(raising(Stopped()))(incoming("Hi"), reply)

    assert [ending.reason for ending in reply.endings] == ["stopped"]
    assert reply.failures == []


async def test_a_cancelled_turn_stays_cancelled_and_says_nothing() -> None:
    reply = RecordingReply()

    with pytest.raises(asyncio.CancelledError):
        await errors_told(raising(asyncio.CancelledError()))(incoming("Hi"), reply)

    assert reply.failures == []


async def test_the_log_of_a_failed_turn_has_nothing_that_a_person_wrote() -> None:
    error = ParleyError("Sorry.")
    error.__cause__ = ValueError("Error code: 422 - my password is hunter2")

    with capture_logs() as lines:
        await errors_told(raising(error))(incoming("my password is hunter2"), RecordingReply())

    assert [line["event"] for line in lines] == ["turn_failed"]
    assert lines[0]["error"] == "ParleyError"
    assert "hunter2" not in str(lines)


@pytest.mark.parametrize(
    "error",
    [
        ClaimLost(),
        PlatformError("no"),
        PlatformUnclear("no"),
        PlatformBusy(3.0),
        PlatformRefused("no"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_nobody_can_be_told_is_raised_and_not_told(error: Exception) -> None:
    reply = RecordingReply()

    with capture_logs() as lines, pytest.raises(type(error)) as raised:
        await errors_told(raising(error))(incoming("Hi"), reply)

    assert raised.value is error
    assert (reply.failures, reply.notices, reply.endings) == ([], [], [])
    assert lines == []


async def test_an_answer_that_was_complete_before_is_shown_and_nobody_is_asked_again() -> None:
    reply = RecordingReply()
    conclusion = Conclusion("Tea.", Ending("length", "_Cut off._"), "_Nobody could judge it._")

    await concluded_once(raising(AssertionError("asked again")), conclusion)(incoming("Hi"), reply)

    assert reply.text == "Tea."
    assert reply.endings == [Ending("length", "_Cut off._")]
    assert reply.notices == [Said("_Nobody could judge it._")]


async def test_an_answer_without_a_caution_is_shown_without_a_notice() -> None:
    reply = RecordingReply()

    await concluded_once(raising(AssertionError("asked again")), Conclusion("Tea.", Ending("complete")))(
        incoming("Hi"), reply
    )

    assert (reply.text, reply.notices) == ("Tea.", [])


async def test_a_question_without_a_complete_answer_is_asked() -> None:
    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        reply.write(f"About {message.text}.")

    reply = RecordingReply()

    await concluded_once(handler, None)(incoming("tea"), reply)

    assert reply.text == "About tea."
