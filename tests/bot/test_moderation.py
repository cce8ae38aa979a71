from __future__ import annotations

from typing import Any

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ModelUnavailable
from bot.moderation import OVERLAP, PIECE, Moderation, Verdict, merge, pieces_of
from bot.retry import Retries

lengths = st.integers(PIECE + 1, 6 * PIECE)


def text_of(length: int) -> str:
    """A text in which every run of ten characters is another one."""
    return "".join(f"{number:09}." for number in range(length // 10 + 1))[:length]


def judged(*, flagged: bool, categories: Any, scores: Any) -> dict[str, Any]:
    return {"flagged": flagged, "categories": categories, "category_scores": scores}


@pytest.mark.parametrize("length", [0, 1, PIECE])
def test_a_text_that_is_judged_whole_stays_one(length: int) -> None:
    assert pieces_of(text_of(length)) == text_of(length)


@given(lengths)
def test_a_longer_text_is_covered_by_its_pieces_from_beginning_to_end(length: int) -> None:
    text = text_of(length)

    pieces = pieces_of(text)

    assert isinstance(pieces, list)
    assert pieces[0] + "".join(piece[OVERLAP:] for piece in pieces[1:]) == text


@given(lengths)
def test_no_piece_is_longer_than_is_judged_well_and_none_repeats_only_what_another_has(length: int) -> None:
    pieces = pieces_of(text_of(length))

    assert all(OVERLAP < len(piece) <= PIECE for piece in pieces)


@given(lengths, st.data())
def test_whatever_stands_on_a_border_is_whole_in_one_of_the_pieces(length: int, data: st.DataObject) -> None:
    text = text_of(length)
    start = data.draw(st.integers(0, length - OVERLAP))

    pieces = pieces_of(text)

    assert any(text[start : start + OVERLAP] in piece for piece in pieces)


def test_of_no_judgements_nothing_is_flagged() -> None:
    assert merge([]) == Verdict()
    assert not merge([]).flagged


def test_what_is_flagged_in_one_piece_is_flagged_in_all_of_it_with_the_highest_scores() -> None:
    fine = judged(
        flagged=False, categories={"hate": False, "violence": False}, scores={"hate": 0.2, "violence": 0.1}
    )
    bad = judged(
        flagged=True, categories={"hate": False, "violence": True}, scores={"hate": 0.1, "violence": 0.9}
    )

    verdict = merge([fine, bad])

    assert verdict.flagged
    assert verdict.categories == ("violence",)
    assert verdict.scores == (("hate", 0.2), ("violence", 0.9))


def test_categories_have_the_names_that_the_endpoint_gives_them() -> None:
    bad = judged(
        flagged=True,
        categories={"self-harm/intent": True, "harassment/threatening": True, "illicit": None},
        scores={"self-harm/intent": 0.8},
    )

    verdict = merge([bad])

    assert verdict.categories == ("harassment/threatening", "self-harm/intent")
    assert verdict.scores == (("self-harm/intent", 0.8),)


def test_a_category_that_is_not_known_yet_counts_too() -> None:
    bad = judged(flagged=True, categories={"impersonation": True}, scores={"impersonation": 0.7})

    assert merge([bad]).categories == ("impersonation",)


def test_what_is_flagged_without_a_category_is_flagged_all_the_same() -> None:
    bad = judged(flagged=True, categories={"hate": False}, scores={"hate": 0.4})

    verdict = merge([bad])

    assert verdict.flagged
    assert verdict.categories == ("unspecified",)


def test_a_category_that_is_hit_in_what_is_not_flagged_does_not_flag_it() -> None:
    fine = judged(flagged=False, categories={"hate": True}, scores={"hate": 0.4})

    assert not merge([fine]).flagged


@pytest.mark.parametrize("missing", [None, {}])
def test_a_clear_word_without_categories_and_scores_is_a_verdict_too(missing: object) -> None:
    fine = judged(flagged=False, categories=missing, scores=missing)
    bad = judged(flagged=True, categories=missing, scores=missing)

    assert merge([fine]) == Verdict()
    assert merge([fine, bad]) == Verdict(("unspecified",))


def test_scores_that_are_no_numbers_are_left_out() -> None:
    odd = judged(flagged=False, categories={}, scores={"hate": None, "violence": "high", "illicit": 1})

    assert merge([odd]).scores == (("illicit", 1.0),)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        "fine",
        {"results": None},
        {"results": {}},
        {"results": []},
        {"results": [{}]},
        {"results": ["fine"]},
        {"results": [{"categories": {}, "category_scores": {}}]},
        {"results": [{"flagged": None, "categories": {}, "category_scores": {}}]},
        {"results": [{"flagged": "no", "categories": {}, "category_scores": {}}]},
        {"results": [{"flagged": True, "categories": ["hate"], "category_scores": {}}]},
        {"results": [{"flagged": False, "categories": {}, "category_scores": "low"}]},
        {"results": [{"flagged": False, "categories": {}, "category_scores": {}}] * 2},
    ],
)
async def test_an_answer_that_is_no_verdict_never_passes_for_a_clean_one(answer: object) -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer))
    client = openai.AsyncOpenAI(
        api_key="key",
        base_url="http://model.test/v1",
        max_retries=0,
        http_client=httpx2.AsyncClient(transport=transport),
    )
    moderation = Moderation(client, "omni-moderation-latest", Retries(tries=1))

    async with client:
        with pytest.raises(ModelUnavailable, match="unreadable"):
            await moderation.judge("Who are you?")


async def test_an_answer_that_judges_a_piece_less_than_was_asked_never_passes_for_a_clean_one() -> None:
    judgement = {"flagged": False, "categories": {}, "category_scores": {}}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"results": [judgement]}))
    client = openai.AsyncOpenAI(
        api_key="key",
        base_url="http://model.test/v1",
        max_retries=0,
        http_client=httpx2.AsyncClient(transport=transport),
    )
    moderation = Moderation(client, "omni-moderation-latest", Retries(tries=1))

    async with client:
        with pytest.raises(ModelUnavailable, match="unreadable"):
            await moderation.judge(text_of(PIECE + 1))
