"""The first answers to interactions, for which there are three seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.replies.markup import drawn
from adapters.discord.replies.writing import EPHEMERAL, written
from adapters.discord.rest.rest import Rest, Upload
from adapters.discord.routes import CALLBACK

# discord.com/developers, "Receiving and Responding", Interaction Callback Type
_MESSAGE = 4
_MESSAGE_LATER = 5
_NOTHING_MORE = 6
_CHOICES = 8
_MODAL = 9


@dataclass(frozen=True, slots=True)
class Callbacks:
    """An Answering, by REST alone."""

    rest: Rest

    async def defer(self, interaction: str, token: str, *, private: bool) -> None:
        """Say that the answer follows, to who used it alone or to everybody."""
        await self._answer(interaction, token, _MESSAGE_LATER, {"flags": EPHEMERAL if private else 0})

    async def acknowledge(self, interaction: str, token: str) -> None:
        """Take note of a click or a form, and show nothing."""
        await self._answer(interaction, token, _NOTHING_MORE)

    async def say(self, interaction: str, token: str, text: str, attached: str = "") -> None:
        """Say something to who used it, and to nobody else, perhaps with a text that is too long for a message."""
        files = (Upload("your-text.txt", attached.encode(), "text/plain"),) if attached else ()
        answer = {"type": _MESSAGE, "data": written(drawn(text), private=True)}
        await self.rest.ask(CALLBACK, interaction, token, json=answer, files=files)

    async def show(self, interaction: str, token: str, modal: Mapping[str, Any]) -> None:
        """Open a modal."""
        await self._answer(interaction, token, _MODAL, modal)

    async def choose(self, interaction: str, token: str, choices: Sequence[Mapping[str, Any]]) -> None:
        """Offer choices while something is typed."""
        await self._answer(interaction, token, _CHOICES, {"choices": choices})

    async def _answer(
        self, interaction: str, token: str, kind: int, data: Mapping[str, Any] | None = None
    ) -> None:
        answer = {"type": kind, **({"data": data} if data is not None else {})}
        await self.rest.ask(CALLBACK, interaction, token, json=answer)
