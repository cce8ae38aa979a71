from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.exchanges import Exchange
from bot.window import fit, newest_within

weights = st.lists(st.integers(0, 300), max_size=40)
rooms = st.integers(0, 2_000)


def exchanges_of(tokens: Sequence[int]) -> list[Exchange]:
    return [Exchange(f"q{number}", f"a{number}", weight) for number, weight in enumerate(tokens)]


def taken(exchanges: Sequence[Exchange]) -> int:
    return sum(exchange.tokens for exchange in exchanges)


@given(weights, rooms)
def test_a_window_is_never_larger_than_its_room(tokens: list[int], room: int) -> None:
    window = fit(exchanges_of(tokens), room)

    assert taken(window) <= room


@given(weights, rooms)
def test_a_window_holds_the_newest_exchanges_whole_and_in_order(tokens: list[int], room: int) -> None:
    exchanges = exchanges_of(tokens)

    window = fit(exchanges, room)

    assert list(window) == exchanges[len(exchanges) - len(window) :]


@given(weights.filter(bool), rooms)
def test_the_newest_exchange_is_in_the_window_whenever_it_fits_at_all(tokens: list[int], room: int) -> None:
    exchanges = exchanges_of(tokens)

    window = fit(exchanges, room)

    assert (exchanges[-1] in window) == (exchanges[-1].tokens <= room)


@given(weights, rooms)
def test_nothing_leaves_the_window_while_everything_fits(tokens: list[int], slack: int) -> None:
    exchanges = exchanges_of(tokens)

    window = fit(exchanges, taken(exchanges) + slack)

    assert list(window) == exchanges


@given(weights.filter(bool), rooms)
def test_a_window_that_moves_is_cut_to_half_of_the_room_or_to_the_newest_alone(
    tokens: list[int], room: int
) -> None:
    exchanges = exchanges_of(tokens)

    window = fit(exchanges, room)

    moved = len(window) < len(exchanges)
    assert not moved or taken(window) <= room / 2 or list(window) == exchanges[-1:]


@given(weights.filter(bool), rooms)
def test_a_window_that_moves_keeps_as_much_as_half_of_the_room_takes(tokens: list[int], room: int) -> None:
    exchanges = exchanges_of(tokens)

    window = fit(exchanges, room)

    left = exchanges[: len(exchanges) - len(window)]
    assert not left or taken(window) + left[-1].tokens > room / 2


@given(st.lists(st.integers(1, 100), min_size=50, max_size=300), st.integers(400, 2_000))
def test_in_a_long_conversation_the_window_moves_at_most_once_in_half_a_room_of_tokens(
    tokens: list[int], room: int
) -> None:
    window: tuple[Exchange, ...] = ()
    moves = 0

    for exchange in exchanges_of(tokens):
        seen = (*window, exchange)
        window = fit(seen, room)
        moves += window != seen

    assert moves <= sum(tokens) / (room / 2)


def test_after_a_move_the_window_grows_again_from_the_same_beginning() -> None:
    exchanges = exchanges_of([100] * 14)

    windows = [fit(exchanges[:5], 500), fit(exchanges[:6], 500)]
    for exchange in exchanges[6:9]:
        windows.append(fit((*windows[-1], exchange), 500))

    assert [[each.question for each in window] for window in windows] == [
        ["q0", "q1", "q2", "q3", "q4"],
        ["q4", "q5"],
        ["q4", "q5", "q6"],
        ["q4", "q5", "q6", "q7"],
        ["q4", "q5", "q6", "q7", "q8"],
    ]


def test_a_newest_exchange_larger_than_half_of_the_room_stands_alone() -> None:
    exchanges = exchanges_of([50, 50, 80])

    window = fit(exchanges, 100)

    assert list(window) == exchanges[-1:]


@given(weights, rooms)
def test_the_newest_within_some_tokens_are_the_longest_run_that_fits(tokens: list[int], room: int) -> None:
    exchanges = exchanges_of(tokens)

    newest = newest_within(exchanges, room)

    older = exchanges[: len(exchanges) - len(newest)]
    assert list(newest) == exchanges[len(older) :]
    assert taken(newest) <= room
    assert not older or taken(newest) + older[-1].tokens > room
