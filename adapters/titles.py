"""What a thread is called, of its first question."""

from __future__ import annotations


def title_of(text: str, longest: int) -> str:
    """A question in one short line, cut between words; empty for what is none, such as a command."""
    text = " ".join(text.split())
    if text.startswith(("/", "!")):
        return ""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    kept = cut if text[longest - 1] == " " else cut.rpartition(" ")[0] or cut
    return kept.rstrip(" ,;:.-") + "…"
