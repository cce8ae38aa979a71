"""Reading files when Slack is slow, many are read at once, or a worker dies over it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.payloads.attached import files_in
from adapters.slack.reading.files import NO_SCOPE, Files
from bot.messages import Author, Conversation, IncomingMessage
from bot.store import Store
from simulators.openai import OpenAISimulator
from simulators.slack import Fault, SlackSimulator, Upload
from tests.adapters.slack.desk import Desk, open_desk
from tests.adapters.slack.office import Office, open_service

NOTES = Upload("notes.txt", b"The meeting is on Tuesday.")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A workspace in which nobody answers."""
    async with open_desk(store) as opened:
        yield opened


async def shared(desk: Desk, *files: Upload) -> IncomingMessage:
    """A message with files, as it was taken in."""
    ts = await desk.ada.says("See this", desk.general, files=files)
    place = Conversation(f"slack:{desk.workspace.team}", desk.general.id)
    return IncomingMessage(
        ts, place, Author("U1", "Ada"), "See this", files=files_in(desk.general.posts[ts].message)
    )


async def test_a_slow_file_is_waited_for_no_longer_than_the_patience_of_a_turn(desk: Desk) -> None:
    message = await shared(desk, NOTES, replace(NOTES, name="slow.txt"))
    desk.slack.faults = (
        Fault("none", "download"),
        Fault("delay-answer", "download", times=None, seconds=5.0),
    )
    began = time.monotonic()

    read = await Files(patience=0.5, once=0.2).read(message, desk.workspace)

    assert time.monotonic() - began < 2.0
    assert sorted(file.unread for file in read.files) == ["", "it did not arrive in time"]


async def test_a_file_that_is_slow_once_is_read(desk: Desk) -> None:
    message = await shared(desk, NOTES)
    desk.slack.faults = (Fault("delay-answer", "download", seconds=5.0),)

    read = await Files(once=0.2).read(message, desk.workspace)

    assert [file.text for file in read.files] == ["The meeting is on Tuesday."]


async def test_where_the_scope_is_missing_it_is_named(desk: Desk) -> None:
    message = await shared(desk, NOTES)
    desk.slack.workspace.scopes.discard("files:read")
    workspace = replace(desk.workspace, scopes=desk.workspace.scopes - {"files:read"})

    read = await Files().read(message, workspace)

    assert [file.unread for file in read.files] == [NO_SCOPE]


async def test_of_pictures_that_are_too_large_together_the_first_are_kept(desk: Desk) -> None:
    pictures = [Upload(f"{number}.png", PNG.ljust(4_000_000, b"x")) for number in range(3)]
    message = await shared(desk, *pictures)

    read = await Files().read(message, desk.workspace)

    assert len(read.images) == 2
    assert [file.unread for file in read.files] == [
        "",
        "",
        "the pictures are larger than 10 MB together",
    ]


async def test_turns_wait_for_each_other_when_too_much_is_in_hand(desk: Desk) -> None:
    files = Files(in_hand=60)
    one, two, three = [await shared(desk, NOTES) for _ in range(3)]
    await files.read(one, desk.workspace)
    await files.read(two, desk.workspace)

    waiting = asyncio.create_task(files.read(three, desk.workspace))
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    files.let_go(one)
    read = await waiting

    assert not done
    assert [file.unread for file in read.files] == [""]


async def test_who_waits_too_long_for_the_files_of_others_goes_on_without_its_own(desk: Desk) -> None:
    files = Files(in_hand=30, patience=0.1)
    one, two = [await shared(desk, NOTES) for _ in range(2)]
    await files.read(one, desk.workspace)

    read = await files.read(two, desk.workspace)

    assert [file.unread for file in read.files] == ["I have too many files in hand at the moment"]
    files.let_go(two)
    files.let_go(one)
    assert (await files.read(two, desk.workspace)).files[0].text


async def test_a_message_without_files_asks_nobody(desk: Desk) -> None:
    message = await shared(desk, Upload("clip.mp4", b""))
    before = len(desk.slack.calls)

    assert await Files().read(message, desk.workspace) == message
    assert len(desk.slack.calls) == before


async def test_a_worker_that_takes_over_reads_the_files_again(valkey: str, store: Store) -> None:
    del store
    async with SlackSimulator() as slack, OpenAISimulator() as model:
        office = Office(slack, model)
        office.behave(first_token=30.0)
        async with open_service(office, valkey):
            thread = await office.ada.mentions("When?", office.general, files=[NOTES])
            await model.request_to("chat")
        office.behave()

        async with open_service(office, valkey):
            await office.until(lambda: any(not each.streaming for each in office.replies(thread)))

    first, second = model.requests_to("chat")
    assert len(slack.calls_to("download")) == 2
    assert "The meeting is on Tuesday." in str(second.body["messages"])
    assert first.body["messages"][0] == second.body["messages"][0]
