"""What people can tell the bot to do, as they see it."""

from __future__ import annotations

import orjson
import pytest

from bot.engine import Policy
from bot.exports import from_json
from bot.store import Store
from simulators.openai import Fault
from tests.bot.stage import Stage, stage


async def test_help_lists_every_command(on: Stage) -> None:
    reply = await on.say("/help")

    for name in ("help", "reset", "persona", "model", "usage", "export", "continue", "stop", "retry"):
        assert f"`/{name}" in reply.notices[0].text


async def test_help_explains_one_command(on: Stage) -> None:
    persona = await on.say("/help persona")
    export = await on.say("!help /export")

    assert "`/persona create NAME PROMPT`" in persona.notices[0].text
    assert "markdown, text, json" in export.notices[0].text


async def test_help_behind_a_command_explains_it_and_does_nothing_else(on: Stage) -> None:
    await on.say("One")

    reset = await on.say("/reset help")
    persona = await on.say("!persona help")

    assert "`/reset`: forget this conversation" in reset.notices[0].text
    assert "`/persona create NAME PROMPT`" in persona.notices[0].text
    assert await on.remembered() != []


async def test_help_for_an_unknown_command_says_so(on: Stage) -> None:
    reply = await on.say("/help dance")

    assert "no command `dance`" in reply.failures[0].text


async def test_commands_reach_no_model(on: Stage) -> None:
    for text in ("/help", "/reset", "/persona", "/persona list", "/model", "/usage", "/stop", "!help"):
        await on.say(text)

    assert on.sim.requests == []


async def test_ask_answers_like_a_question_and_remembers_it(on: Stage) -> None:
    reply = await on.say("/ask What is a lighthouse?")

    assert reply.text
    assert [question for question, _ in await on.remembered()] == ["What is a lighthouse?"]


async def test_privacy_says_what_is_kept_and_what_moderation_is_for(on: Stage) -> None:
    reply = await on.say("!privacy")

    assert "30 days" in reply.notices[0].text
    assert "but not its text" in reply.notices[0].text


async def test_privacy_follows_what_the_operator_decided(store: Store) -> None:
    async with stage(store, Policy(retention_days=1, moderation_model=None)) as on:
        reply = await on.say("!privacy")

    assert "a day after the last one" in reply.notices[0].text
    assert "moderation" not in reply.notices[0].text


async def test_summarize_takes_the_id_of_a_message_and_no_sentence(on: Stage) -> None:
    reply = await on.say("!summarize the music")

    assert "takes the id of the message to begin with" in reply.failures[0].text


async def test_reset_forgets_only_this_conversation(on: Stage) -> None:
    await on.say("One")
    await on.say("Two")

    reply = await on.say("!reset")
    again = await on.say("/reset")

    assert "2 exchanges" in reply.notices[0].text
    assert "nothing to forget" in again.notices[0].text
    assert await on.remembered() == []


async def test_a_persona_changes_how_the_model_is_asked(on: Stage) -> None:
    reply = await on.say("/persona use sarcastic")

    await on.say("Hello")

    assert "**sarcastic**" in reply.notices[0].text
    assert "sarcastic" in on.chat_messages()[0]["content"]


async def test_an_own_persona_lives_through_its_life(on: Stage) -> None:
    created = await on.say("/persona create Pirate You are a pirate.\nSay arr.")
    await on.say("/persona use pirate")
    shown = await on.say("/persona show pirate")
    await on.say("/persona edit pirate You are a polite pirate.")
    await on.say("Hello")
    asked = on.chat_messages()[0]["content"]
    await on.say("/persona delete pirate")
    current = await on.say("/persona")

    assert "`/persona use pirate`" in created.notices[0].text
    assert "You are a pirate.\nSay arr." in shown.notices[0].text
    assert asked == "You are a polite pirate."
    assert "**assistant**" in current.notices[0].text


async def test_a_persona_with_front_matter_keeps_its_settings(store: Store) -> None:
    async with stage(store, Policy(model="gpt-4o-mini")) as on:
        text = (
            "---\ndescription: Short\nmodel: gpt-4.1-mini\ntemperature: 0.5\nreply_tokens: 77\n---\nBe short."
        )

        await on.say(f"/persona create short {text}")
        await on.say("/persona use short")
        await on.say("Hello")

        body = on.sim.requests_to("chat")[0].body
        assert (body["model"], body["temperature"], body["max_tokens"]) == ("gpt-4.1-mini", 0.5, 77)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/persona use nobody", "no persona `nobody`"),
        ("/persona show nobody", "no persona `nobody`"),
        ("/persona create assistant Be nice.", "comes with Parley"),
        ("/persona edit assistant Be nice.", "comes with Parley"),
        ("/persona delete assistant", "comes with Parley"),
        ("/persona delete nobody", "no own persona `nobody`"),
        ("/persona edit nobody Be nice.", "no persona `nobody`"),
        ("/persona create a/b Be nice.", "letters, digits"),
        ("/persona create x", "needs how it should answer"),
        ("/persona dance", "followed by"),
    ],
)
async def test_what_cannot_be_done_with_a_persona_is_explained(on: Stage, text: str, words: str) -> None:
    reply = await on.say(text)

    assert words in reply.failures[0].text


