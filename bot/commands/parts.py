"""What the commands work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.parsing import Call
from bot.history import History
from bot.judge import Judge
from bot.ledger import Ledger
from bot.messages import IncomingMessage
from bot.persona import Persona
from bot.persona_store import Personas
from bot.receipts import Receipts
from bot.reply import ReplySink
from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the engine that commands use."""

    turn: Turn
    history: History
    personas: Personas
    ledger: Ledger
    receipts: Receipts
    judge: Judge
    fallback: str | None = None

    async def persona_of(self, message: IncomingMessage) -> Persona:
        """The persona that answers where the message was written."""
        recall = await self.history.recall(message.conversation, 0)
        return await self.personas.chosen(message.conversation.tenant, recall.persona)


@dataclass(frozen=True, slots=True)
class Order:
    """A call, the message it stands in, and the place for what comes of it."""

    call: Call
    message: IncomingMessage
    reply: ReplySink


Action = Callable[[Parts, Order], Awaitable[None]]
"""What a command does. Raises ParleyError."""
