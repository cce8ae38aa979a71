from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI
from openai.types import CompletionUsage

from simulators.openai_api.tokens import count_tokens, filler, tokens_of
from tests.simulators.asking import MODEL

LONG = "The handbook says this and that. " * 300


async def usage_for(client: AsyncOpenAI, system: str, question: str, key: str = "a") -> CompletionUsage:
    completion = await client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "system", "content": system}, {"role": "user", "content": question}],
        prompt_cache_key=key,
    )
    assert completion.usage is not None
    return completion.usage


def cached(usage: CompletionUsage) -> int:
    assert usage.prompt_tokens_details is not None
    return usage.prompt_tokens_details.cached_tokens or 0


async def test_usage_follows_the_documented_rule(client: AsyncOpenAI) -> None:
    usage = await usage_for(client, "Be kind.", "Hello")

    assert usage.prompt_tokens == 3 + (4 + 3) + (4 + 1)


async def test_a_long_beginning_is_cached_in_steps_of_128(client: AsyncOpenAI) -> None:
    first = await usage_for(client, LONG, "One?")
    second = await usage_for(client, LONG, "Another question?")

    assert cached(first) == 0
    assert cached(second) == (second.prompt_tokens - 12) // 128 * 128


async def test_a_short_prompt_is_never_cached(client: AsyncOpenAI) -> None:
    await usage_for(client, "Be kind.", "Hello")

    assert cached(await usage_for(client, "Be kind.", "Hello")) == 0


async def test_a_change_near_the_top_or_another_key_misses_the_cache(client: AsyncOpenAI) -> None:
    await usage_for(client, LONG, "One?")

    assert cached(await usage_for(client, "Today. " + LONG, "One?")) == 0
    assert cached(await usage_for(client, LONG, "One?", key="b")) == 0


@given(st.text())
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens_of(text)) == text


@given(st.integers(min_value=0, max_value=500))
def test_filler_counts_as_many_tokens_as_it_has(tokens: int) -> None:
    text = filler(tokens)

    assert len(text) == count_tokens("".join(text)) == tokens
