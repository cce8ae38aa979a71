"""What the files of a message are, as far as Discord tells."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.attachments.kinds import MOST
from adapters.discord.payloads.attached import files_in
from bot.messages import File

LINK = "https://cdn.discordapp.com/attachments/1/2/notes.txt?ex=66f0&is=66ef&hm=ab&"
NOTES = {
    "id": "2",
    "filename": "notes.txt",
    "content_type": "text/plain; charset=utf-8",
    "size": 11,
    "url": LINK,
    "proxy_url": "https://media.discordapp.net/attachments/1/2/notes.txt",
}


def shared(**changes: Any) -> File:
    """A file of a message, with these things said of it."""
    [file] = files_in({"attachments": [NOTES | changes]})
    return file


def test_a_message_brings_what_is_said_of_its_files() -> None:
    assert files_in({"attachments": [NOTES]}) == (File("notes.txt", "text/plain", 11, LINK),)


@pytest.mark.parametrize("data", [{}, {"attachments": []}, {"attachments": None}])
def test_a_message_without_files_brings_none(data: dict[str, Any]) -> None:
    assert files_in(data) == ()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.png", "image/png"),
        ("a.json", "application/json; charset=utf-8"),
        ("a.csv", "text/csv; charset=windows-1252"),
        ("a.py", "text/x-python; charset=utf-8"),
        ("a.RS", None),
        ("a.toml", ""),
        ("Dockerfile", None),
        ("a.yaml", "application/octet-stream"),
        ("a.ts", "video/mp2t"),
        ("a.ts", "video/vnd.dlna.mpeg-tts"),
        ("a.d.ts", "video/mp2t"),
    ],
)
def test_texts_and_pictures_are_to_be_read(name: str, content_type: str | None) -> None:
    assert shared(filename=name, content_type=content_type).unread == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"filename": "a.mp4", "content_type": "video/mp4", "width": 640}, "a video"),
        ({"filename": "a.ts", "content_type": "video/mp2t", "width": 640}, "a video"),
        (
            {"filename": "voice-message.ogg", "content_type": "audio/ogg", "duration_secs": 2.1},
            "a recording",
        ),
        ({"filename": "a.bin", "content_type": None}, "neither a text nor a picture"),
        ({"filename": "a", "content_type": None}, "neither a text nor a picture"),
        ({"size": 200_001}, "larger than 200 kB"),
        ({"content_type": "image/png", "size": 5_000_001}, "larger than 5 MB"),
        ({"url": None}, "Discord does not say where it is"),
    ],
)
def test_what_is_not_to_be_read_says_why(changes: dict[str, Any], reason: str) -> None:
    assert shared(**changes).unread == reason


@pytest.mark.parametrize(
    ("filename", "title", "name"),
    [
        ("_.txt", "Протокол", "Протокол.txt"),
        ("_.txt", "Протокол.TXT", "Протокол.TXT"),
        ("notes.txt", None, "notes.txt"),
        ("Makefile", "Mäkefile", "Mäkefile"),
    ],
)
def test_a_file_is_called_as_the_person_called_it(filename: str, title: str | None, name: str) -> None:
    assert shared(filename=filename, title=title).name == name


def test_of_very_many_files_the_first_are_read() -> None:
    files = files_in({"attachments": [NOTES] * (MOST + 2)})

    assert [file.unread for file in files] == [""] * MOST + ["only 10 of a message are read"] * 2


def test_an_endless_name_is_cut() -> None:
    assert len(shared(filename="x" * 10_000).name) == 200
