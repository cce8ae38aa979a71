"""Files that people share with a question, in the whole service."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from simulators.slack import Seen, Upload
from tests.adapters.slack.office import Office, open_office
from tests.adapters.slack.sharing import (
    CLIP,
    NOTES,
    PICTURE,
    PNG,
    VIOLENT,
    asked,
    parts,
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
