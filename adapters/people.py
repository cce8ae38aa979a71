"""Who sits at this terminal, and where their conversations are kept."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from urllib.parse import quote

from adapters.logs import DATA
from bot.messages import Author, Conversation


def author() -> Author:
    """The person at this machine; a container may know no more than a number."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Author(name, name)


def terminal_conversation(name: str) -> Conversation:
    """A conversation of the person at this terminal."""
    return Conversation(f"terminal:{author().id}", name)


def input_history(name: str) -> Path:
    """The file with the lines that were typed into a conversation, for the arrow keys."""
    return DATA / "typed" / quote(name, safe="")
