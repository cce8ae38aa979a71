from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exchanges import Exchange, unpack

exchanges = st.builds(
    Exchange,
    question=st.text(),
    answer=st.text(),
    tokens=st.integers(0, 2**31),
    author=st.text(),
    author_id=st.text(),
    images=st.integers(0, 20),
    finish=st.sampled_from(["complete", "length", "stopped"]),
    id=st.builds("{}-{}".format, st.integers(0, 2**41), st.integers(0, 2**16)),
)


@given(exchanges)
def test_an_exchange_is_read_back_as_it_was_kept(exchange: Exchange) -> None:
    packed = exchange.pack()

    assert unpack(packed, exchange.tokens, exchange.id) == exchange


@pytest.mark.parametrize("half", ["\ud83d", "\ude00 (its second)"])
def test_a_text_with_half_an_emoji_can_be_kept(half: str) -> None:
    # JSON may carry one (RFC 8259, 8.2), and a model that streams may cut a pair in two.
    exchange = Exchange(f"What is {half}?", f"A smile: {half}", 5)

    kept = unpack(exchange.pack(), 5, "1-0")

    assert kept.question.startswith("What is ")
    assert kept.answer.startswith("A smile: ")


def test_an_exchange_knows_when_it_was_remembered() -> None:
    exchange = Exchange("q", "a", 1, id="1700000000250-3")

    assert exchange.at == 1_700_000_000.25


def test_an_exchange_that_is_not_kept_yet_has_no_time() -> None:
    assert Exchange("q", "a", 1).at == 0
