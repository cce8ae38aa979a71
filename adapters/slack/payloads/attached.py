"""The files of an event: what each is, where it lies, and whether it is one that can be read. All of it is pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.attachments.kinds import LONGEST_NAME, UNTOLD, first_of, reason_against, unread
from bot.messages import File

UNDESCRIBED = "slack-file:"
"""What stands before the id of a file that Slack describes only when it is asked (docs.slack.dev, "Slack Connect")."""
_CANVAS = "application/vnd.slack-docs"
DELETED = "it was deleted"
OUTSIDE = "it is kept outside of Slack"
HIDDEN = "I may not see it"
_TEXT_FILETYPES = frozenset(
    """
    applescript bash c cfg clojure coffeescript cpp csharp css csv d dart diff dockerfile elixir elm env erlang fortran
    fsharp go graphql groovy h haskell hcl html ini java javascript json jsx kotlin latex lisp log lua markdown matlab
    ndjson nginx objc ocaml pascal perl php powershell properties proto puppet python r ruby rust sass scala scheme
    scss sh shell sql svelte swift terraform tex text toml tsv tsx txt typescript vb verilog vtt vue xml yaml zig
    """.split()  # noqa: SIM905 - words
)
"""Slack's `filetype` of what is a text although its `mimetype` does not tell (docs.slack.dev, "File object")."""
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
    return first_of([file_of(each) for each in event.get("files") or ()])


def file_of(described: Mapping[str, Any]) -> File:
    """A file as Slack describes it."""
    access = str(described.get("file_access") or "")
    address = str(described.get("url_private_download") or described.get("url_private") or "")
    if access == "check_file_info":
        address = f"{UNDESCRIBED}{described['id']}"
    file = File(
        name=str(described.get("name") or described.get("title") or "")[:LONGEST_NAME],
        type=_type_of(described),
        size=int(described.get("size") or 0),
        url=address,
    )
    gone = _GONE.get(str(described.get("mode"))) or _GONE.get(access)
    return unread(file, gone or (OUTSIDE if described.get("is_external") else _reason_against(file)))


def _reason_against(file: File) -> str:
    if file.url.startswith(UNDESCRIBED):
        return ""
    if file.type == _CANVAS:
        return "a canvas"
    return reason_against(file) if file.url else "Slack does not say where it is"


def _type_of(described: Mapping[str, Any]) -> str:
    kind = str(described.get("mimetype") or "").lower()
    filetype = str(described.get("filetype") or "").lower()
    return f"text/x-{filetype}" if kind in UNTOLD and filetype in _TEXT_FILETYPES else kind
