"""Hearing what becomes of the posts of a reply."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Hears of posts that everybody reads."""

    def posted(self) -> None:
        """Something new stands there."""

    def streams(self) -> None:
        """It streams."""

    def stopped(self) -> None:
        """A stream was ended."""


class Nobody:
    """A Watcher that does not mind."""

    def posted(self) -> None:
        """Do nothing."""

    def streams(self) -> None:
        """Do nothing."""

    def stopped(self) -> None:
        """Do nothing."""
