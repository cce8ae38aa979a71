"""What was typed, as a message."""

from __future__ import annotations

from uuid import uuid4

from adapters.terminal.cleaning import whole
from bot.messages import Author, Conversation, IncomingMessage

LEAVING = ("quit", "exit")


def leaves(line: str) -> bool:
    """Whether the line says that the person goes. Every other command is the engine's."""
    return line.strip().lower().removeprefix("/").removeprefix("!") in LEAVING


def to_message(line: str, conversation: Conversation, author: Author) -> IncomingMessage | None:
    """The message that a line, or a pasted text of many, is; None if it is blank."""
    text = whole(line).strip()
    if not text:
        return None
    return IncomingMessage(uuid4().hex, conversation, author, text, addressed=True, direct=True)
