from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.beside import beside
from tests.fakes import settled


class Watch:
    """Something that runs for ever beside a block, and knows how that ended."""

    def __init__(self) -> None:
        self.begun = False
        self.ended = False

    async def run(self) -> None:
        self.begun = True
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.ended = True


async def failing(error: BaseException, when: asyncio.Event | None = None) -> None:
    if when:
        await when.wait()
    raise error


async def nothing() -> None:
    pass


async def test_what_runs_beside_a_block_ends_with_it() -> None:
    watch = Watch()

    async with beside(watch.run()):
        await settled()
        during = (watch.begun, watch.ended)

    assert during == (True, False)
    assert watch.ended


async def test_what_ends_before_the_block_leaves_it_alone() -> None:
    async with beside(nothing()):
        await settled()
        reached = True

    assert reached


async def test_a_block_that_never_waits_ends_what_has_not_begun() -> None:
    watch = Watch()

    async with beside(watch.run()):
        pass

    assert not watch.begun


async def test_a_failure_ends_the_block_and_is_raised_as_itself() -> None:
    error = KeyError("broken")
    ended: list[str] = []

    async def block() -> None:
        async with beside(failing(error)):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("block")

    with pytest.raises(KeyError) as raised:
        await block()

    assert raised.value is error
    assert ended == ["block"]


async def test_a_failure_after_which_the_block_does_not_wait_is_raised_too() -> None:
    error = KeyError("broken")

    with pytest.raises(KeyError) as raised:
        async with beside(failing(error)):
            await asyncio.sleep(0)

    assert raised.value is error


async def test_a_failure_keeps_its_cause() -> None:
    cause = OSError("no route")

    async def caused() -> None:
        raise ValueError("broken") from cause

    with pytest.raises(ValueError, match="broken") as raised:
        async with beside(caused()):
            await asyncio.Event().wait()

    assert raised.value.__cause__ is cause


async def test_a_time_out_of_what_runs_beside_the_block_is_a_failure_like_any_other() -> None:
    error = TimeoutError("too slow")

    with pytest.raises(TimeoutError) as raised:
        async with beside(failing(error)):
            await asyncio.Event().wait()

    assert raised.value is error


async def test_a_failure_in_cleaning_up_is_raised() -> None:
    async def untidy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("untidy")

    with pytest.raises(ValueError, match="untidy"):
        async with beside(untidy()):
            await settled()


async def test_what_the_block_raises_is_raised_as_itself_and_ends_the_other() -> None:
    watch = Watch()
    error = KeyError("the block's")

    async def block() -> None:
        async with beside(watch.run()):
            await settled()
            raise error

    with pytest.raises(KeyError) as raised:
        await block()

    assert raised.value is error
    assert watch.ended


@pytest.mark.parametrize("error", [ValueError("the block's"), TimeoutError("the block's")])
async def test_what_the_block_raises_comes_before_a_failure_in_cleaning_up(error: Exception) -> None:
    async def untidy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise KeyError("untidy")

    async def block() -> None:
        async with beside(untidy()):
            await settled()
            raise error

    with pytest.raises(type(error)) as raised:
        await block()

    assert raised.value is error


async def test_what_the_block_raises_while_a_failure_ends_it_is_raised() -> None:
    error = ValueError("the block's")

    async def block() -> None:
        async with beside(failing(KeyError("broken"))):
            try:
                await asyncio.Event().wait()
            finally:
                raise error

    with pytest.raises(ValueError, match="the block's") as raised:
        await block()

    assert raised.value is error


@pytest.mark.parametrize("turns", range(6))
async def test_what_the_block_raises_wins_whenever_the_other_fails(turns: int) -> None:
    fails = asyncio.Event()
    error = ValueError("the block's")

    async def block() -> None:
        async with beside(failing(KeyError("broken"), when=fails)):
            await settled()
            fails.set()
            with suppress(asyncio.CancelledError):
                for _ in range(turns):
                    await asyncio.sleep(0)
            raise error

    with pytest.raises(ValueError, match="the block's") as raised:
        await block()

    assert raised.value is error


async def test_who_is_cancelled_in_the_block_is_cancelled_and_ends_the_other() -> None:
    watch = Watch()

    async def block() -> None:
        async with beside(watch.run()):
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await settled()
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert watch.ended


async def test_who_is_cancelled_while_the_other_fails_is_cancelled() -> None:
    fails = asyncio.Event()

    async def block() -> None:
        async with beside(failing(KeyError("broken"), when=fails)):
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await settled()
    fails.set()
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()


async def test_a_failure_does_not_cancel_what_its_task_does_next() -> None:
    with pytest.raises(KeyError):
        async with beside(failing(KeyError("broken"))):
            await asyncio.Event().wait()

    await settled()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_time_out_inside_the_block_stays_that_of_the_block() -> None:
    watch = Watch()
    caught = False

    async with beside(watch.run()):
        try:
            async with asyncio.timeout(0):
                await asyncio.Event().wait()
        except TimeoutError:
            caught = True

    assert caught
    assert watch.ended


async def test_a_time_out_that_the_block_does_not_catch_is_raised() -> None:
    watch = Watch()

    with pytest.raises(TimeoutError):
        async with beside(watch.run()), asyncio.timeout(0):
            await asyncio.Event().wait()

    assert watch.ended


async def test_a_time_out_around_the_block_is_raised() -> None:
    watch = Watch()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), beside(watch.run()):
            await asyncio.Event().wait()

    assert not watch.begun or watch.ended


async def test_of_two_that_run_beside_a_block_the_one_that_fails_ends_the_other() -> None:
    watch = Watch()
    fails = asyncio.Event()
    error = KeyError("broken")

    async def block() -> None:
        async with beside(failing(error, when=fails)), beside(watch.run()):
            await settled()
            fails.set()
            await asyncio.Event().wait()

    with pytest.raises(KeyError) as raised:
        await block()

    assert raised.value is error
    assert watch.ended
