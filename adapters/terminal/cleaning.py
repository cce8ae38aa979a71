"""Making other people's text harmless to a terminal."""

from __future__ import annotations

_REPLACEMENT = "\ufffd"
# Pictures of the control characters (U+2400 to U+241F, U+2421) show what was there and do nothing.
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_C1 = dict.fromkeys(range(0x80, 0xA0), _REPLACEMENT)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), _REPLACEMENT)
# They turn the order in which what follows is shown, so that code reads otherwise than it runs (CVE-2021-42574).
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), _REPLACEMENT)
_HARMLESS: dict[int, str | None] = {ord("\n"): "\n", ord("\t"): "\t", ord("\r"): None}

_TABLE: dict[int, str | None] = {**_CONTROLS, **_C1, **_SURROGATES, **_TURNING, **_HARMLESS}


def clean(text: str) -> str:
    """The text with no character that a terminal obeys, apart from line breaks and tabs.

    Each character is judged alone: an escape sequence in two pieces is as harmless as a whole one, and the
    pieces cleaned and joined are the whole cleaned.
    """
    return text.translate(_TABLE)


def whole(text: str) -> str:
    """The text with nothing in it that cannot be encoded: a terminal's undecodable bytes arrive as surrogates."""
    return text.translate(_SURROGATES)
