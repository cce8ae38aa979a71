from __future__ import annotations

import asyncio

import pytest

from bot.errors import ModelUnavailable
from bot.together import together
from tests.fakes import settled


async def said(word: str, after: asyncio.Event | None = None) -> str:
    if after:
        await after.wait()
    return word


async def failed(error: BaseException) -> str:
    raise error


class Patient:
    """Waits for ever, and knows how that ended."""

    def __init__(self) -> None:
        self.cancelled = False

    async def wait(self) -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return "never"


async def test_results_come_in_the_order_of_the_questions_whoever_is_first() -> None:
    second_is_done = asyncio.Event()

    async def second() -> str:
        second_is_done.set()
        return "second"

    results = await together(said("first", after=second_is_done), second())

    assert results == ("first", "second")


async def test_nothing_together_is_nothing() -> None:
    assert await together() == ()


async def test_the_first_failure_is_raised_as_itself_and_ends_the_others() -> None:
    patient = Patient()
    error = ModelUnavailable("Away.")

    with pytest.raises(ModelUnavailable) as raised:
        await together(patient.wait(), failed(error))

    assert raised.value is error
    assert patient.cancelled


async def test_a_failure_keeps_its_cause() -> None:
    cause = OSError("no route")

    async def caused() -> str:
        raise ModelUnavailable("Away.") from cause

    with pytest.raises(ModelUnavailable) as raised:
        await together(caused(), said("fine"))

    assert raised.value.__cause__ is cause


async def test_of_two_failures_the_first_one_is_raised() -> None:
    with pytest.raises(ModelUnavailable, match="first"):
        await together(failed(ModelUnavailable("first")), failed(ModelUnavailable("second")))


async def test_a_failure_while_the_others_clean_up_does_not_hide_the_first_one() -> None:
    async def breaks_while_ending() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("while cleaning up")

    with pytest.raises(ModelUnavailable):
        await together(breaks_while_ending(), failed(ModelUnavailable("Away.")))


async def test_whoever_is_cancelled_cancels_all_of_it_and_stays_cancelled() -> None:
    first, second = Patient(), Patient()
    task = asyncio.ensure_future(together(first.wait(), second.wait()))
    await settled()

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert first.cancelled
    assert second.cancelled
