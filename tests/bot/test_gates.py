from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.errors import BadRequest, ModelUnavailable, ParleyError, QuestionFlagged
from bot.gates import errors_told, in_order, only_if_addressed
from bot.messages import Conversation, IncomingMessage
from bot.reply import Handler, ReplySink
from bot.running import Stopped
from tests.fakes import CHANNEL, RecordingReply, Said, incoming, settled

ELSEWHERE = Conversation(CHANNEL.tenant, "random")
THREAD = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")


def raising(error: BaseException) -> Handler:
    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        reply.write(f"About {message.text}: ")
        raise error

    return handler


class Desk:
    """A handler that writes down when it begins and ends, and ends a message when the test says so."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.may_end: dict[str, asyncio.Event] = {}

    async def __call__(self, message: IncomingMessage, reply: ReplySink) -> None:
        del reply
        self.events.append(f"{message.id} begins")
        await self.may_end.setdefault(message.id, asyncio.Event()).wait()
        self.events.append(f"{message.id} ends")

    async def end(self, name: str) -> None:
        self.may_end.setdefault(name, asyncio.Event()).set()
        await settled()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def tasks() -> Iterator[list[asyncio.Task[None]]]:
    started: list[asyncio.Task[None]] = []
    yield started
    for task in started:
        task.cancel()


async def arrive(
    handler: Handler, tasks: list[asyncio.Task[None]], name: str, where: Conversation = CHANNEL
) -> asyncio.Task[None]:
    async def run() -> None:
        await handler(incoming("Hi", id=name, conversation=where), RecordingReply())

    task = asyncio.create_task(run())
    tasks.append(task)
    await settled()
    return task


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


async def test_a_conversation_has_one_turn_at_a_time_in_the_order_of_arrival(
    desk: Desk, tasks: list[asyncio.Task[None]]
) -> None:
    ordered = in_order(desk)
    for name in ("first", "second", "third"):
        await arrive(ordered, tasks, name)

    for name in ("third", "first", "second"):
        await desk.end(name)

    assert desk.events == [
        "first begins",
        "first ends",
        "second begins",
        "second ends",
        "third begins",
        "third ends",
    ]


@pytest.mark.parametrize("other", [ELSEWHERE, THREAD, Conversation("test:other", "general")])
async def test_other_conversations_do_not_wait(
    desk: Desk, tasks: list[asyncio.Task[None]], other: Conversation
) -> None:
    ordered = in_order(desk)

    await arrive(ordered, tasks, "here")
    await arrive(ordered, tasks, "there", other)

    assert desk.events == ["here begins", "there begins"]


async def test_a_follow_up_in_a_thread_waits_for_the_reply_that_opens_it(
    desk: Desk, tasks: list[asyncio.Task[None]]
) -> None:
    ordered = in_order(desk)

    async def opening() -> None:
        await ordered(incoming("Hi", id="opening", opens=THREAD), RecordingReply())

    tasks.append(asyncio.create_task(opening()))
    await settled()
    await arrive(ordered, tasks, "follow-up", THREAD)
    begun = list(desk.events)
    await desk.end("opening")

    assert begun == ["opening begins"]
    assert desk.events == ["opening begins", "opening ends", "follow-up begins"]


async def test_who_is_cancelled_while_waiting_leaves_the_line(
    desk: Desk, tasks: list[asyncio.Task[None]]
) -> None:
    ordered = in_order(desk)
    await arrive(ordered, tasks, "first")
    second = await arrive(ordered, tasks, "second")
    await arrive(ordered, tasks, "third")

    second.cancel()
    await settled()
    still_first = list(desk.events)
    await desk.end("first")

    assert still_first == ["first begins"]
    assert desk.events == ["first begins", "first ends", "third begins"]


async def test_a_turn_that_fails_lets_the_next_one_begin(tasks: list[asyncio.Task[None]]) -> None:
    begun: list[str] = []

    async def handler(message: IncomingMessage, reply: ReplySink) -> None:
        del reply
        begun.append(message.id)
        await asyncio.sleep(0)
        if message.id == "first":
            raise BadRequest("No.")

    ordered = in_order(handler)

    first = await arrive(ordered, tasks, "first")
    await arrive(ordered, tasks, "second")

    assert isinstance(first.exception(), BadRequest)
    assert begun == ["first", "second"]


class Watched(Conversation):
    """A conversation whose end of life can be seen."""


async def test_nothing_is_kept_of_a_conversation_whose_turns_are_over(
    desk: Desk, tasks: list[asyncio.Task[None]]
) -> None:
    ordered = in_order(desk)
    conversation = Watched("test:team", "general")
    watched = weakref.ref(conversation)
    for name in ("first", "second", "cancelled"):
        await arrive(ordered, tasks, name, conversation)

    tasks[-1].cancel()
    await desk.end("first")
    await desk.end("second")
    del conversation
    tasks.clear()
    gc.collect()

    assert len(desk.events) == 4
    assert watched() is None
