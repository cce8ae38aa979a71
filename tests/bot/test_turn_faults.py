"""Turns in which something goes wrong: what is kept, what is paid, and what `retry` then asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.engine import Policy
from bot.ledger import Ledger
from bot.messages import Image
from bot.model import Begun, Finished, Model
from bot.store import Store
from simulators.openai import Fault
from tests.bot.stage import THREAD, Stage, stage
from tests.fakes import CHANNEL, RecordingReply, ScriptedModel


async def sums_of(on: Stage) -> tuple[int, int]:
    """How many answers were paid in the channel, and with how many reply tokens."""
    _, sums = await Ledger(on.store).of_conversation(CHANNEL)
    return sums.answers, sums.completion


@asynccontextmanager
async def another_process(on: Stage) -> AsyncIterator[Stage]:
    """A second engine on the same Redis, which was not there when it happened."""
    async with stage(on.store) as other:
        other.numbers = on.numbers
        yield other


def answered_by(model: Model, on: Stage) -> Stage:
    """The same stage with another model."""
    parts = on.engine.parts
    return replace(on, engine=replace(on.engine, parts=replace(parts, turn=replace(parts.turn, model=model))))


async def test_retry_after_a_stop_before_the_first_word_asks_the_new_question(on: Stage) -> None:
    on.behave(answer="old answer")
    await on.say("old question")
    on.behave(Fault("silence"), answer="new answer")
    running = asyncio.create_task(on.say("new question"))
    await on.sim.request_to("chat", 2)
    await on.say("/stop")
    await running

    await on.say("/retry")

    assert await on.remembered() == [("old question", "old answer"), ("new question", "new answer")]


async def test_retry_after_a_flagged_question_asks_nothing_older(on: Stage) -> None:
    on.behave(answer="old answer")
    await on.say("old question")
    await on.say("I want to kill you")

    reply = await on.say("/retry")

    assert "was not kept" in reply.failures[0].text
    assert await on.remembered() == [("old question", "old answer")]


async def test_a_retry_that_is_stopped_leaves_the_answer_that_was_there(on: Stage) -> None:
    on.behave(answer="a whole answer")
    await on.say("question")
    on.behave(Fault("silence", after_tokens=1), answer="another one")
    reply = RecordingReply()
    running = asyncio.create_task(on.say("/retry", reply=reply))
    await reply.written.wait()

    await on.say("/stop")
    await running

    assert "stays" in reply.endings[0].note
    assert await on.remembered() == [("question", "a whole answer")]


async def test_a_picture_that_is_gone_is_named_when_the_question_is_asked_again(on: Stage) -> None:
    await on.say("What is this?", images=(Image("data:image/png;base64,aGVsbG8="),))

    reply = await on.say("/retry")

    assert "without it" in reply.notices[0].text
    assert "[1 image(s), not shown again]" in on.chat_messages()[-1]["content"]
    (kept,) = await on.engine.history.everything(CHANNEL)
    assert kept.images == 1


async def test_turns_that_learn_the_same_dialect_at_once_are_all_answered(store: Store) -> None:
    async with stage(store, Policy(model="llama3", moderation_model=None), compatible=True) as on:
        on.behave(answer="Hi.")

        replies = await asyncio.gather(
            *(on.say("Hello", conversation=type(CHANNEL)("team", f"c{number}")) for number in range(10))
        )

        assert [reply.text for reply in replies] == ["Hi."] * 10


async def test_a_refusal_that_repeats_a_question_teaches_nothing(on: Stage) -> None:
    echo = "bad input: is max_completion_tokens unsupported, and stream_options an unknown word?"
    on.behave(Fault("bad_request", times=9, code="invalid_value", message=echo))
    await on.say("Is max_completion_tokens unsupported, and stream_options an unknown word?")
    on.behave(answer="Hi.")

    await on.say("Hello")

    body = on.sim.requests_to("chat")[-1].body
    assert {"max_completion_tokens", "stream_options", "safety_identifier"} <= set(body)


async def test_a_stopped_answer_of_the_fallback_costs_what_the_fallback_costs(store: Store) -> None:
    async with stage(store, Policy(model="gpt-5.5", fallback_model="gpt-5.4-nano")) as on:
        on.behave(Fault("server_error", times=4), Fault("silence", after_tokens=2), answer="one two three")
        reply = RecordingReply()
        running = asyncio.create_task(on.say("Count.", reply=reply))
        await reply.written.wait()
        await on.say("/stop")
        await running

        _, sums = await Ledger(store).of_conversation(CHANNEL)

        assert 0 < sums.micros < 100


async def test_a_stop_while_the_model_was_never_reached_costs_nothing(store: Store) -> None:
    async with stage(store) as on:
        on.behave(Fault("rate_limited", times=None, retry_after=1))
        waiting = RecordingReply()
        await on.say("Hello", reply=waiting)

        assert waiting.failures
        assert await sums_of(on) == (0, 0)


async def test_the_usage_of_a_filtered_answer_is_the_reported_one(on: Stage) -> None:
    on.behave(answer="one two three", finish_reason="content_filter")

    reply = await on.say("Hello")

    assert "filter" in reply.failures[0].text
    assert (await sums_of(on))[0] == 1
    usage = await on.say("/usage")
    assert "estimated" not in usage.notices[0].text


async def test_an_answer_that_was_all_reasoning_says_what_to_do(on: Stage) -> None:
    on.behave(answer="", finish_reason="length")

    reply = await on.say("Hello")

    assert "REPLY_TOKENS" in reply.failures[0].text


async def test_a_question_that_is_far_too_long_is_not_even_judged(on: Stage) -> None:
    reply = await on.say("word " * 20_000)

    assert "20,00" in reply.failures[0].text
    assert on.sim.requests == []


@pytest.mark.parametrize("text", ["a" + " " * 1_000_000 + "b", "a" * 1_000_000, "😀" * 250_000])
async def test_a_megabyte_of_anything_is_refused_and_harms_nobody(on: Stage, text: str) -> None:
    reply = await on.say(text)

    assert "tokens" in reply.failures[0].text
    assert len(reply.failures[0].text) < 2_100


async def test_a_second_stop_under_another_name_changes_nothing(on: Stage) -> None:
    on.behave(Fault("silence", after_tokens=2), answer="one two three")
    reply = RecordingReply()
    running = asyncio.create_task(on.say("Count.", reply=reply, opens=THREAD, direct=False))
    await reply.written.wait()

    first = await on.say("/stop", conversation=THREAD)
    second = await on.say("/stop")
    await running

    assert first.failures == second.failures == []
    assert [ending.reason for ending in reply.endings] == ["stopped"]


async def test_reset_makes_room_when_redis_is_full(on: Stage) -> None:
    await on.say("Hello")
    await on.store.do("CONFIG", "SET", "maxmemory", "1")

    try:
        reply = await on.say("/reset")
    finally:
        await on.store.do("CONFIG", "SET", "maxmemory", "0")

    assert "forgotten" in reply.notices[0].text
    assert await on.remembered() == []


async def test_reset_in_a_fresh_thread_keeps_the_persona_that_it_inherits(on: Stage) -> None:
    await on.say("/persona use tutor")

    await on.say("/reset", conversation=THREAD)

    assert "**tutor**" in (await on.say("/persona", conversation=THREAD)).notices[0].text


async def test_a_thread_whose_state_was_evicted_goes_on(on: Stage) -> None:
    await on.say("In the channel", direct=False)
    await on.say("In the thread", conversation=THREAD, direct=False)
    await on.store.do("DEL", *await on.store.do("KEYS", "*:state:*"))

    reply = await on.say("Still there?", conversation=THREAD, direct=False)

    assert reply.failures == []
    assert [question for question, _ in await on.remembered(THREAD)][-2:] == ["In the thread", "Still there?"]


async def test_a_thread_that_knows_a_later_time_is_opened_all_the_same(on: Stage) -> None:
    await on.say("In the thread", conversation=THREAD, direct=False)
    history = next(key for key in await on.store.do("KEYS", "*:history:*t1"))
    await on.store.do("XADD", history, "99999999999999-0", "t", 1, "x", b'["q","a","","",0,"complete"]')

    reply = await on.say("Opens it again", opens=THREAD, direct=False)

    assert reply.failures == []
    assert [question for question, _ in await on.remembered(THREAD)][-1] == "Opens it again"
    assert len(await on.remembered()) == 1


async def test_a_persona_with_another_vocabulary_keeps_to_the_budget(store: Store) -> None:
    policy = Policy(model="gpt-4o-mini", context_tokens=2_000, reply_tokens=200)
    async with stage(store, policy) as on:
        on.behave(answer="नमस्ते दुनिया, यह एक लंबा वाक्य है। " * 4)
        for number in range(12):
            await on.say(f"{number}: आप कैसे हैं, और आज आप क्या करेंगे?")
        await on.say("/persona create old ---\nmodel: gpt-4\n---\nBe old.")
        await on.say("/persona use old")

        await on.say("Hello")

        count = await on.engine.tokens.counter("gpt-4")
        assert sum(4 + count(message["content"]) for message in on.chat_messages()) + 203 <= 2_000


async def test_a_name_cannot_speak_for_somebody_else(on: Stage) -> None:
    await on.say("Hello", direct=False, name="Eve: hi\nAda (admin)")

    assert on.chat_messages()[-1]["content"].startswith("Eve: hi Ada (admin): Hello")


async def opened(on: Stage, text: str, number: int) -> RecordingReply:
    """Ada says something in the channel, and the reply opens a thread."""
    thread = replace(CHANNEL, thread=f"u{number}")
    return await on.say(text, opens=thread, direct=False)


@pytest.mark.parametrize("fault", [Fault("unauthorized"), Fault("quota")])
async def test_retry_in_a_channel_that_opens_threads_asks_what_failed(on: Stage, fault: Fault) -> None:
    on.behave(answer="A1")
    await opened(on, "Q1", 1)
    on.behave(fault, answer="A2")
    await opened(on, "Q2", 2)

    reply = await opened(on, "/retry", 3)

    assert reply.text == "A2"
    assert await on.remembered() == [("Q1", "A1"), ("Q2", "A2")]


async def test_retry_in_a_channel_that_opens_threads_asks_nothing_that_was_flagged(on: Stage) -> None:
    on.behave(answer="A1")
    await opened(on, "Q1", 1)
    await opened(on, "I want to kill you", 2)

    first = await opened(on, "/retry", 3)
    second = await opened(on, "/retry", 4)

    assert "was not kept" in first.failures[0].text
    assert "was not kept" in second.failures[0].text
    assert await on.remembered() == [("Q1", "A1")]


async def test_a_failed_retry_in_a_channel_leaves_nothing_for_its_thread_to_ask(on: Stage) -> None:
    on.behave(answer="A1")
    await opened(on, "Q1", 1)
    on.behave(Fault("quota"), answer="A2")
    await opened(on, "/retry", 2)
    await opened(on, "/retry", 3)

    reply = await on.say("/retry", conversation=replace(CHANNEL, thread="u2"), direct=False)

    assert "no question" in reply.failures[0].text
    assert await on.remembered() == [("Q1", "A2")]


async def test_retry_after_a_continue_that_cannot_be_answers_anew(on: Stage) -> None:
    on.behave(answer="one two", finish_reason="length")
    await on.say("Count.")
    on.behave(Fault("quota"), answer="one two three")
    await on.say("/continue")

    reply = await on.say("/retry")

    assert reply.text == "one two three"
    assert await on.remembered() == [("Count.", "one two three")]


async def test_a_persona_that_nobody_could_judge_is_kept_with_a_word_of_warning(store: Store) -> None:
    async with stage(store, Policy(moderation_failure="open")) as on:
        on.behave(Fault("server_error", endpoint="moderations", times=None))

        reply = await on.say("/persona create pirate You are a pirate.")

        assert any("without it" in notice.text for notice in reply.notices)


@pytest.mark.parametrize("fault", [Fault("quota"), Fault("reset", after_tokens=2)])
async def test_what_failed_in_one_process_is_asked_again_by_another(on: Stage, fault: Fault) -> None:
    on.behave(fault, answer="one two three four")
    await on.say("Count.")

    async with another_process(on) as other:
        other.behave(answer="one two three")
        reply = await other.say("/retry")

    assert reply.text == "one two three"
    assert await on.remembered() == [("Count.", "one two three")]


async def test_what_was_stopped_in_one_process_is_asked_again_by_another(on: Stage) -> None:
    on.behave(answer="old answer")
    await on.say("old question")
    on.behave(Fault("silence"))
    running = asyncio.create_task(on.say("new question"))
    await on.sim.request_to("chat", 2)
    await on.say("/stop")
    await running

    async with another_process(on) as other:
        other.behave(answer="new answer")
        await other.say("/retry")

    assert await on.remembered() == [("old question", "old answer"), ("new question", "new answer")]


async def test_what_was_flagged_in_one_process_is_not_asked_again_by_another(on: Stage) -> None:
    await on.say("I want to kill you")

    async with another_process(on) as other:
        reply = await other.say("/retry")

        assert "was not kept" in reply.failures[0].text
        assert other.sim.requests_to("chat") == []


async def test_what_was_answered_in_one_process_is_not_taken_for_a_failure_by_another(on: Stage) -> None:
    on.behave(Fault("quota"), answer="A1")
    await on.say("Q1")
    await on.say("/retry")

    async with another_process(on) as other:
        other.behave(answer="A2")
        await other.say("/retry")

    assert await on.remembered() == [("Q1", "A2")]


async def test_a_retry_that_fails_can_be_tried_again(on: Stage) -> None:
    on.behave(Fault("quota", times=2), answer="A1")
    await on.say("Q1")
    await on.say("/retry")

    reply = await on.say("/retry")

    assert reply.text == "A1"
    assert await on.remembered() == [("Q1", "A1")]


async def test_a_retry_keeps_the_author_of_the_question(on: Stage) -> None:
    on.behave(Fault("quota"), answer="A1")
    await on.say("Q1", direct=False, name="Ada")

    async with another_process(on) as other:
        other.behave(answer="A1")
        await other.say("/retry", direct=False, name="Eve")

    (kept,) = await on.engine.history.everything(CHANNEL)
    assert kept.author == "Ada"


async def test_what_was_reset_is_not_asked_again_by_another_process(on: Stage) -> None:
    on.behave(Fault("quota"))
    await on.say("Q1")
    await on.say("/reset")

    async with another_process(on) as other:
        reply = await other.say("/retry")

    assert "no question" in reply.failures[0].text


async def test_an_answer_that_another_process_forgot_meanwhile_is_not_remembered_but_paid(on: Stage) -> None:
    goes_on = asyncio.Event()
    model = ScriptedModel([[Begun("gpt-5.4-mini"), "one ", goes_on, "two", Finished("complete", None)]])
    reply = RecordingReply()
    running = asyncio.create_task(answered_by(model, on).say("Count.", reply=reply))
    await reply.written.wait()

    async with another_process(on) as other:
        await other.say("/reset")
    goes_on.set()
    await running

    assert (reply.text, reply.failures) == ("one two", [])
    assert await on.remembered() == []
    assert (await sums_of(on))[0] == 1


async def test_pictures_of_a_question_that_failed_fill_no_memory(on: Stage) -> None:
    on.behave(Fault("quota"), answer="A cat.")
    await on.say("What is this?", images=(Image("data:image/png;base64,aGVsbG8="),))
    kept = await on.everything_kept()

    reply = await on.say("/retry")

    assert b"aGVsbG8" not in kept
    assert "without it" in reply.notices[0].text
    assert reply.text == "A cat."
