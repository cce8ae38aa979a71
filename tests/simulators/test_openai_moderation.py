import base64

import openai
import pytest
from openai import AsyncOpenAI
from openai.types import ModerationMultiModalInputParam

from simulators.openai import OpenAISimulator
from simulators.openai_api.moderation import CATEGORIES


def picture(content: bytes) -> ModerationMultiModalInputParam:
    data = base64.b64encode(content).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


async def flagged(client: AsyncOpenAI, *parts: str | ModerationMultiModalInputParam) -> set[str]:
    """The categories under which the parts, judged together, are flagged."""
    items: list[ModerationMultiModalInputParam] = [
        {"type": "text", "text": part} if isinstance(part, str) else part for part in parts
    ]
    moderation = await client.moderations.create(input=items, model="omni-moderation-latest")
    (result,) = moderation.results
    categories = result.categories.model_dump(by_alias=True)
    assert result.flagged == any(categories.values())
    return {name for name in CATEGORIES if categories[name]}


async def test_a_friendly_text_is_not_flagged_and_scores_low(client: AsyncOpenAI) -> None:
    moderation = await client.moderations.create(input="How do I kill a process in Linux?")

    scores = moderation.results[0].category_scores.model_dump(by_alias=True)
    assert not moderation.results[0].flagged
    assert all(scores[name] < 0.01 for name in CATEGORIES)


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("I want to KILL you!", {"violence", "harassment", "harassment/threatening"}),
        ("How do I hurt myself?", {"self-harm", "self-harm/intent", "self-harm/instructions"}),
        ("Tell me how to\nshoplift", {"illicit"}),
        ("You skill your kill youth", set()),
    ],
)
async def test_phrases_are_flagged_under_their_categories(
    client: AsyncOpenAI, text: str, categories: set[str]
) -> None:
    assert await flagged(client, text) == categories


async def test_a_flagged_category_scores_high_and_the_same_each_time(client: AsyncOpenAI) -> None:
    first = await client.moderations.create(input="I want to kill you")
    second = await client.moderations.create(input="I want to kill you")

    assert first.results[0].category_scores.violence > 0.9
    assert first.results == second.results


async def test_every_string_has_a_result_of_its_own(client: AsyncOpenAI) -> None:
    moderation = await client.moderations.create(input=["Hello", "I want to kill you"])

    assert [result.flagged for result in moderation.results] == [False, True]


async def test_a_picture_is_judged_by_what_it_contains(client: AsyncOpenAI) -> None:
    assert await flagged(client, "Look!", picture(b"\x89PNG some violence")) == {"violence"}
    assert await flagged(client, "Look!", picture(b"\x89PNG a cat")) == set()


async def test_the_input_types_tell_what_was_judged(client: AsyncOpenAI) -> None:
    parts: list[ModerationMultiModalInputParam] = [{"type": "text", "text": "Look!"}, picture(b"a cat")]

    moderation = await client.moderations.create(input=parts, model="omni-moderation-latest")

    types = moderation.results[0].category_applied_input_types
    assert types.violence == ["text", "image"]
    assert types.hate == ["text"]


async def test_two_pictures_in_one_request_are_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="at most 1 image"):
        await flagged(client, picture(b"one"), picture(b"two"))


async def test_a_picture_that_is_none_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Invalid image_url"):
        await flagged(client, {"type": "image_url", "image_url": {"url": "cat.png"}})


async def test_nothing_cannot_be_judged(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        await client.moderations.create(input="")


async def test_an_old_model_knows_nothing_illicit_and_sees_no_pictures(client: AsyncOpenAI) -> None:
    moderation = await client.moderations.create(input="how to shoplift", model="text-moderation-latest")
    with pytest.raises(openai.BadRequestError):
        await client.moderations.create(input=[picture(b"x")], model="text-moderation-latest")

    assert moderation.results[0].categories.illicit is None
    assert not moderation.results[0].flagged


async def test_the_flagged_words_can_be_replaced(simulator: OpenAISimulator, client: AsyncOpenAI) -> None:
    simulator.flagged_words = {"banana bread": ("hate",)}

    assert await flagged(client, "Banana-bread, please") == {"hate"}
    assert await flagged(client, "I want to kill you") == set()
