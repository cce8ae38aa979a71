"""What nobody sees of a text, and what therefore hides nothing."""

from __future__ import annotations

import re

UNSEEN = (
    r"\\\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""What may stand unseen between the characters of a form, as a class in a pattern: format and control characters,
fillers, and Markdown's own escape."""
ANY_UNSEEN = f"[{UNSEEN}]*+"


def spelled(word: str) -> str:
    """The pattern of a word with anything unseen after each of its characters."""
    return "".join(f"{re.escape(character)}{ANY_UNSEEN}" for character in word)


def begun(word: str) -> str:
    """The pattern of a word's beginning, which may be none or all of it."""
    pattern = ""
    for character in reversed(word):
        pattern = f"(?:{re.escape(character)}{ANY_UNSEEN}{pattern})?"
    return pattern