async def test_a_persona_is_created_once(on: Stage) -> None:
    await on.say("/persona create pirate You are a pirate.")

    reply = await on.say("/persona create pirate You are another.")

    assert "exists already" in reply.failures[0].text


async def test_a_personas_prompt_is_judged_like_a_question(on: Stage) -> None:
    reply = await on.say("/persona create villain I want to kill you")

    assert reply.failures[0].private
    assert "villain" not in (await on.say("/persona list")).notices[0].text
    assert len(await on.engine.incidents.all("test:team")) == 1


async def test_the_number_of_own_personas_is_limited(on: Stage) -> None:
    for number in range(50):
        await on.say(f"/persona create p{number} Be number {number}.")

    reply = await on.say("/persona create p50 Be one more.")

    assert "limit" in reply.failures[0].text


async def test_a_persona_may_ask_for_a_reply_of_half_the_context_at_most(store: Store) -> None:
    async with stage(store, Policy(context_tokens=1_000, reply_tokens=100)) as on:
        await on.say("/persona create long ---\nreply_tokens: 5000\n---\nBe long.")
        await on.say("/persona use long")

        await on.say("Hello")

        assert on.sim.requests_to("chat")[0].body["max_completion_tokens"] == 500


async def test_the_model_tells_its_limits_and_price(store: Store) -> None:
    async with stage(store, Policy(fallback_model="gpt-4o-mini")) as on:
        reply = await on.say("/model")

        text = reply.notices[0].text
        assert "**gpt-5.4-mini**" in text
        assert "8,000 tokens, of which up to 1,024" in text
        assert "$0.75" in text
        assert "**gpt-4o-mini** answers if it fails" in text


async def test_a_model_of_unknown_price_says_so(store: Store) -> None:
    async with stage(store, Policy(model="llama3")) as on:
        await on.say("Hello")

        model = await on.say("/model")
        usage = await on.say("/usage")

        assert "not known" in model.notices[0].text
        assert "price not known" in usage.notices[0].text


async def test_usage_adds_up_what_the_provider_reported(on: Stage) -> None:
    await on.say("Hello")
    await on.say("Hello again")

    reply = await on.say("/usage")

    table = reply.notices[0].text
    assert "| This conversation | 2 |" in table
    assert "estimated" not in table
    assert "| Last reply | 1 |" in table
    assert "$0.0" in table


async def test_an_export_in_each_form(on: Stage) -> None:
    on.behave(answer="Paris.")
    await on.say("What is the capital of France?")

    markdown = (await on.say("/export")).attachments[0]
    text = (await on.say("/export text")).attachments[0]
    document = (await on.say("/export JSON")).attachments[0]

    assert markdown[0] == "parley-general.md"
    assert "## Ada" in markdown[1]
    assert text[1] == "[user] What is the capital of France?\n[assistant] Paris.\n"
    assert from_json(document[1])[0].answer == "Paris."
    assert orjson.loads(document[1])["exchanges"][0]["tokens"] > 0


async def test_an_empty_conversation_cannot_be_exported(on: Stage) -> None:
    reply = await on.say("/export")

    assert "nothing to export" in reply.failures[0].text


async def test_retry_and_continue_without_a_question_say_so(on: Stage) -> None:
    retry = await on.say("/retry")
    onward = await on.say("/continue")

    assert "no question" in retry.failures[0].text
    assert "no question" in onward.failures[0].text


async def test_a_failed_retry_can_be_retried(on: Stage) -> None:
    on.behave(Fault("quota", times=2), answer="Paris.")
    await on.say("What is the capital of France?")
    await on.say("/retry")

    reply = await on.say("/retry")

    assert reply.text == "Paris."
    assert await on.remembered() == [("What is the capital of France?", "Paris.")]


async def test_a_misspelt_command_is_not_sent_to_the_model(on: Stage) -> None:
    near = await on.say("/rest")
    far = await on.say("/frobnicate")

    assert "Did you mean `/reset`?" in near.failures[0].text
    assert "`/help`" in far.failures[0].text
    assert on.sim.requests == []


async def test_an_argument_where_there_is_none_is_not_taken_for_the_command(on: Stage) -> None:
    await on.say("Hello")

    reply = await on.say("/reset the clock, please")

    assert "takes nothing after it" in reply.failures[0].text
    assert len(await on.remembered()) == 1
