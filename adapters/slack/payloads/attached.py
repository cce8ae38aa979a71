"""The files of an event: what each is, where it lies, and whether it is one that can be read. All of it is pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.messages import File

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LARGEST_TEXT = 200_000
LARGEST_PICTURE = 5_000_000
"""Bytes."""
MOST = 10
"""Files of a message that are read; Slack's own window takes as many."""
UNDESCRIBED = "slack-file:"
"""What stands before the id of a file that Slack describes only when it is asked (docs.slack.dev, "Slack Connect")."""
DELETED = "it was deleted"
OUTSIDE = "it is kept outside of Slack"
HIDDEN = "I may not see it"
_LONGEST_NAME = 200
_TEXTS = frozenset(
    """
    application/csv application/ecmascript application/graphql application/javascript application/json
    application/sql application/toml application/typescript application/x-httpd-php application/x-javascript
    application/x-ndjson application/x-perl application/x-php application/x-python application/x-ruby
    application/x-sh application/x-shellscript application/x-sql application/x-toml application/x-yaml
    application/xml application/yaml
    """.split()  # noqa: SIM905 - words
)
_TEXT_FILETYPES = frozenset(
    """
    applescript bash c cfg clojure coffeescript cpp csharp css csv d dart diff dockerfile elixir elm env erlang fortran
    fsharp go graphql groovy h haskell hcl html ini java javascript json jsx kotlin latex lisp log lua markdown matlab
    ndjson nginx objc ocaml pascal perl php powershell properties proto puppet python r ruby rust sass scala scheme
    scss sh shell sql svelte swift terraform tex text toml tsv tsx txt typescript vb verilog vtt vue xml yaml zig
    """.split()  # noqa: SIM905 - words
)
"""Slack's `filetype` of what is a text although its `mimetype` does not tell (docs.slack.dev, "File object")."""
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_KINDS = {
    "application/pdf": "a PDF",
    "application/vnd.slack-docs": "a canvas",
    "application/zip": "an archive",
    "audio": "a recording",
    "font": "a font",
    "image": "a picture of a kind that I can't see",
    "video": "a video",
}
_OFFICE = ("msword", "officedocument", "opendocument", "ms-excel", "ms-powerpoint", "google-apps")
_GONE = {
    "tombstone": DELETED,
    "hidden_by_limit": "Slack hides it, since the workspace is over its limit",
    "external": OUTSIDE,
    "file_not_found": DELETED,
    "access_denied": HIDDEN,
}
"""Modes of files, and kinds of access, in which there is nothing to read."""


def files_in(event: Mapping[str, Any]) -> tuple[File, ...]:
    """The files of a message, with the reasons of those that are not to be read."""
    files = [file_of(each) for each in event.get("files") or ()]
    return (*files[:MOST], *(_unread(file, f"only {MOST} of a message are read") for file in files[MOST:]))


def file_of(described: Mapping[str, Any]) -> File:
    """A file as Slack describes it."""
    access = str(described.get("file_access") or "")
    address = str(described.get("url_private_download") or described.get("url_private") or "")
    if access == "check_file_info":
        address = f"{UNDESCRIBED}{described['id']}"
    file = File(
        name=str(described.get("name") or described.get("title") or "")[:_LONGEST_NAME],
        type=_type_of(described),
        size=int(described.get("size") or 0),
        url=address,
    )
    gone = _GONE.get(str(described.get("mode"))) or _GONE.get(access)
    return _unread(file, gone or (OUTSIDE if described.get("is_external") else reason_against(file)))


def is_text(file: File) -> bool:
    """Whether a file says that it is a text."""
    return file.type.startswith("text/") or file.type in _TEXTS or file.type.endswith(("+json", "+xml"))


def reason_against(file: File) -> str:
    """Why a file is not even fetched, as far as its type and size say; empty if they say nothing against it."""
    if file.url.startswith(UNDESCRIBED):
        return ""
    if not file.url:
        return "Slack does not say where it is"
    if file.type not in PICTURES and not is_text(file):
        return _kind_of(file)
    return too_large(file) if file.size > limit_of(file) else ""


def limit_of(file: File) -> int:
    """The most bytes of a file that are read."""
    return LARGEST_PICTURE if file.type in PICTURES else LARGEST_TEXT


def too_large(file: File) -> str:
    """What is said of a file that is larger than that."""
    return "larger than 5 MB" if file.type in PICTURES else "larger than 200 kB"


def _unread(file: File, reason: str) -> File:
    return replace(file, unread=file.unread or reason)


def _type_of(described: Mapping[str, Any]) -> str:
    kind = str(described.get("mimetype") or "").lower()
    filetype = str(described.get("filetype") or "").lower()
    return f"text/x-{filetype}" if kind in _UNTOLD and filetype in _TEXT_FILETYPES else kind


def _kind_of(file: File) -> str:
    if any(each in file.type for each in _OFFICE):
        return "a document of an office program"
    return _KINDS.get(file.type) or _KINDS.get(file.type.partition("/")[0]) or "neither a text nor a picture"
