"""Files that people share with a question, in the whole service."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.store import Store
from simulators.slack import Fault, Seen, SlackSimulator, Upload
from tests.adapters.slack.office import Office, open_office

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
VIOLENT = b"\x89PNG\r\n\x1a\n" + b"violence"
NOTES = Upload("notes.txt", b"The meeting is on Tuesday.")
PICTURE = Upload("cat.png", PNG)
CLIP = Upload("clip.mp4", b"\0\0\0 ftyp")


@pytest.fixture
async def office(valkey: str, store: Store) -> AsyncIterator[Office]:
    """Parley at work."""
    del store
    async with open_office(valkey) as opened:
        yield opened


def parts(office: Office) -> list[dict[str, Any]]:
    """What the model was asked last, in parts."""
    content = office.model.requests_to("chat")[-1].body["messages"][-1]["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def asked(office: Office) -> str:
    """The words that the model was asked last."""
    return str(parts(office)[0]["text"])


def said(office: Office, thread: str) -> str:
    """All that Parley says in a thread, names of files without what marks them."""
    return "\n".join(each.text for each in office.replies(thread)).replace("`", "")


async def until_over(office: Office, thread: str) -> None:
    """Return once an answer stands there."""
    await office.until_answered(thread, "word19.")


async def until_noted(office: Office, thread: str, note: str) -> None:
    """Return once something stands below the answer."""
    await until_over(office, thread)
    await office.until(lambda: note in said(office, thread))


async def test_the_model_sees_a_picture_and_so_does_moderation(office: Office) -> None:
    thread = await office.ada.mentions("What is it?", office.general, files=[PICTURE])

    await until_over(office, thread)

    address = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert parts(office)[1] == {"type": "image_url", "image_url": {"url": address}}
    judged = [request.body["input"] for request in office.model.requests_to("moderations")]
    assert [{"type": "image_url", "image_url": {"url": address}}] in judged
    assert len(office.replies(thread)) == 1


async def test_a_flagged_picture_is_refused(office: Office) -> None:
    await office.ada.mentions("What is it?", office.general, files=[Upload("cat.png", VIOLENT)])

    def private() -> list[Seen]:
        return [each for each in office.general.screen(viewer=office.ada) if each.ephemeral]

    await office.until(lambda: len(private()) == 1)

    assert "violence" in private()[0].text
    assert office.model.requests_to("chat") == []


async def test_a_text_file_is_read(office: Office) -> None:
    thread = await office.ada.mentions("When is it?", office.general, files=[NOTES])

    await until_over(office, thread)

    assert "When is it?\n\n[notes.txt came with this message." in asked(office)
    assert "The meeting is on Tuesday." in asked(office)


async def test_in_the_thread_one_can_go_on_asking_about_a_file(office: Office) -> None:
    thread = await office.ada.mentions("When is it?", office.general, files=[NOTES])
    await until_over(office, thread)

    await office.ada.says("And where?", office.general, thread)
    await office.until_answered(thread, "To And where?")

    messages = office.model.requests_to("chat")[-1].body["messages"]
    assert any("The meeting is on Tuesday." in message["content"] for message in messages)


async def test_a_file_without_a_word_is_a_question(office: Office) -> None:
    asked_at = await office.ada.writes("", files=[NOTES])

    await office.until_answered(asked_at, "word19.", office.ada.dm)

    assert "Here is notes.txt." in asked(office)


async def test_of_several_files_those_that_can_be_are_read(office: Office) -> None:
    thread = await office.ada.mentions("What?", office.general, files=[CLIP, PICTURE, NOTES])

    await until_noted(office, thread, "Not read: clip.mp4 (a video)")

    assert "The meeting is on Tuesday." in asked(office)
    assert "[clip.mp4 came with this message, but was not read: a video.]" in asked(office)
    assert len(parts(office)) == 2


async def test_what_is_too_large_is_not_read_whatever_slack_says_of_its_size(office: Office) -> None:
    honest = Upload("long.log", b"x" * 200_001)
    lying = Upload("longer.log", b"x" * 3_000_000, size=10)

    thread = await office.ada.mentions("What?", office.general, files=[honest, lying])

    await until_noted(office, thread, "long.log (larger than 200 kB), longer.log (larger than 200 kB)")
    assert [call.arguments for call in office.slack.calls_to("download")] != []
    assert len(office.slack.calls_to("download")) == 1


async def test_what_is_no_text_although_it_says_so_is_not_read(office: Office) -> None:
    files = [
        Upload("a.txt", b"\0\1\2"),
        Upload("b.csv", b"\xff\x00\xfe"),
        Upload("c.md", b" \n"),
        Upload("d.png", b"<svg>"),
    ]

    thread = await office.ada.mentions("What?", office.general, files=files)

    await until_noted(office, thread, "d.png (it is not the picture that it says it is)")
    assert "a.txt (it is no text)" in said(office, thread)
    assert "b.csv (its characters are in no encoding that I know)" in said(office, thread)
    assert "c.md (it is empty)" in said(office, thread)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_text_is_read_in_every_encoding_of_unicode(office: Office, encoding: str) -> None:
    file = Upload("grüße.txt", "Grüße, 漢字 und 😀".encode(encoding))

    thread = await office.ada.mentions("What?", office.general, files=[file])

    await until_over(office, thread)
    assert "\nGrüße, 漢字 und 😀\n" in asked(office)


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
