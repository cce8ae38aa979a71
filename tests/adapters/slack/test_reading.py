"""Reading files when Slack is slow, shows nothing, or a worker dies over it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.attachments.files import Files
from adapters.slack.payloads.attached import files_in
from adapters.slack.reading.fetching import NO_SCOPE, SlackFiles
from bot.messages import Author, Conversation, IncomingMessage
from bot.store import Store
from simulators.openai import OpenAISimulator
from simulators.slack import Fault, SlackSimulator, Upload
from tests.adapters.slack.desk import Desk, open_desk
from tests.adapters.slack.office import Office, open_service

NOTES = Upload("notes.txt", b"The meeting is on Tuesday.")


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


async def test_a_file_that_is_slow_once_is_read(desk: Desk) -> None:
    message = await shared(desk, NOTES)
    desk.slack.faults = (Fault("delay-answer", "download", seconds=5.0),)

    read = await Files("Slack", once=0.2).read(message, SlackFiles(desk.workspace))

    assert [file.text for file in read.files] == ["The meeting is on Tuesday."]


async def test_where_the_scope_is_missing_it_is_named(desk: Desk) -> None:
    message = await shared(desk, NOTES)
    desk.slack.workspace.scopes.discard("files:read")
    workspace = replace(desk.workspace, scopes=desk.workspace.scopes - {"files:read"})

    read = await Files("Slack").read(message, SlackFiles(workspace))

    assert [file.unread for file in read.files] == [NO_SCOPE]


async def test_a_message_without_files_asks_nobody(desk: Desk) -> None:
    message = await shared(desk, Upload("clip.mp4", b""))
    before = len(desk.slack.calls)

    assert await Files("Slack").read(message, SlackFiles(desk.workspace)) == message
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
