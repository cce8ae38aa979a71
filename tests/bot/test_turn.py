"""A turn from the message to the memory, on a real Valkey and through the real client."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.engine import Policy
from bot.messages import Conversation, Image
from bot.prompt import tokens_of
from bot.store import Store
from bot.tokens import TOKENS_PER_REPLY, load_count
from simulators.openai import Fault
from simulators.openai_api.behaviour import FaultKind
from tests.bot.stage import Stage, stage
from tests.fakes import CHANNEL, RecordingReply


async def test_a_question_is_answered_and_remembered_with_its_answer(on: Stage) -> None:
    on.behave(answer="Paris.")

    reply = await on.say("What is the capital of France?")

    assert reply.statuses == ["Thinking…"]
    assert reply.text == "Paris."
    assert [ending.reason for ending in reply.endings] == ["complete"]
    assert await on.remembered() == [("What is the capital of France?", "Paris.")]


async def test_the_next_question_comes_with_the_exchange_before_it(on: Stage) -> None:
    on.behave(answer="Paris.")
    await on.say("What is the capital of France?")

    await on.say("And of Italy?")

    roles = [(message["role"], message["content"]) for message in on.chat_messages()]
    assert roles[1:3] == [("user", "What is the capital of France?"), ("assistant", "Paris.")]
    assert roles[3][1].startswith("And of Italy?")
    assert roles[0][0] == "system"


async def test_the_model_is_asked_only_after_the_verdict(on: Stage) -> None:
    on.behave(answer="Paris.", moderation_latency=0.05)

    await on.say("What is the capital of France?")

    assert [request.endpoint for request in on.sim.requests] == ["moderations", "chat"]
    judged, asked = on.sim.requests
    assert asked.arrived - judged.arrived >= 0.05
    assert judged.body == {"model": "omni-moderation-latest", "input": "What is the capital of France?"}


async def test_a_flagged_question_reaches_no_model_and_no_memory(on: Stage) -> None:
    reply = await on.say("I want to kill you", name="Mallory")

    assert on.sim.requests_to("chat") == []
    assert reply.text == ""
    assert reply.failures[0].private
    assert "harassment" in reply.failures[0].text
    (incident,) = await on.engine.incidents.all(CHANNEL.tenant)
    assert (incident.author, incident.channel) == ("Mallory", "general")
    assert "violence" in incident.categories
    assert incident.scores["violence"] > 0.5
    assert b"kill" not in await on.everything_kept()


async def test_the_text_of_an_incident_is_kept_where_the_operator_wants_it(store: Store) -> None:
    async with stage(store, Policy(keep_incident_text=True)) as on:
        await on.say("I want to kill you")

        (incident,) = await on.engine.incidents.all(CHANNEL.tenant)
        assert incident.text == "I want to kill you"


async def test_an_image_is_judged_before_the_model_sees_it(on: Stage) -> None:
    harmless = Image("data:image/png;base64,aGVsbG8=")
    violent = Image("data:image/png;base64,dmlvbGVuY2U=")

    shown = await on.say("What is this?", images=(harmless,))
    refused = await on.say("What is this?", images=(harmless, violent))

    assert shown.text
    assert refused.failures[0].private
    assert len(on.sim.requests_to("chat")) == 1
    assert on.chat_messages(0)[-1]["content"][1]["image_url"]["url"] == harmless.url


async def test_without_a_verdict_nothing_is_asked_and_the_person_is_told(on: Stage) -> None:
    on.behave(Fault("server_error", endpoint="moderations", times=None))

    reply = await on.say("Hello")

    assert on.sim.requests_to("chat") == []
    assert "moderation check" in reply.failures[0].text
    assert len(on.sim.requests_to("moderations")) == 4
    assert await on.remembered() == []


async def test_an_operator_may_let_questions_through_without_a_verdict(store: Store) -> None:
    async with stage(store, Policy(moderation_failure="open")) as on:
        on.behave(Fault("server_error", endpoint="moderations", times=None), answer="Hi.")

        reply = await on.say("Hello")

        assert reply.text == "Hi."
        assert "without it" in reply.notices[0].text


async def test_moderation_that_is_switched_off_is_not_asked(store: Store) -> None:
    async with stage(store, Policy(moderation_model=None)) as on:
        reply = await on.say("I want to kill you")

        assert reply.text
        assert on.sim.requests_to("moderations") == []


async def test_a_moderation_that_stumbles_once_is_asked_again(on: Stage) -> None:
    on.behave(Fault("rate_limited", endpoint="moderations", retry_after=3), answer="Hi.")

    reply = await on.say("Hello")

    assert reply.text == "Hi."
    assert on.naps.seconds[0] >= 3


@pytest.mark.parametrize("kind", ["rate_limited", "server_error"])
async def test_a_model_that_is_away_for_a_moment_is_asked_again(on: Stage, kind: FaultKind) -> None:
    on.behave(Fault(kind, times=2, retry_after=7), answer="Paris.")

    reply = await on.say("What is the capital of France?")

    assert reply.text == "Paris."
    assert min(on.naps.seconds) >= 7
    assert reply.statuses[1].startswith("The model is busy")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("quota"), "credit"),
        (Fault("unauthorized"), "OPENAI_API_KEY"),
        (Fault("not_found"), "MODEL"),
        (Fault("bad_request", code="invalid_value"), "refused"),
    ],
)
async def test_what_another_try_cannot_mend_is_told_at_once(on: Stage, fault: Fault, words: str) -> None:
    on.behave(fault)

    reply = await on.say("Hello")

    assert words in reply.failures[0].text
    assert len(on.sim.requests_to("chat")) == 1
    assert await on.remembered() == []


@pytest.mark.parametrize("kind", ["reset", "clean_end", "malformed", "stream_error"])
async def test_a_broken_answer_is_told_and_leaves_no_trace_in_the_history(on: Stage, kind: FaultKind) -> None:
    on.behave(Fault(kind, after_tokens=3), answer="one two three four five six")

    reply = await on.say("Count to six.")

    assert reply.text
    assert "broke off" in reply.failures[0].text
    assert reply.endings == []
    assert await on.remembered() == []
    assert len(on.sim.requests_to("chat")) == 1


async def test_a_broken_answer_is_paid_for_by_estimate(on: Stage) -> None:
    on.behave(Fault("reset", after_tokens=3), answer="one two three four five six")
    await on.say("Count to six.")

    reply = await on.say("/usage")

    assert "estimated" in reply.notices[0].text
    assert "| This conversation | 1 |" in reply.notices[0].text


async def test_retry_asks_again_what_failed(on: Stage) -> None:
    on.behave(Fault("quota"), answer="Paris.")
    await on.say("What is the capital of France?")

    reply = await on.say("retry")

    assert reply.text == "Paris."
    assert await on.remembered() == [("What is the capital of France?", "Paris.")]


async def test_retry_replaces_the_last_answer(on: Stage) -> None:
    on.behave(answer="Lyon.")
    await on.say("What is the capital of France?")
    on.behave(answer="Paris.")

    reply = await on.say("/retry")

    assert reply.text == "Paris."
    assert await on.remembered() == [("What is the capital of France?", "Paris.")]
    assert [message["role"] for message in on.chat_messages()] == ["system", "user"]


async def test_an_answer_cut_by_its_limit_says_so_and_goes_on(on: Stage) -> None:
    on.behave(answer="one two three", finish_reason="length")
    cut = await on.say("Count to six.")
    on.behave(answer=" four five six")

    onward = await on.say("continue")

    assert cut.endings[0].reason == "length"
    assert "`continue`" in cut.endings[0].note
    assert onward.text == " four five six"
    assert await on.remembered() == [("Count to six.", "one two three four five six")]
    assert [message["role"] for message in on.chat_messages()] == ["system", "user", "assistant", "user"]


async def test_the_word_continue_is_a_question_when_nothing_was_cut(on: Stage) -> None:
    await on.say("Hello")

    reply = await on.say("continue")

    assert reply.text
    assert on.chat_messages()[-1]["content"].startswith("continue")


async def test_continue_after_a_whole_answer_says_that_there_is_nothing_to_do(on: Stage) -> None:
    await on.say("Hello")

    reply = await on.say("/continue")

    assert "complete" in reply.failures[0].text


async def test_what_the_provider_filters_is_told_and_not_kept(on: Stage) -> None:
    on.behave(answer="Something", finish_reason="content_filter")

    reply = await on.say("Hello")

    assert "filter" in reply.failures[0].text
    assert await on.remembered() == []


async def test_a_refusal_of_the_model_is_its_answer(on: Stage) -> None:
    on.behave(refusal="I can't help with that.")

    reply = await on.say("Hello")

    assert reply.text == "I can't help with that."


async def test_empty_deltas_change_nothing(on: Stage) -> None:
    on.behave(answer="Paris it is.", empty_deltas=True)

    reply = await on.say("What is the capital of France?")

    assert reply.text == "Paris it is."
    assert "" not in reply.pieces


async def test_an_empty_answer_is_an_error(on: Stage) -> None:
    on.behave(answer="")

    reply = await on.say("Hello")

    assert "empty" in reply.failures[0].text
    assert await on.remembered() == []


async def test_the_fallback_answers_when_the_model_is_away(store: Store) -> None:
    async with stage(store, Policy(fallback_model="gpt-4o-mini")) as on:
        on.behave(Fault("server_error", times=4), answer="Paris.")

        reply = await on.say("What is the capital of France?")

        assert reply.text == "Paris."
        assert [request.body["model"] for request in on.sim.requests_to("chat")] == ["gpt-5.4-mini"] * 4 + [
            "gpt-4o-mini"
        ]


async def test_the_fallback_does_not_answer_after_the_first_text(store: Store) -> None:
    async with stage(store, Policy(fallback_model="gpt-4o-mini")) as on:
        on.behave(Fault("reset", after_tokens=2), answer="one two three")

        reply = await on.say("Count.")

        assert "broke off" in reply.failures[0].text
        assert len(on.sim.requests_to("chat")) == 1


async def test_stop_ends_the_reply_and_keeps_what_is_written(on: Stage) -> None:
    on.behave(Fault("silence", after_tokens=2), answer="one two three four")
    reply = RecordingReply()
    running = asyncio.create_task(on.say("Count.", reply=reply))
    await reply.written.wait()

    stopped = await on.say("/stop")
    await running

    assert stopped.failures == []
    assert reply.endings[0].reason == "stopped"
    assert await on.remembered() == [("Count.", reply.text)]
    (kept,) = await on.engine.history.everything(CHANNEL)
    assert kept.finish == "stopped"
    await on.sim.requests_to("chat")[0].ended.wait()
    assert on.sim.requests_to("chat")[0].disconnected


async def test_stop_before_the_first_text_keeps_nothing(on: Stage) -> None:
    on.behave(Fault("silence", after_tokens=0))
    running = asyncio.create_task(on.say("Count."))
    await on.sim.request_to("chat")

    await on.say("stop")
    reply = await running

    assert reply.endings[0].reason == "stopped"
    assert await on.remembered() == []


async def test_stop_says_when_there_is_nothing_to_stop(on: Stage) -> None:
    reply = await on.say("/stop")

    assert "Nothing" in reply.notices[0].text


async def test_reset_during_a_reply_stops_it_and_forgets_it_too(on: Stage) -> None:
    on.behave(Fault("silence", after_tokens=2), answer="one two three four")
    reply = RecordingReply()
    running = asyncio.create_task(on.say("Count.", reply=reply))
    await reply.written.wait()

    await on.say("/reset")
    await running

    assert reply.endings[0].reason == "stopped"
    assert await on.remembered() == []


async def test_turns_of_one_conversation_that_overlap_are_all_remembered(on: Stage) -> None:
    # Mentions in a channel are answered at once, each in a thread of its own.
    on.behave(answer="one two three", tokens_per_second=200)

    await asyncio.gather(*(on.say(f"Question {number}") for number in range(5)))

    assert {question for question, _ in await on.remembered()} == {
        f"Question {number}" for number in range(5)
    }


async def test_a_question_that_exceeds_the_budget_is_refused_with_its_size_and_the_limit(
    store: Store,
) -> None:
    async with stage(store, Policy(context_tokens=1_000, reply_tokens=200)) as on:
        reply = await on.say("word " * 2_000)

        assert "2,00" in reply.failures[0].text
        assert "at most 7" in reply.failures[0].text
        assert on.sim.requests_to("chat") == []


async def test_the_prompt_and_the_reply_stay_within_the_budget_as_a_conversation_grows(store: Store) -> None:
    async with stage(store, Policy(context_tokens=1_000, reply_tokens=200)) as on:
        on.behave(answer="some words that make an answer of a few more tokens " * 3)

        for number in range(40):
            await on.say(f"Question {number}: " + "what do you think about this? " * 5)

        count = load_count("o200k_base")
        sizes = [
            TOKENS_PER_REPLY + sum(tokens_of(message, count) for message in request.body["messages"])
            for request in on.sim.requests_to("chat")
        ]
        assert max(sizes) <= 800
        assert len(await on.remembered()) == 40
        windows = [
            [message["content"] for message in request.body["messages"][1:-1]]
            for request in on.sim.requests_to("chat")
        ]
        moves = sum(1 for before, after in pairwise(windows) if before[:1] != after[:1] and before)
        assert 0 < moves < 12


async def test_a_thread_begins_with_its_channels_window_and_goes_its_own_way(on: Stage) -> None:
    thread = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")
    on.behave(answer="noted")
    await on.say("In the channel", direct=False)

    await on.say("Opens the thread", opens=thread, direct=False)
    await on.say("Only in the thread", conversation=thread, direct=False)
    await on.say("Only in the channel", direct=False)

    assert [question for question, _ in await on.remembered(thread)] == [
        "In the channel",
        "Opens the thread",
        "Only in the thread",
    ]
    assert [question for question, _ in await on.remembered()] == [
        "In the channel",
        "Opens the thread",
        "Only in the channel",
    ]


async def test_a_mention_in_a_thread_of_others_starts_from_the_channels_window(on: Stage) -> None:
    thread = Conversation(CHANNEL.tenant, CHANNEL.channel, "t2")
    on.behave(answer="noted")
    await on.say("/persona use concise")
    await on.say("In the channel", direct=False)

    await on.say("In the thread", conversation=thread, direct=False)

    assert "Ada: In the channel" in [message["content"] for message in on.chat_messages()]
    assert "concise" in on.chat_messages()[0]["content"]
    assert [question for question, _ in await on.remembered(thread)] == ["In the channel", "In the thread"]
    assert [question for question, _ in await on.remembered()] == ["In the channel"]


async def test_a_thread_that_was_reset_does_not_branch_again(on: Stage) -> None:
    thread = Conversation(CHANNEL.tenant, CHANNEL.channel, "t3")
    await on.say("In the channel", direct=False)
    await on.say("In the thread", conversation=thread, direct=False)

    await on.say("/reset", conversation=thread)
    await on.say("Afresh", conversation=thread, direct=False)

    assert [question for question, _ in await on.remembered(thread)] == ["Afresh"]
    assert len(await on.remembered()) == 1


async def test_tenants_with_the_same_names_see_nothing_of_each_other(on: Stage) -> None:
    other = Conversation("other:team", CHANNEL.channel)
    await on.say("My secret is blue.")
    await on.say("/persona create pirate You are a pirate.")

    await on.say("What is my secret?", conversation=other)
    reply = await on.say("/persona use pirate", conversation=other)
    usage = await on.say("/usage", conversation=other)

    assert "secret is blue" not in str(on.chat_messages())
    assert "no persona `pirate`" in reply.failures[0].text
    assert "| This conversation | 1 |" in usage.notices[0].text


async def test_every_key_has_a_lifetime_and_names_its_tenant(on: Stage) -> None:
    thread = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")
    await on.say("Hello", opens=thread, direct=False)
    await on.say("/persona create pirate You are a pirate.")
    await on.say("/persona use pirate")
    await on.say("I want to kill you")
    await on.say("/reset")

    keys = await on.store.do("KEYS", "*")

    assert len(keys) >= 7
    for key in keys:
        assert await on.store.do("TTL", key) > 0
        assert b"test%3Ateam" in key


async def test_several_people_are_told_apart(on: Stage) -> None:
    await on.say("I like tea.", direct=False, name="Ada")

    await on.say("And I like coffee.", direct=False, name="Grace")

    contents = [message["content"] for message in on.chat_messages()]
    assert contents[1] == "Ada: I like tea."
    assert contents[-1].startswith("Grace: And I like coffee.")


async def test_a_compatible_server_that_knows_less_is_asked_in_its_own_dialect(store: Store) -> None:
    async with stage(store, Policy(model="llama3", moderation_model=None), compatible=True) as on:
        on.behave(answer="Hi.")

        first = await on.say("Hello")
        asked = len(on.sim.requests_to("chat"))
        await on.say("Hello again")

        assert first.text == "Hi."
        assert len(on.sim.requests_to("chat")) == asked + 1
        assert "max_tokens" in on.sim.requests_to("chat")[-1].body


async def test_the_author_is_hashed_for_the_provider(on: Stage) -> None:
    await on.say("Hello", name="Ada Lovelace")

    body = on.sim.requests_to("chat")[0].body

    assert 0 < len(body["safety_identifier"]) <= 64
    assert "Ada" not in body["safety_identifier"]
    assert body["stream_options"] == {"include_usage": True, "include_obfuscation": False}
