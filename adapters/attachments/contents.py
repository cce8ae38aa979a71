"""What is in a file: a picture for the model to see, or a text for it to read."""

from __future__ import annotations

import base64
import unicodedata
from dataclasses import replace

import aiohttp

from adapters.attachments.kinds import PICTURES, limit_of, too_large
from bot.messages import File, Image

_PIECE = 65_536
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BLANKS = frozenset("\t\n\r\f")


class NotRead(Exception):
    """A file cannot be read. The message is the reason, for the person who sent it."""


async def body_of(response: aiohttp.ClientResponse, file: File) -> bytes:
    """The bytes of a file, of which no more are taken in than are read. Raises NotRead."""
    content = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        content += piece
        if len(content) > limit_of(file):
            raise NotRead(too_large(file))
    return bytes(content)


def read(file: File, content: bytes) -> tuple[File, Image | None]:
    """A file with what is in it. Raises NotRead."""
    return _image_of(file, content) if file.type in PICTURES else _text_of(file, content)


def _image_of(file: File, content: bytes) -> tuple[File, Image]:
    kind = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), "")
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind = "image/webp"
    if not kind:
        raise NotRead("it is not the picture that it says it is")
    data = base64.b64encode(content).decode()
    return replace(file, size=len(content)), Image(f"data:{kind};base64,{data}")


def _text_of(file: File, content: bytes) -> tuple[File, None]:
    try:
        text = content.decode(_ENCODINGS.get(content[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotRead("its characters are in no encoding that I know") from error
    if any(unicodedata.category(each) == "Cc" and each not in _BLANKS for each in set(text)):
        raise NotRead("it is no text")
    if not text.strip():
        raise NotRead("it is empty")
    return replace(file, size=len(content), text=text), None
