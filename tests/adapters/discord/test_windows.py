"""What a process knows of one bucket: never more than Discord has."""

from __future__ import annotations

import math

import pytest

from adapters.discord.rest.windows import Told, Window, told_of

HEADERS = {
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "3",
    "X-RateLimit-Reset": "1470173023.123",
    "X-RateLimit-Reset-After": "1.25",
    "X-RateLimit-Bucket": "abcd1234",
}


def known(remaining: int = 4, limit: int = 5, after: float = 5.0) -> Window:
    """A window of which the first answer told, at time 0."""
    window = Window()
    window.answered(window.take(), Told(limit, remaining, after), 0.0)
    return window


def test_the_headers_of_an_answer_are_read() -> None:
    assert told_of(HEADERS) == Told(5, 3, 1.25, "abcd1234")


@pytest.mark.parametrize(
    "changes",
    [
        {"X-RateLimit-Limit": "many"},
        {"X-RateLimit-Remaining": ""},
        {"X-RateLimit-Reset-After": "soon"},
        {"X-RateLimit-Reset-After": "nan"},
        {"X-RateLimit-Reset-After": "inf"},
        {"X-RateLimit-Reset-After": "-1"},
    ],
)
def test_headers_that_make_no_sense_say_nothing(changes: dict[str, str]) -> None:
    assert told_of(HEADERS | changes) is None


def test_an_answer_without_headers_says_nothing() -> None:
    assert told_of({}) is None


def test_before_the_first_answer_one_request_goes_at_a_time() -> None:
    window = Window()

    window.take()

    assert window.free(0.0) == 0
    assert window.wait(0.0) == math.inf


def test_then_as_many_go_as_are_left() -> None:
    window = known(remaining=2)

    window.take()
    window.take()

    assert window.wait(1.0) == 4.0


def test_when_its_time_is_over_all_may_go_again() -> None:
    window = known(remaining=0)

    assert window.free(4.999) == 0
    assert window.free(5.0) == 5


def test_what_is_on_its_way_when_the_time_is_over_counts_in_the_next() -> None:
    window = known(remaining=1)

    window.take()

    assert window.free(5.0) == 4


def test_an_old_answer_that_comes_late_gives_nothing_back() -> None:
    window = known(remaining=4)
    first, second = window.take(), window.take()

    window.answered(second, Told(5, 2, 4.0), 1.0)
    window.answered(first, Told(5, 3, 4.0), 1.1)

    assert window.free(1.2) == 2


def test_what_others_with_the_same_token_used_is_gone() -> None:
    window = known(remaining=4)
    first = window.take()
    window.take()

    window.answered(first, Told(5, 1, 4.0), 1.0)

    assert window.free(1.0) == 0


def test_another_count_under_the_same_name_does_not_give_back_what_is_used() -> None:
    window = known(remaining=0, after=3.0)

    window.answered(window.take(), Told(5, 4, 5.0), 0.5)

    assert window.free(4.0) == 0


def test_the_wait_of_those_behind_counts_whole_windows() -> None:
    window = known(remaining=0)

    assert [window.wait(2.0, before) for before in (0, 4, 5, 10)] == [3.0, 3.0, 8.0, 13.0]


def test_an_answer_without_limits_means_that_there_are_none() -> None:
    window = Window()

    window.answered(window.take(), None, 0.0)

    assert window.free(0.0) == math.inf


def test_limits_that_were_told_once_stay_although_an_answer_tells_of_none() -> None:
    window = known(remaining=1)

    window.answered(window.take(), None, 1.0)

    assert window.free(1.0) == 0


def test_limits_that_come_later_hold() -> None:
    window = Window()
    window.answered(window.take(), None, 0.0)

    window.answered(window.take(), Told(5, 1, 5.0), 1.0)

    assert window.free(1.0) == 1


def test_a_refusal_for_the_rate_keeps_everybody_waiting() -> None:
    window = known(remaining=4)

    window.limited(7.0, 1.0)

    assert window.wait(1.0) == 7.0


def test_a_request_of_which_nobody_knows_leaves_no_one_waiting_for_ever() -> None:
    window = Window()

    window.failed(window.take(), 0.0)

    assert window.free(0.0) == 1


def test_a_request_of_which_nobody_knows_may_have_begun_a_window() -> None:
    window = known(remaining=4)

    window.failed(window.take(), 4.0)

    assert window.free(4.0) == 3
    assert window.free(8.9) == 3
    assert window.free(9.0) == 5


def test_where_no_answer_tells_of_a_window_one_goes_at_a_time_again() -> None:
    window = known(remaining=0, limit=2)
    window.free(5.0)

    for number in [window.take(), window.take()]:
        window.answered(number, None, 6.0)

    assert window.free(6.0) == 1


def test_a_request_that_was_not_sent_is_given_back() -> None:
    window = known(remaining=1)

    window.give_back(window.take())

    assert window.free(0.0) == 1
