from __future__ import annotations

from dataclasses import dataclass

import pytest

from adapters.slack.quiet import Quiet
from bot.errors import PlatformBusy

POST = ("chat_postMessage", "C1")


@dataclass(slots=True)
class Watch:
    """A time that a test moves."""

    time: float = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    """A time that stands still."""
    return Watch()


@pytest.fixture
def quiet(watch: Watch) -> Quiet:
    """Nothing was said yet."""
    return Quiet(watch)


def wait(quiet: Quiet, who: str, method: tuple[str, str] = POST) -> float:
    """How long somebody is asked to wait; 0 if they may speak."""
    try:
        quiet.check(method, who)
    except PlatformBusy as busy:
        return busy.retry_after
    return 0.0


def test_everybody_may_speak_until_slack_wants_quiet(quiet: Quiet) -> None:
    assert [wait(quiet, who) for who in ("a", "b", "a")] == [0.0, 0.0, 0.0]


def test_whoever_comes_meanwhile_waits_and_then_one_after_the_other(quiet: Quiet, watch: Watch) -> None:
    quiet.told(POST, 5.0)

    waits = [wait(quiet, who) for who in ("a", "b", "c")]
    watch.time += 5.0
    at_five = [wait(quiet, who) for who in ("a", "b", "c")]
    watch.time += 1.0
    at_six = [wait(quiet, who) for who in ("b", "c")]

    assert waits == [5.0, 6.0, 7.0]
    assert at_five == [0.0, 1.0, 2.0]
    assert at_six == [0.0, 1.0]


def test_who_asks_again_keeps_their_turn(quiet: Quiet) -> None:
    quiet.told(POST, 5.0)

    assert [wait(quiet, who) for who in ("a", "b", "a", "b")] == [5.0, 6.0, 5.0, 6.0]


def test_what_is_said_again_by_many_at_once_is_said_once(quiet: Quiet) -> None:
    for _ in range(50):
        quiet.told(POST, 5.0)

    assert wait(quiet, "a") == 5.0


def test_nobody_speaks_before_a_longer_wait_that_comes_later(quiet: Quiet, watch: Watch) -> None:
    quiet.told(POST, 1.0)
    assert [wait(quiet, who) for who in ("a", "b")] == [1.0, 2.0]

    watch.time += 0.5
    quiet.told(POST, 30.0)

    assert [wait(quiet, who) for who in ("a", "b", "c")] == [30.0, 31.0, 32.0]


def test_methods_and_channels_wait_by_themselves(quiet: Quiet) -> None:
    quiet.told(POST, 5.0)

    assert wait(quiet, "a", ("chat_postMessage", "C2")) == 0.0
    assert wait(quiet, "a", ("chat_update", "")) == 0.0
