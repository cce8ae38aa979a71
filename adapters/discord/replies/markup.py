"""Placeholder."""

from __future__ import annotations


def drawn(part: str, *, growing: bool = False) -> str:
    """The part."""
    del growing
    return part


def parts_of(text: str) -> list[str]:
    """Parts."""
    return [text[start : start + 1900] for start in range(0, len(text), 1900)] or [""]
