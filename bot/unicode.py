"""Text that can be stored and sent: what a platform or a model cut through the middle of a character is not."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """The text with halved characters joined, or replaced where the other half is missing.

    JSON may write a character as two halves (surrogates), and then nothing stops it from being cut between them;
    such a text cannot be encoded as UTF-8.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def ends_halfway(text: str) -> bool:
    """Whether the last character is a first half, whose second may still come."""
    return "\ud800" <= text[-1:] <= "\udbff"
