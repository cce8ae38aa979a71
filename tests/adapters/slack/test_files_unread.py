"""Files that cannot be had, or might be none: the question is answered all the same, and nobody else learns a thing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.store import Store
from simulators.slack import Fault, SlackSimulator, Upload
from tests.adapters.slack.office import Office, open_office
from tests.adapters.slack.sharing import (
    CLIP,
    NOTES,
    PICTURE,
    asked,
    said,
    until_noted,
    until_over,
)


@pytest.fixture
async def office(valkey: str, store: Store) -> AsyncIterator[Office]:
    """Parley at work."""
    del store
    async with open_office(valkey) as opened:
        yield opened


async def test_the_page_on_which_people_sign_in_is_not_taken_for_the_file(office: Office) -> None:
    office.workspace.scopes.discard("files:read")

    thread = await office.ada.mentions("What?", office.general, files=[NOTES, Upload("page.html", b"<p>")])

    await until_noted(office, thread, "notes.txt (I may not see it), page.html (I may not see it)")
    assert "Slack</title>" not in asked(office)


async def test_a_page_that_is_the_file_itself_is_read(office: Office) -> None:
    thread = await office.ada.mentions("What?", office.general, files=[Upload("page.html", b"<p>Hello</p>")])

    await until_over(office, thread)

    assert "\n<p>Hello</p>\n" in asked(office)


async def test_a_file_of_another_workspace_is_asked_for(office: Office) -> None:
    file = Upload("notes.txt", NOTES.content, another_workspace=True)

    thread = await office.ada.mentions("When?", office.general, files=[file])

    await until_over(office, thread)
    assert "[notes.txt came with" in asked(office)
    assert len(office.slack.calls_to("files.info")) == 1


async def test_a_file_that_is_kept_elsewhere_is_not_looked_for(office: Office) -> None:
    file = Upload("plan.txt", b"", elsewhere="https://docs.example/plan.txt")

    thread = await office.ada.mentions("What?", office.general, files=[file])

    await until_noted(office, thread, "plan.txt (it is kept outside of Slack)")

    assert office.slack.calls_to("download") == []


async def test_the_token_goes_to_no_other_host(office: Office) -> None:
    async with SlackSimulator() as foreign:
        office.behave(first_token=0.01)
        office.slack.faults = (Fault("delay-work", "download", seconds=0.2),)
        thread = await office.ada.mentions("What?", office.general, files=[NOTES])
        [file] = office.workspace.files.values()
        file.moved = f"http://127.0.0.1:{foreign.port}/files-pri/T1-F1/notes.txt"

        await until_noted(office, thread, "notes.txt (it is kept outside of Slack)")

        assert foreign.calls == []


@pytest.mark.parametrize("kind", ["drop-before", "error-before", "busy"])
async def test_a_fetch_that_fails_for_a_moment_is_tried_once_more(office: Office, kind: Any) -> None:
    office.slack.faults = (Fault(kind, "download", seconds=1.0),)

    thread = await office.ada.mentions("When?", office.general, files=[NOTES])

    await until_over(office, thread)
    assert "The meeting is on Tuesday." in asked(office)
    assert office.slack.impatient == []


async def test_a_question_is_answered_although_its_file_cannot_be_had(office: Office) -> None:
    office.slack.faults = (Fault("error-before", "download", times=None),)

    thread = await office.ada.mentions("When?", office.general, files=[NOTES])

    await until_noted(office, thread, "notes.txt (Slack did not hand it over)")
    assert len(office.slack.calls_to("download")) == 2


async def test_a_deleted_file_is_named(office: Office) -> None:
    office.slack.faults = (Fault("delay-work", "download", seconds=0.2),)
    thread = await office.ada.mentions("When?", office.general, files=[NOTES])
    await office.ada.deletes_file("notes.txt")

    await until_noted(office, thread, "notes.txt (it was deleted)")

    assert len(office.replies(thread)) == 2


async def test_what_is_in_a_file_is_not_kept_before_it_is_answered(office: Office, store: Store) -> None:
    office.behave(first_token=0.5)
    thread = await office.ada.mentions("When?", office.general, files=[NOTES, PICTURE])
    await office.until(lambda: len(office.slack.calls_to("download")) == 2)

    waiting = b""
    for key in await store.do("KEYS", "*inbox*"):
        waiting += repr(await store.do("LRANGE", key, 0, -1)).encode()

    assert b"notes.txt" in waiting
    assert b"Tuesday" not in waiting
    assert b"base64" not in waiting
    await until_over(office, thread)


async def test_names_of_files_ping_nobody_and_are_no_markup(office: Office) -> None:
    file = Upload("<!channel> **a** `b`\n@here.mp4", b"", mimetype="video/mp4")

    thread = await office.ada.mentions("What?", office.general, files=[file])

    await until_noted(office, thread, "Not read: !channel a b @here.mp4 (a video)")
    assert office.workspace.pings == []


async def test_a_command_with_a_file_is_a_command(office: Office) -> None:
    thread = await office.ada.mentions("Hello?", office.general)
    await until_over(office, thread)

    await office.ada.says("!reset", office.general, thread, files=[NOTES, CLIP])

    await office.until_answered(thread, "I have forgotten this conversation")
    assert "clip.mp4" not in said(office, thread)
