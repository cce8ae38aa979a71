import base64
import json
import math
from array import array

import openai
import pytest
from openai import AsyncOpenAI

MODEL = "text-embedding-3-small"


async def vectors(client: AsyncOpenAI, *texts: str) -> list[list[float]]:
    answer = await client.embeddings.create(input=list(texts), model=MODEL)
    return [item.embedding for item in answer.data]


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


async def test_a_vector_has_1536_places_and_length_one(client: AsyncOpenAI) -> None:
    (vector,) = await vectors(client, "The quick brown fox")

    assert len(vector) == 1536
    assert math.isclose(likeness(vector, vector), 1, abs_tol=1e-5)


async def test_similar_texts_are_near_each_other(client: AsyncOpenAI) -> None:
    question, near, far = await vectors(
        client,
        "How many vacation days do we have?",
        "Everyone has thirty days of vacation a year.",
        "Deploys run from the main branch on Fridays.",
    )

    assert likeness(question, near) > likeness(question, far) + 0.1


async def test_the_same_text_has_the_same_vector_in_both_encodings(client: AsyncOpenAI) -> None:
    floats = await client.embeddings.create(input="Hello", model=MODEL, encoding_format="float")
    default = await client.embeddings.create(input="Hello", model=MODEL)
    encoded = await client.embeddings.with_raw_response.create(
        input="Hello", model=MODEL, encoding_format="base64"
    )

    raw = json.loads(encoded.text)["data"][0]["embedding"]
    assert array("f", base64.b64decode(raw)).tolist() == floats.data[0].embedding
    assert default.data[0].embedding == floats.data[0].embedding


async def test_dimensions_are_honoured(client: AsyncOpenAI) -> None:
    small = await client.embeddings.create(input="Hello", model=MODEL, dimensions=256)
    large = await client.embeddings.create(input="Hello", model="text-embedding-3-large")

    assert (len(small.data[0].embedding), len(large.data[0].embedding)) == (256, 3072)


async def test_token_arrays_are_texts_too(client: AsyncOpenAI) -> None:
    one = await client.embeddings.create(input=[1, 2, 3], model=MODEL)
    two = await client.embeddings.create(input=[[1, 2, 3], [4]], model=MODEL)

    assert len(two.data) == 2
    assert one.data[0].embedding == two.data[0].embedding
    assert (one.usage.prompt_tokens, two.usage.prompt_tokens) == (3, 4)


@pytest.mark.parametrize("text", ["", ["Hello", ""], []])
async def test_an_empty_input_is_refused(client: AsyncOpenAI, text: str | list[str]) -> None:
    with pytest.raises(openai.BadRequestError):
        await client.embeddings.create(input=text, model=MODEL)


async def test_too_much_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="maximum context length"):
        await client.embeddings.create(input="word " * 9000, model=MODEL)
    with pytest.raises(openai.BadRequestError, match="array too long"):
        await client.embeddings.create(input=["x"] * 2049, model=MODEL)
    with pytest.raises(openai.BadRequestError, match="dimensions"):
        await client.embeddings.create(input="x", model=MODEL, dimensions=1537)
