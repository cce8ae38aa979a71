"""Stop and reset that another process takes in than the one that answers."""

from __future__ import annotations

import time

import pytest

from bot.messages import Conversation, IncomingMessage
from bot.turn import THINKING
from simulators.openai import Fault
from tests.processes.site import TENANT, Site, message

SLOW = 4.0
"""Tokens a second."""
AT_ONCE = 1.0
"""Seconds within which a person sees it."""
STOPPED = "_Stopped; `continue` goes on._"


async def seconds_to_stop(site: Site, running: IncomingMessage, command: IncomingMessage) -> float:
    """How long a reply went on after a command."""
    asked = time.monotonic()
    await site.accept(command)
    await site.until(lambda: "_Stopped" in site.text(running))
    return time.monotonic() - asked


@pytest.mark.parametrize("word", ["/stop", "stop"])
async def test_a_stop_reaches_the_worker_that_writes(site: Site, word: str) -> None:
    site.behave(tokens_per_second=SLOW)
    await site.worker()
    running = message("b")
    await site.accept(running)
    await site.all_begun([running])

    seconds = await seconds_to_stop(site, running, message("b", 1, text=word))

    await site.idle()
    assert seconds <= AT_ONCE
    assert site.text(running).endswith(STOPPED)
    assert len(site.board.find("b")) == 1
    [kept] = await site.history.everything(running.conversation)
    assert kept.finish == "stopped"


@pytest.mark.parametrize("after_tokens", [None, 0], ids=["before its headers", "before its first word"])
async def test_a_stop_ends_the_wait_for_a_silent_model(site: Site, after_tokens: int | None) -> None:
    site.behave(Fault("silence", after_tokens=after_tokens))
    await site.worker()
    running = message("b")
    await site.accept(running)
    await site.until(lambda: site.text(running) == THINKING)
    await site.model.request_to("chat")

    seconds = await seconds_to_stop(site, running, message("b", 1, text="/stop"))

    await site.idle()
    assert seconds <= AT_ONCE
    assert [post.text for post in site.board.find("b")] == ["_Stopped._"]
    assert await site.history.everything(running.conversation) == ()


async def test_a_reset_forgets_what_is_being_answered(site: Site) -> None:
    await site.worker()
    before, running, after = (message("b", number) for number in range(3))
    await site.accept(before)
    await site.all_complete([before])
    site.behave(tokens_per_second=SLOW)
    await site.accept(running)
    await site.all_begun([running])

    reset = message("b", 9, text="/reset")
    seconds = await seconds_to_stop(site, running, reset)
    await site.until(lambda: "We start afresh." in site.text(reset))
    await site.idle()
    forgotten = await site.history.everything(running.conversation)
    site.behave()
    await site.accept(after)
    await site.all_complete([after])

    assert seconds <= AT_ONCE
    assert forgotten == ()
    assert "after 0 others" in site.text(after)


async def test_a_reset_of_a_channel_forgets_what_is_being_answered_in_its_threads(site: Site) -> None:
    site.behave(tokens_per_second=SLOW)
    await site.worker()
    threads = [Conversation(TENANT, "b", f"t{number}") for number in range(3)]
    running = [message("b", number, opens=thread) for number, thread in enumerate(threads)]
    await site.accept(*running)
    await site.all_begun(running)

    asked = time.monotonic()
    await site.accept(message("b", 9, text="/reset"))
    await site.until(lambda: all("_Stopped" in site.text(each) for each in running))
    seconds = time.monotonic() - asked
    await site.idle()

    assert seconds <= AT_ONCE
    assert await site.history.everything(running[0].conversation) == ()
