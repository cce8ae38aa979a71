"""Streams as servers really send them, through the real client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web

from bot.completions import Completions
from bot.errors import AnswerBroken, ModelUnavailable
from bot.model import Begun, Finished, Piece, Prompt
from bot.openai_api import open_client
from bot.usage import Usage

PROMPT = Prompt(({"role": "user", "content": "Hello"},), "llama3", 100)


def chunk(content: str | None = None, finish: str | None = None) -> dict[str, object]:
    """One chunk of a stream."""
    return {"choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}]}


@asynccontextmanager
async def serving(lines: list[bytes]) -> AsyncIterator[str]:
    """A server that answers every question with these lines, and its base URL."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for line in lines:
            await response.write(line + b"\n\n")
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def answered(*chunks: object, done: bool = True) -> list[Piece]:
    """What the model yields when the server sends these chunks."""
    lines = [b"data: " + (each if isinstance(each, bytes) else orjson.dumps(each)) for each in chunks]
    async with (
        serving([*lines, *([b"data: [DONE]"] if done else [])]) as url,
        open_client("k", url) as client,
    ):
        pieces = [piece async for piece in Completions(client).stream(PROMPT)]
    assert pieces[0] == Begun("llama3")
    return pieces[1:]


async def test_a_character_that_is_cut_between_two_chunks_arrives_whole() -> None:
    halves = [
        rb'{"choices":[{"delta":{"content":"Hi \ud83d"}}]}',
        rb'{"choices":[{"delta":{"content":"\ude00!"}}]}',
    ]

    pieces = await answered(*halves, chunk(finish="stop"))

    assert pieces[:-1] == ["Hi ", "😀!"]


async def test_half_a_character_without_its_other_half_is_replaced() -> None:
    pieces = await answered(rb'{"choices":[{"delta":{"content":"a\ud83db"}}]}', chunk(finish="stop"))

    assert pieces[:-1] == ["a�b"]


@pytest.mark.parametrize("nonsense", [b"[1, 2]", b'"text"', b"null", b"42"])
async def test_a_chunk_that_is_no_object_ends_the_answer(nonsense: bytes) -> None:
    with pytest.raises(AnswerBroken):
        await answered(chunk("Hel"), nonsense, chunk("lo", "stop"))
    with pytest.raises(ModelUnavailable):
        await answered(nonsense)


@pytest.mark.parametrize("finish", ["stop", "eos", "tool_calls", "end_turn"])
async def test_whatever_a_server_calls_the_end_is_the_end(finish: str) -> None:
    pieces = await answered(chunk("Hello"), chunk(finish=finish))

    assert pieces == ["Hello", Finished("complete")]


async def test_chunks_without_choices_are_passed_over() -> None:
    usage = {
        "choices": [],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": None},
    }

    pieces = await answered(
        {"choices": [], "prompt_filter_results": []}, chunk("Hello"), chunk(None, "stop"), usage
    )

    assert pieces == ["Hello", Finished("complete", Usage(9, 1))]


async def test_an_answer_is_whole_when_only_the_usage_got_lost() -> None:
    pieces = await answered(chunk("Hello"), chunk(finish="stop"), b'{"usage": {"prompt', done=False)

    assert pieces == ["Hello", Finished("complete")]


async def test_an_end_without_a_reason_is_no_end() -> None:
    with pytest.raises(AnswerBroken):
        await answered(chunk("Hello"), done=False)


@pytest.mark.parametrize("finish", ["length", "max_tokens", "model_length"])
async def test_whatever_a_server_calls_a_cut_is_a_cut(finish: str) -> None:
    pieces = await answered(chunk("Hello"), chunk(finish=finish))

    assert pieces == ["Hello", Finished("length")]


@pytest.mark.parametrize("finish", ["error", "abort", "insufficient_system_resource"])
async def test_a_server_that_gives_up_has_not_answered(finish: str) -> None:
    with pytest.raises(AnswerBroken):
        await answered(chunk("Hello"), chunk(finish=finish))
    with pytest.raises(ModelUnavailable):
        await answered(chunk(finish=finish))


async def test_content_in_parts_is_joined() -> None:
    parts = [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]

    pieces = await answered({"choices": [{"delta": {"content": parts}}]}, chunk(finish="stop"))

    assert pieces == ["Hello", Finished("complete")]


@pytest.mark.parametrize(
    "odd",
    [
        {"choices": [None]},
        {"choices": {"0": {}}},
        {"choices": [{"delta": []}]},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": [{"delta": None, "finish_reason": ""}]},
        {"choices": [], "usage": "many"},
    ],
)
async def test_odd_chunks_are_passed_over(odd: dict[str, object]) -> None:
    pieces = await answered(odd, chunk("Hello"), odd, chunk(finish="stop"))

    assert pieces == ["Hello", Finished("complete")]


async def test_odd_usage_is_made_whole() -> None:
    usage = {"prompt_tokens": 9.0, "completion_tokens": -3, "prompt_tokens_details": {"cached_tokens": 99}}

    pieces = await answered(chunk("Hello"), chunk(finish="stop"), {"choices": [], "usage": usage})

    assert pieces[-1] == Finished("complete", Usage(9, 0, 9))


async def test_bytes_that_are_no_text_end_the_answer() -> None:
    with pytest.raises(AnswerBroken):
        await answered(chunk("Hello"), b'{"choices":[{"delta":{"content":"\xff\xfe"}}]}')


@pytest.mark.parametrize("number", [b"1e30", b"1" + b"0" * 400, b"true", b'"9"', b"-1"])
async def test_numbers_that_cannot_be_are_none(number: bytes) -> None:
    usage = b'{"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": ' + number + b"}}"

    pieces = await answered(chunk("Hello"), chunk(finish="stop"), usage)

    assert isinstance(pieces[-1], Finished)
    assert pieces[-1].usage
    assert 0 <= pieces[-1].usage.completion <= 1


async def test_a_finish_reason_that_is_no_word_is_none() -> None:
    odd = {"choices": [{"delta": {"content": "Hello"}, "finish_reason": ["stop"]}]}

    pieces = await answered(odd, chunk(finish="stop"))

    assert pieces == ["Hello", Finished("complete")]
