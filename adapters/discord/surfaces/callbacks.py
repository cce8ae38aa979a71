"""The first answers to interactions, for which there are three seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.replies.writing import EPHEMERAL, written
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import CALLBACK
from bot.errors import PlatformError

log = structlog.get_logger()

# discord.com/developers, "Receiving and Responding", Interaction Callback Type
_MESSAGE = 4
_MESSAGE_LATER = 5
_NOTHING_MORE = 6
_CHOICES = 8
_MODAL = 9


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Answers interactions by REST alone. What does not arrive in time is no trouble: who used it sees that it failed."""

    rest: Rest

    async def defer(self, interaction: str, token: str, *, private: bool) -> None:
        """Say that the answer comes later, to who used it alone or to everybody."""
        await self._answer(interaction, token, _MESSAGE_LATER, {"flags": EPHEMERAL if private else 0})

    async def acknowledge(self, interaction: str, token: str) -> None:
        """Say nothing: the click was heard."""
        await self._answer(interaction, token, _NOTHING_MORE)

    async def say(self, interaction: str, token: str, text: str) -> None:
        """Say something to who used it alone."""
        await self._answer(interaction, token, _MESSAGE, written(text, private=True))

    async def show(self, interaction: str, token: str, modal: Mapping[str, Any]) -> None:
        """Show a modal."""
        await self._answer(interaction, token, _MODAL, modal)

    async def choose(self, interaction: str, token: str, choices: Sequence[str]) -> None:
        """Offer choices for what is being typed."""
        offered = [{"name": choice, "value": choice} for choice in choices]
        await self._answer(interaction, token, _CHOICES, {"choices": offered})

    async def _answer(
        self, interaction: str, token: str, kind: int, data: Mapping[str, Any] | None = None
    ) -> None:
        answer = {"type": kind, **({"data": data} if data is not None else {})}
        try:
            await self.rest.ask(CALLBACK, interaction, token, json=answer)
        except PlatformError as error:
            log.info("interaction_not_answered", reason=str(error))
