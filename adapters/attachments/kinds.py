"""What a file is, and whether it is one that is read. All of it is pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.messages import File

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LARGEST_TEXT = 200_000
LARGEST_PICTURE = 5_000_000
"""Bytes."""
MOST = 10
"""Files of a message that are read; Slack's own window takes as many, and Discord's."""
LONGEST_NAME = 200
UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""Media types that tell nothing."""
_TEXTS = frozenset(
    """
    application/csv application/ecmascript application/graphql application/javascript application/json
    application/sql application/toml application/typescript application/x-httpd-php application/x-javascript
    application/x-ndjson application/x-perl application/x-php application/x-python application/x-ruby
    application/x-sh application/x-shellscript application/x-sql application/x-toml application/x-yaml
    application/xml application/yaml
    """.split()  # noqa: SIM905 - words
)
_KINDS = {
    "application/pdf": "a PDF",
    "application/zip": "an archive",
    "audio": "a recording",
    "font": "a font",
    "image": "a picture of a kind that I can't see",
    "video": "a video",
}
_OFFICE = ("msword", "officedocument", "opendocument", "ms-excel", "ms-powerpoint", "google-apps")


def first_of(files: Sequence[File]) -> tuple[File, ...]:
    """The files of a message, of which those after the first few are not to be read."""
    return (*files[:MOST], *(unread(file, f"only {MOST} of a message are read") for file in files[MOST:]))


def unread(file: File, reason: str) -> File:
    """The file with a reason not to read it, unless it has one already."""
    return replace(file, unread=file.unread or reason)


def is_text(file: File) -> bool:
    """Whether a file says that it is a text."""
    return file.type.startswith("text/") or file.type in _TEXTS or file.type.endswith(("+json", "+xml"))


def reason_against(file: File) -> str:
    """Why a file is not read, as far as it tells itself; empty if it is."""
    if file.type not in PICTURES and not is_text(file):
        return _kind_of(file)
    return too_large(file) if file.size > limit_of(file) else ""


def limit_of(file: File) -> int:
    """The most bytes of a file that are read."""
    return LARGEST_PICTURE if file.type in PICTURES else LARGEST_TEXT


def too_large(file: File) -> str:
    """What is said of a file that is larger than that."""
    return "larger than 5 MB" if file.type in PICTURES else "larger than 200 kB"


def _kind_of(file: File) -> str:
    if any(each in file.type for each in _OFFICE):
        return "a document of an office program"
    return _KINDS.get(file.type) or _KINDS.get(file.type.partition("/")[0]) or "neither a text nor a picture"
