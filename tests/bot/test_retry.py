from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    AnswerBroken,
    ModelBusy,
    ModelError,
    ModelNotFound,
    ModelUnavailable,
    ParleyError,
    QuestionFlagged,
    QuestionTooLong,
    QuotaExhausted,
)
from bot.model import Begun, Finished, Piece, Prompt, Waiting
from bot.retry import FallingBack, Retries, Retrying
from tests.fakes import Naps, ScriptedModel, settled

PROMPT = Prompt(({"role": "user", "content": "Hi"},), "gpt-5.4-mini", 100)
DONE = Finished("complete")
AWAY = ModelUnavailable("Away.")


def kinds_under(kind: type[ParleyError]) -> Iterator[type[ParleyError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_under(below)


def built(kind: type[ParleyError]) -> ParleyError:
    if issubclass(kind, QuestionTooLong):
        return kind(2, 1)
    if issubclass(kind, QuestionFlagged):
        return kind(("hate",))
    return kind("Sorry.")


EVERY_KIND = sorted(set(kinds_under(ParleyError)), key=lambda kind: kind.__name__)
EVERY_MODEL_ERROR = [kind for kind in EVERY_KIND if issubclass(kind, ModelError)]
WORTH_ANOTHER_TRY = {ModelUnavailable, ModelBusy}


def kept(model: ScriptedModel, naps: Naps, **options: Any) -> Retrying:
    return Retrying(model, Retries(sleep=naps, **options))


async def pieces_of(stream: AsyncGenerator[Piece]) -> list[Piece]:
    async with aclosing(stream) as pieces:
        return [piece async for piece in pieces]


@dataclass
class Failing:
    """Something to call that fails with each of these errors in turn, then succeeds."""

    errors: list[BaseException]
    calls: int = field(default=0)

    async def __call__(self) -> str:
        self.calls += 1
        if self.calls <= len(self.errors):
            raise self.errors[self.calls - 1]
        return "done"


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_only_a_model_that_is_unavailable_is_asked_again(kind: type[ParleyError]) -> None:
    ask = Failing([built(kind)])

    try:
        result = await Retries(sleep=Naps()).call(ask)
    except ParleyError as error:
        result = type(error).__name__

    again = kind in WORTH_ANOTHER_TRY
    assert (result, ask.calls) == (("done", 2) if again else (kind.__name__, 1))


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_a_stream_is_begun_again_only_if_the_model_was_unavailable(kind: type[ParleyError]) -> None:
    model = ScriptedModel([[built(kind)], ["Hello", DONE]])

    try:
        pieces = await pieces_of(kept(model, Naps()).stream(PROMPT))
    except ParleyError as error:
        pieces = [type(error).__name__]

    again = kind in WORTH_ANOTHER_TRY
    assert pieces[-2:] == (["Hello", DONE] if again else [kind.__name__])
    assert len(model.prompts) == (2 if again else 1)


async def test_the_last_error_is_raised_after_as_many_tries_as_are_allowed() -> None:
    naps = Naps()
    errors: list[BaseException] = [ModelUnavailable(f"Try {n}") for n in range(1, 9)]
    ask = Failing(errors)

    with pytest.raises(ModelUnavailable, match="Try 3"):
        await Retries(tries=3, sleep=naps).call(ask)

    assert ask.calls == 3
    assert len(naps.seconds) == 2


async def test_a_stream_gives_up_after_as_many_tries_as_are_allowed() -> None:
    naps = Naps()
    model = ScriptedModel([[ModelUnavailable(f"Try {n}")] for n in range(1, 9)])

    with pytest.raises(ModelUnavailable, match="Try 3"):
        await pieces_of(kept(model, naps, tries=3).stream(PROMPT))

    assert len(model.prompts) == 3
    assert len(naps.seconds) == 2


async def test_a_single_try_is_never_followed_by_another() -> None:
    ask = Failing([AWAY])

    with pytest.raises(ModelUnavailable):
        await Retries(tries=1, sleep=Naps()).call(ask)

    assert ask.calls == 1


@given(st.floats(0.01, 2), st.integers(1, 5))
def test_waits_double_and_are_spread_over_the_upper_half(base: float, tried: int) -> None:
    retries = Retries(tries=6, base=base, longest=1_000)

    wait = retries.wait(AWAY, tried)

    backoff = base * 2 ** (tried - 1)
    assert wait is not None
    assert backoff / 2 <= wait <= backoff


def test_two_processes_do_not_wait_equally_long() -> None:
    waits = {Retries().wait(AWAY, 1) for _ in range(20)}

    assert len(waits) > 1


@given(st.floats(0, 59), st.integers(1, 3))
def test_a_wait_that_the_provider_asks_for_is_never_cut_short(asked: float, tried: int) -> None:
    wait = Retries().wait(ModelBusy("Busy.", asked), tried)

    assert wait is None or wait >= asked
    assert wait is not None or asked > 57


@given(st.floats(60.001, 1e9), st.integers(1, 3))
def test_a_wait_that_nobody_would_sit_out_ends_the_tries_at_once(asked: float, tried: int) -> None:
    assert Retries().wait(ModelBusy("Busy.", asked), tried) is None


def test_a_wait_of_exactly_the_longest_is_still_sat_out() -> None:
    waits = [Retries(longest=60).wait(ModelBusy("Busy.", 60.0), 1) for _ in range(5)]

    assert None not in waits


async def test_a_stream_says_how_long_it_waits_before_it_does() -> None:
    naps = Naps()
    model = ScriptedModel([[ModelBusy("Busy.", 7.0)], [AWAY], ["Hello", " world", DONE]])

    pieces = await pieces_of(kept(model, naps).stream(PROMPT))

    assert pieces == [Waiting(naps.seconds[0]), Waiting(naps.seconds[1]), "Hello", " world", DONE]
    assert naps.seconds[0] >= 7


async def test_a_stream_with_too_long_a_wait_fails_without_waiting() -> None:
    naps = Naps()
    model = ScriptedModel([[ModelBusy("Busy.", 3_600.0)]])

    with pytest.raises(ModelBusy):
        await pieces_of(kept(model, naps).stream(PROMPT))

    assert naps.seconds == []


async def test_an_account_without_credit_is_not_asked_again() -> None:
    model = ScriptedModel([[QuotaExhausted("Empty.")]])

    with pytest.raises(QuotaExhausted):
        await pieces_of(kept(model, Naps()).stream(PROMPT))

    assert len(model.prompts) == 1


async def test_an_answer_that_has_begun_is_never_begun_again() -> None:
    model = ScriptedModel([["Hel", AnswerBroken("Broken.")]])
    stream = kept(model, Naps()).stream(PROMPT)

    first = await anext(stream)
    with pytest.raises(AnswerBroken):
        await anext(stream)

    assert first == "Hel"
    assert len(model.prompts) == 1


async def test_closing_a_stream_closes_the_one_inside() -> None:
    model = ScriptedModel([["Hel", asyncio.Event()]])
    stream = FallingBack(kept(model, Naps()), "other").stream(PROMPT)

    first = await anext(stream)
    await stream.aclose()

    assert first == "Hel"
    assert model.closed == 1


async def test_a_stream_that_is_abandoned_while_it_waits_asks_nobody_again() -> None:
    model = ScriptedModel([[AWAY], ["Hello", DONE]])
    stream = kept(model, Naps()).stream(PROMPT)

    waiting = await anext(stream)
    await stream.aclose()

    assert isinstance(waiting, Waiting)
    assert len(model.prompts) == 1


async def test_a_turn_that_is_cancelled_closes_the_stream_it_listens_to() -> None:
    model = ScriptedModel([["Hel", asyncio.Event()]])
    turn = asyncio.ensure_future(pieces_of(FallingBack(kept(model, Naps()), "other").stream(PROMPT)))
    await settled()

    turn.cancel()
    await asyncio.wait([turn])

    assert turn.cancelled()
    assert model.closed == 1
    assert len(model.prompts) == 1


async def test_a_turn_that_is_cancelled_during_a_wait_stays_cancelled() -> None:
    forever = asyncio.Event()

    async def sleep(seconds: float) -> None:
        assert seconds > 0
        await forever.wait()

    model = ScriptedModel([[AWAY], ["Hello", DONE]])
    turn = asyncio.ensure_future(pieces_of(Retrying(model, Retries(sleep=sleep)).stream(PROMPT)))
    await settled()

    turn.cancel()
    await asyncio.wait([turn])

    assert turn.cancelled()
    assert len(model.prompts) == 1


@pytest.mark.parametrize("kind", EVERY_MODEL_ERROR)
async def test_another_model_answers_if_the_first_is_unavailable_or_unknown(kind: type[ModelError]) -> None:
    model = ScriptedModel([[built(kind)], ["Hello", Finished("complete")]])

    try:
        pieces = await pieces_of(FallingBack(model, "other").stream(PROMPT))
    except ModelError as error:
        pieces = [type(error).__name__]

    falls_back = kind in WORTH_ANOTHER_TRY | {ModelNotFound}
    assert [prompt.model for prompt in model.prompts] == ["gpt-5.4-mini", "other"][: 1 + falls_back]
    assert pieces == ([Begun(""), "Hello", Finished("complete")] if falls_back else [kind.__name__])


async def test_a_model_that_answers_is_not_replaced() -> None:
    model = ScriptedModel([["Hello", DONE]])

    pieces = await pieces_of(FallingBack(model, "other").stream(PROMPT))

    assert pieces == ["Hello", DONE]
    assert [prompt.model for prompt in model.prompts] == ["gpt-5.4-mini"]


async def test_the_other_model_gets_the_same_prompt() -> None:
    model = ScriptedModel([[AWAY], ["Hello", DONE]])

    await pieces_of(FallingBack(model, "other").stream(PROMPT))

    first, second = model.prompts
    assert first == PROMPT
    assert second == Prompt(PROMPT.messages, "other", PROMPT.reply_tokens)


async def test_if_the_other_model_fails_too_its_error_is_told() -> None:
    model = ScriptedModel([[AWAY], [ModelNotFound("No such other model.")]])

    with pytest.raises(ModelNotFound, match="No such other model"):
        await pieces_of(FallingBack(model, "other").stream(PROMPT))


async def test_a_model_is_not_its_own_replacement() -> None:
    model = ScriptedModel([[AWAY]])

    with pytest.raises(ModelUnavailable):
        await pieces_of(FallingBack(model, PROMPT.model).stream(PROMPT))

    assert len(model.prompts) == 1


async def test_no_other_model_takes_over_an_answer_that_has_begun() -> None:
    model = ScriptedModel([["Hel", AnswerBroken("Broken.")]])

    with pytest.raises(AnswerBroken):
        await pieces_of(FallingBack(model, "other").stream(PROMPT))

    assert len(model.prompts) == 1


async def test_every_try_of_the_first_model_comes_before_the_other_one() -> None:
    naps = Naps()
    model = ScriptedModel([[AWAY], [AWAY], ["Hello", Finished("complete")]])

    pieces = await pieces_of(FallingBack(kept(model, naps, tries=2), "other").stream(PROMPT))

    assert [prompt.model for prompt in model.prompts] == ["gpt-5.4-mini", "gpt-5.4-mini", "other"]
    assert pieces == [Waiting(naps.seconds[0]), Begun(""), "Hello", Finished("complete")]


async def test_a_model_that_falls_silent_is_asked_twice_only() -> None:
    naps = Naps()
    silent = ModelUnavailable("Silent.", slow=True)
    model = ScriptedModel([[silent], [silent], ["never"]])

    with pytest.raises(ModelUnavailable):
        await pieces_of(kept(model, naps).stream(PROMPT))

    assert len(model.prompts) == 2
