from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionFunctionToolParam

from simulators.openai import OpenAISimulator
from simulators.openai_api.behaviour import Behaviour
from tests.simulators.asking import MODEL, ask, stream

LOOKUP: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {"name": "lookup", "parameters": {"type": "object", "properties": {}}},
}


async def test_the_echo_names_the_last_question_and_the_number_of_messages(client: AsyncOpenAI) -> None:
    reply = await ask(client, "One?", "1", "Two?")

    assert reply == "gpt-5.4-mini was asked: Two? (message 3)"


async def test_a_stream_begins_with_the_role_and_ends_with_the_finish_reason(client: AsyncOpenAI) -> None:
    streamed = await stream(client, "Hi")

    assert streamed.chunks[0].choices[0].delta.role == "assistant"
    assert "".join(streamed.texts) == "gpt-5.4-mini was asked: Hi (message 1)"
    assert streamed.chunks[-1].choices[0].finish_reason == "stop"


async def test_usage_comes_last_without_choices_and_only_when_asked_for(client: AsyncOpenAI) -> None:
    opened = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        stream_options={"include_usage": True, "include_obfuscation": False},
    )
    asked = [chunk async for chunk in opened]
    unasked = (await stream(client)).chunks

    assert asked[-1].choices == []
    assert asked[-1].usage is not None
    assert asked[-1].usage.total_tokens == asked[-1].usage.prompt_tokens + asked[-1].usage.completion_tokens
    assert [chunk.usage for chunk in [*asked[:-1], *unasked]] == [None] * (len(asked) - 1 + len(unasked))


async def test_obfuscation_is_there_unless_refused(client: AsyncOpenAI) -> None:
    opened = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hi"}],
        stream=True,
        stream_options={"include_obfuscation": False},
    )
    refused = [chunk async for chunk in opened]
    default = (await stream(client)).chunks

    assert all(chunk.obfuscation for chunk in default)
    assert not any(chunk.obfuscation for chunk in refused)


async def test_filler_has_exactly_so_many_tokens_one_chunk_each(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(reply_tokens=37)

    streamed = await stream(client)

    assert len(streamed.texts) == 37


async def test_a_paced_stream_takes_its_time_and_loses_nothing(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(first_token=0.05, tokens_per_second=200, reply_tokens=30)

    streamed = await stream(client)
    whole = await ask(client, "Hi")

    assert "".join(streamed.texts) == whole


async def test_a_fixed_answer_replaces_the_responder(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(answer="Forty-two.")

    assert await ask(client, "Anything?") == "Forty-two."


async def test_a_responder_sees_the_messages_and_the_model(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.responder = lambda messages, model: f"{model}: {messages[-1].text[::-1]}"

    assert await ask(client, "abc") == "gpt-5.4-mini: cba"


async def test_a_limit_cuts_the_reply_and_says_so(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(reply_tokens=50)

    completion = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Hi"}], max_completion_tokens=10
    )

    assert completion.choices[0].finish_reason == "length"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == 10


async def test_a_stop_sequence_ends_the_reply(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(answer="one two three")

    completion = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}], stop=" three"
    )

    assert completion.choices[0].message.content == "one two"


async def test_the_finish_reason_can_be_chosen(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(finish_reason="content_filter")

    assert (await stream(client)).finish_reasons == ["content_filter"]


async def test_a_refusal_is_streamed_as_a_refusal(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.behaviour = Behaviour(refusal="I can't help with that.")

    streamed = await stream(client)
    whole = await client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}])

    refusals = [choice.delta.refusal or "" for chunk in streamed.chunks for choice in chunk.choices]
    assert streamed.texts == []
    assert "".join(refusals) == whole.choices[0].message.refusal == "I can't help with that."


async def test_empty_deltas_change_nothing_in_the_text(
    simulator: OpenAISimulator, client: AsyncOpenAI
) -> None:
    simulator.behaviour = Behaviour(answer="a b c", empty_deltas=True)

    streamed = await stream(client)

    empty = [chunk for chunk in streamed.chunks if chunk.choices[0].delta.content is None]
    assert "".join(streamed.texts) == "a b c"
    assert len(empty) == 4


async def test_a_line_that_calls_a_tool_is_answered_with_the_call(client: AsyncOpenAI) -> None:
    completion = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": 'Ada: please\ncall lookup {"q": "tea"}\ncall lookup'}],
        tools=[LOOKUP],
    )

    calls = completion.choices[0].message.tool_calls or []
    functions = [call.function for call in calls if call.type == "function"]
    assert completion.choices[0].finish_reason == "tool_calls"
    assert [(one.name, one.arguments) for one in functions] == [("lookup", '{"q": "tea"}'), ("lookup", "{}")]


async def test_the_arguments_of_a_call_arrive_in_fragments(client: AsyncOpenAI) -> None:
    opened = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": 'call lookup {"q": "tea"}'}],
        tools=[LOOKUP],
        stream=True,
    )
    deltas = [call async for chunk in opened for call in chunk.choices[0].delta.tool_calls or []]

    fragments = [call.function.arguments or "" for call in deltas if call.function]
    assert deltas[0].id is not None
    assert len(fragments) > 2
    assert "".join(fragments) == '{"q": "tea"}'


async def test_what_a_tool_said_is_answered_in_words(client: AsyncOpenAI) -> None:
    completion = await client.chat.completions.create(
        model="demo",
        messages=[
            {"role": "user", "content": "call lookup {}"},
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": "{}"}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
        ],
        tools=[LOOKUP],
    )

    assert "The tool answered: sunny" in (completion.choices[0].message.content or "")


async def test_a_forced_tool_is_called_without_being_asked_for(client: AsyncOpenAI) -> None:
    completion = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Hello"}],
        tools=[LOOKUP],
        tool_choice={"type": "function", "function": {"name": "lookup"}},
    )

    assert completion.choices[0].finish_reason == "tool_calls"


async def test_models_are_listed_and_told_one_by_one(client: AsyncOpenAI) -> None:
    names = [model.id async for model in client.models.list()]
    one = await client.models.retrieve("demo")

    assert {"demo", "gpt-5.4-mini", "omni-moderation-latest", "text-embedding-3-small"} <= set(names)
    assert one.id == "demo"
