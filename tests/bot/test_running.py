from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.messages import Conversation
from bot.running import Running, Stopped
from bot.together import together
from tests.fakes import CHANNEL, settled

THREAD = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")


async def on_an_event() -> None:
    await asyncio.Event().wait()


async def beside_other_work() -> None:
    await together(asyncio.Event().wait(), asyncio.Event().wait())


async def under_a_time_limit() -> None:
    async with asyncio.timeout(60):
        await asyncio.Event().wait()


async def for_a_task_of_its_own() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(on_an_event())


async def for_something_shielded() -> None:
    loading: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    await asyncio.shield(loading)


async def in_cleaning_up() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)


WAITS = [
    on_an_event,
    beside_other_work,
    under_a_time_limit,
    for_a_task_of_its_own,
    for_something_shielded,
    in_cleaning_up,
]


async def turn(running: Running, wait: Callable[[], Awaitable[object]], *conversations: Conversation) -> str:
    """How a block that waits in some way came to its end."""
    try:
        async with running.stoppable(*conversations):
            await wait()
    except Stopped:
        return "stopped"
    return "finished"


@pytest.mark.parametrize("wait", WAITS)
async def test_a_turn_can_be_stopped_wherever_it_waits(wait: Callable[[], Awaitable[None]]) -> None:
    running = Running()
    task = asyncio.ensure_future(turn(running, wait, CHANNEL))
    await settled()

    stopped = running.stop(CHANNEL)

    assert stopped
    assert await task == "stopped"


@pytest.mark.parametrize("conversation", [CHANNEL, THREAD])
async def test_a_turn_that_answers_in_a_thread_can_be_stopped_there_and_in_its_channel(
    conversation: Conversation,
) -> None:
    running = Running()
    task = asyncio.ensure_future(turn(running, on_an_event, CHANNEL, THREAD))
    await settled()

    stopped = running.stop(conversation)

    assert stopped
    assert await task == "stopped"


async def test_a_turn_is_stopped_once() -> None:
    running = Running()
    task = asyncio.ensure_future(turn(running, on_an_event, CHANNEL))
    await settled()

    stops = [running.stop(CHANNEL), running.stop(CHANNEL)]

    assert stops == [True, False]
    assert await task == "stopped"


async def test_a_turn_that_is_over_cannot_be_stopped() -> None:
    running = Running()

    outcome = await turn(running, lambda: asyncio.sleep(0), CHANNEL)

    assert outcome == "finished"
    assert not running.stop(CHANNEL)


async def test_a_stop_reaches_only_its_own_conversation() -> None:
    running = Running()
    go = asyncio.Event()
    here = asyncio.ensure_future(turn(running, on_an_event, CHANNEL))
    there = asyncio.ensure_future(turn(running, go.wait, THREAD))
    await settled()

    running.stop(CHANNEL)
    ended = await here
    go.set()

    assert (ended, await there) == ("stopped", "finished")


async def test_a_conversation_is_running_from_the_beginning_of_a_turn_until_its_end_or_its_stop() -> None:
    running = Running()
    states = [running.is_running(CHANNEL)]

    task = asyncio.ensure_future(turn(running, on_an_event, CHANNEL))
    await settled()
    states.append(running.is_running(CHANNEL))
    running.stop(CHANNEL)
    states.append(running.is_running(CHANNEL))
    await task
    states.append(running.is_running(CHANNEL))

    assert states == [False, True, False, False]


async def test_a_turn_that_ends_leaves_another_one_of_the_conversation_stoppable() -> None:
    # A question in a channel is still being answered in its thread when somebody writes in the thread.
    running = Running()
    first_may_end = asyncio.Event()
    first = asyncio.ensure_future(turn(running, first_may_end.wait, CHANNEL, THREAD))
    await settled()
    second = asyncio.ensure_future(turn(running, on_an_event, THREAD))
    await settled()

    first_may_end.set()
    await first
    stopped = running.stop(THREAD)
    await settled()
    ended = second.done()
    second.cancel()
    await asyncio.wait([second])

    assert (stopped, ended) == (True, True)


async def test_a_stop_ends_all_turns_of_a_conversation() -> None:
    # Two mentions in a channel are answered at once, each in a thread of its own.
    running = Running()
    threads = [Conversation(CHANNEL.tenant, CHANNEL.channel, name) for name in ("t1", "t2")]
    turns = [asyncio.ensure_future(turn(running, on_an_event, CHANNEL, thread)) for thread in threads]
    await settled()

    stopped = running.stop(CHANNEL)

    assert stopped
    assert [await each for each in turns] == ["stopped", "stopped"]
    assert not any(running.is_running(each) for each in (CHANNEL, *threads))


async def test_a_stop_in_a_thread_leaves_the_other_turns_of_its_channel() -> None:
    running = Running()
    go = asyncio.Event()
    here = asyncio.ensure_future(turn(running, on_an_event, CHANNEL, THREAD))
    there = asyncio.ensure_future(turn(running, go.wait, CHANNEL))
    await settled()

    running.stop(THREAD)
    ended = await here
    still = running.is_running(CHANNEL)
    go.set()

    assert (ended, still, await there) == ("stopped", True, "finished")


async def test_a_time_out_of_something_else_stays_a_time_out() -> None:
    async def too_slow() -> None:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await turn(Running(), too_slow, CHANNEL)


async def test_an_error_of_a_turn_stays_that_error() -> None:
    async def breaks() -> None:
        raise ValueError("broken")

    running = Running()

    with pytest.raises(ValueError, match="broken"):
        await turn(running, breaks, CHANNEL)

    assert not running.is_running(CHANNEL)


async def test_a_process_that_ends_a_turn_cancels_it_rather_than_stopping_it() -> None:
    running = Running()
    task = asyncio.ensure_future(turn(running, on_an_event, CHANNEL))
    await settled()

    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert not running.is_running(CHANNEL)


async def test_a_turn_that_is_stopped_and_cancelled_at_once_is_cancelled() -> None:
    running = Running()
    task = asyncio.ensure_future(turn(running, on_an_event, CHANNEL))
    await settled()

    running.stop(CHANNEL)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()


async def test_a_stopped_turn_does_not_cancel_what_its_task_does_next() -> None:
    running = Running()

    async def next_thing() -> str:
        outcome = await turn(running, on_an_event, CHANNEL)
        await asyncio.sleep(0)
        return f"{outcome}, then went on"

    task = asyncio.ensure_future(next_thing())
    await settled()
    running.stop(CHANNEL)

    assert await task == "stopped, then went on"
