"""Files: those that people share, and those that the app uploads."""

import mimetypes
import time
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from simulators.slack_api.ids import new_id, new_secret


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody is about to share; its type comes from its name unless it is said."""

    name: str
    content: bytes
    mimetype: str = ""


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


def mimetype_of(name: str) -> str:
    """The type that a name promises."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


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
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{file.name}",
        "url_private_download": f"{private}/download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"{base_url}/{file.team}-{file.id}-{file.secret[:10]}",
        "is_starred": False,
        "has_rich_preview": False,
        "file_access": "visible",
    }
