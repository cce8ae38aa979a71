from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.prices import PRICES, cost_of, price_of

tokens = st.integers(0, 2_000_000)


@pytest.mark.parametrize("model", PRICES)
def test_a_dated_snapshot_costs_what_its_model_costs(model: str) -> None:
    assert price_of(f"{model}-2026-03-17") == price_of(model) == PRICES[model]


@pytest.mark.parametrize(
    "model",
    ["", "llama3.2:3b", "gpt-9", "gpt-5.4-mini-turbo", "gpt-4o-2024", "2026-03-17", "gpt-4o-2024-5-13"],
)
def test_a_model_that_is_not_listed_has_no_price(model: str) -> None:
    assert price_of(model) is None
    assert cost_of(model, 100, 0, 100) is None


@pytest.mark.parametrize("model", PRICES)
def test_a_cached_token_never_costs_more_than_another_token_of_the_prompt(model: str) -> None:
    price = PRICES[model]

    assert 0 <= price.cached <= price.prompt <= price.completion


def test_a_million_tokens_of_each_kind_cost_what_the_list_says() -> None:
    million = 1_000_000

    assert cost_of("gpt-5.4-mini", million, 0, 0) == 750_000
    assert cost_of("gpt-5.4-mini", million, million, 0) == 75_000
    assert cost_of("gpt-5.4-mini", 0, 0, million) == 4_500_000


def test_the_cached_part_of_a_prompt_is_not_paid_twice() -> None:
    # 400 at 2.50 and 600 at 0.25, then 10 at 15.
    assert cost_of("gpt-5.4", 1_000, 600, 10) == 1_000 + 150 + 150


def test_a_part_of_a_millionth_is_rounded_up() -> None:
    assert cost_of("gpt-5-nano", 1, 0, 0) == 1
    assert cost_of("gpt-5-nano", 21, 0, 0) == 2


def test_nothing_costs_nothing_and_the_demo_model_is_free() -> None:
    assert cost_of("gpt-5.4", 0, 0, 0) == 0
    assert cost_of("demo", 1_000, 500, 1_000) == 0


@example("gpt-4.1-mini", 28, 312, 656)
@given(st.sampled_from(sorted(PRICES)), tokens, tokens, tokens)
def test_a_cost_is_the_exact_sum_rounded_up_to_a_millionth_of_a_dollar(
    model: str, uncached: int, cached: int, completion: int
) -> None:
    price = PRICES[model]

    cost = cost_of(model, uncached + cached, cached, completion)

    exact = sum(
        count * Decimal(str(dollars))
        for count, dollars in (
            (uncached, price.prompt),
            (cached, price.cached),
            (completion, price.completion),
        )
    )
    assert cost == int(Decimal(exact).to_integral_value(ROUND_CEILING))
