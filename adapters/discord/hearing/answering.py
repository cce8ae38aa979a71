"""What an interaction is answered with: within three seconds, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Answering(Protocol):
    """The first responses to interactions (discord.com/developers, "Interaction Callback"). All raise PlatformError."""

    async def defer(self, interaction: str, token: str, *, private: bool) -> None:
        """Say that an answer follows."""

    async def acknowledge(self, interaction: str, token: str) -> None:
        """Take note of a click or a form, and show nothing."""

    async def say(self, interaction: str, token: str, text: str, attached: str = "") -> None:
        """Say something to who used it, and to nobody else, perhaps with a text that is too long for a message."""

    async def show(self, interaction: str, token: str, modal: Mapping[str, Any]) -> None:
        """Open a modal."""

    async def choose(self, interaction: str, token: str, choices: Sequence[Mapping[str, Any]]) -> None:
        """Offer choices while something is typed."""
