"""What is in a file, whatever it says of itself."""

from __future__ import annotations

import base64

import pytest

from adapters.attachments.contents import NotRead, read
from bot.messages import File, Image

TEXT = File("a.txt", "text/plain")
PICTURE = File("a.png", "image/png")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "ascii"])
def test_text_is_read_in_every_encoding_of_unicode(encoding: str) -> None:
    said = "Grüße, 漢字 und 😀" if encoding != "ascii" else "Hello"

    file, image = read(TEXT, said.encode(encoding))

    assert (file.text, image) == (said, None)
    assert file.size == len(said.encode(encoding))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\0\1\2", "it is no text"),
        (b"a\x1b[2Jb", "it is no text"),
        (b"caf\xe9", "its characters are in no encoding that I know"),
        (b"\xff\xfe\x00", "its characters are in no encoding that I know"),
        (b"", "it is empty"),
        (b" \r\n\t\f", "it is empty"),
    ],
)
def test_what_is_no_text_although_it_says_so_is_not_read(content: bytes, reason: str) -> None:
    with pytest.raises(NotRead, match=f"{reason}"):
        read(TEXT, content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nx", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    file, image = read(PICTURE, content)

    assert image == Image(f"data:{kind};base64,{base64.b64encode(content).decode()}")
    assert file.text == ""


@pytest.mark.parametrize("content", [b"", b"<svg>", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7"])
def test_what_is_no_picture_although_it_says_so_is_not_shown(content: bytes) -> None:
    with pytest.raises(NotRead, match="it is not the picture that it says it is"):
        read(PICTURE, content)
