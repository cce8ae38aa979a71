"""Files that Ada shares, and what is read of them: what tests of files have in common."""

from __future__ import annotations

from typing import Any

from simulators.slack import Upload
from tests.adapters.slack.office import Office

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
VIOLENT = b"\x89PNG\r\n\x1a\n" + b"violence"
NOTES = Upload("notes.txt", b"The meeting is on Tuesday.")
PICTURE = Upload("cat.png", PNG)
CLIP = Upload("clip.mp4", b"\0\0\0 ftyp")


def parts(office: Office) -> list[dict[str, Any]]:
    """What the model was asked last, in parts."""
    content = office.model.requests_to("chat")[-1].body["messages"][-1]["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def asked(office: Office) -> str:
    """The words that the model was asked last."""
    return str(parts(office)[0]["text"])


def said(office: Office, thread: str) -> str:
    """All that Parley says in a thread, names of files without what marks them."""
    return "\n".join(each.text for each in office.replies(thread)).replace("`", "")


async def until_over(office: Office, thread: str) -> None:
    """Return once an answer stands there."""
    await office.until_answered(thread, "word19.")


async def until_noted(office: Office, thread: str, note: str) -> None:
    """Return once something stands below the answer."""
    await until_over(office, thread)
    await office.until(lambda: note in said(office, thread))
