"""Which files are read, as far as they tell themselves."""

from __future__ import annotations

import pytest

from adapters.attachments.kinds import (
    LARGEST_PICTURE,
    LARGEST_TEXT,
    MOST,
    first_of,
    is_text,
    reason_against,
    unread,
)
from bot.messages import File


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/csv",
        "text/x-rust",
        "application/json",
        "application/ld+json",
        "image/svg+xml",
        "application/x-yaml",
        "application/toml",
    ],
)
def test_texts_are_read(kind: str) -> None:
    assert is_text(File("a", kind))
    assert reason_against(File("a", kind, LARGEST_TEXT)) == ""


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_pictures_are_read(kind: str) -> None:
    assert not is_text(File("a", kind))
    assert reason_against(File("a", kind, LARGEST_PICTURE)) == ""


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("video/mp4", "a video"),
        ("audio/ogg", "a recording"),
        ("application/pdf", "a PDF"),
        ("application/zip", "an archive"),
        ("font/woff2", "a font"),
        ("image/heic", "a picture of a kind that I can't see"),
        ("application/msword", "a document of an office program"),
        ("application/vnd.oasis.opendocument.text", "a document of an office program"),
        ("application/octet-stream", "neither a text nor a picture"),
        ("", "neither a text nor a picture"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_kind(kind: str, reason: str) -> None:
    assert reason_against(File("a", kind)) == reason


@pytest.mark.parametrize(
    ("kind", "size", "reason"),
    [
        ("text/plain", LARGEST_TEXT + 1, "larger than 200 kB"),
        ("image/png", LARGEST_PICTURE + 1, "larger than 5 MB"),
    ],
)
def test_what_is_too_large_is_not_read(kind: str, size: int, reason: str) -> None:
    assert reason_against(File("a", kind, size)) == reason


def test_of_very_many_files_the_first_are_read() -> None:
    files = first_of([File("a", "text/plain")] * (MOST + 2))

    assert [file.unread for file in files] == [""] * MOST + ["only 10 of a message are read"] * 2


def test_the_first_reason_not_to_read_a_file_stays() -> None:
    assert unread(unread(File("a"), "a video"), "it was deleted").unread == "a video"
