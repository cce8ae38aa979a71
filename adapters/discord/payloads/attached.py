"""The files of a message: what each is, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.messages import File


def files_in(data: Mapping[str, Any]) -> tuple[File, ...]:
    """The files of a message."""
    return tuple(
        File(
            name=str(each.get("filename") or ""),
            type=str(each.get("content_type") or ""),
            size=int(each.get("size") or 0),
            url=str(each.get("url") or ""),
        )
        for each in data.get("attachments") or ()
    )
