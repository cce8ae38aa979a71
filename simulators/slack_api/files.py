"""Files: those that people share, and those that the app uploads."""

import mimetypes
import time
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from simulators.slack_api.ids import new_id, new_secret


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody is about to share; its type comes from its name unless it is said.

    `size` is what Slack says of it, right or wrong. A file `elsewhere` is kept there, and one of `another_workspace`
    is described only by `files.info` (https://docs.slack.dev/apis/slack-connect, "Files").
    """

    name: str
    content: bytes
    mimetype: str = ""
    size: int | None = None
    elsewhere: str = ""
    another_workspace: bool = False


@dataclass(slots=True)
class File:
    """A file of a workspace; while the app is uploading it, `length` is what it has promised."""

    team: str
    user: str
    name: str
    mimetype: str
    content: bytes = b""
    title: str = ""
    length: int = 0
    uploaded: bool = False
    complete: bool = False
    id: str = field(default_factory=lambda: new_id("F"))
    secret: str = field(default_factory=new_secret)
    created: int = field(default_factory=lambda: int(time.time()))
    shares: list[tuple[str, str]] = field(default_factory=list)
    """The channels and times of the messages that share it."""
    size: int | None = None
    elsewhere: str = ""
    another_workspace: bool = False
    deleted: bool = False
    moved: str = ""
    """Where who asks for its content is sent."""


def uploaded(upload: Upload, team: str, user: str) -> File:
    """The file that somebody has handed over."""
    return File(
        team,
        user,
        upload.name,
        upload.mimetype or mimetype_of(upload.name),
        upload.content,
        complete=True,
        size=upload.size,
        elsewhere=upload.elsewhere,
        another_workspace=upload.another_workspace,
    )


def mimetype_of(name: str) -> str:
    """The type that a name promises."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def shared(file: File, base_url: str) -> dict[str, Any]:
    """A file as it stands in a message: sometimes there is hardly anything to see."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    if file.another_workspace:
        untold = {"created": 0, "timestamp": 0, "user": ""}
        return {"id": file.id, "mode": "file_access", "file_access": "check_file_info", **untold}
    return described(file, base_url)


def described(file: File, base_url: str) -> dict[str, Any]:
    """A file as Slack tells of it; `url_private` needs a token with `files:read`.

    https://docs.slack.dev/reference/objects/file-object
    """
    kind = PurePath(file.name).suffix.removeprefix(".") or "binary"
    private = f"{base_url}/files-pri/{file.team}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": file.team,
        "editable": file.mimetype.startswith("text/"),
        "size": len(file.content) if file.size is None else file.size,
        "mode": "external" if file.elsewhere else "hosted",
        "is_external": bool(file.elsewhere),
        "external_type": "app" if file.elsewhere else "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": file.elsewhere or f"{private}/{file.name}",
        **({} if file.elsewhere else {"url_private_download": f"{private}/download/{file.name}"}),
        "media_display_type": "unknown",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"{base_url}/{file.team}-{file.id}-{file.secret[:10]}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
