"""What a platform may show beside the conversations: who answers where, and what it has taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.history import History
from bot.ledger import Ledger
from bot.messages import Conversation
from bot.persona import Persona, shipped
from bot.persona_store import Personas
from bot.store import Store
from bot.usage import Sums


@dataclass(frozen=True, slots=True)
class Outline:
    """One conversation, as it may be shown."""

    persona: Persona
    """Who answers there."""
    personas: tuple[Persona, ...]
    """Who could."""
    usage: tuple[tuple[str, Sums], ...]
    """What was taken, each sum under its name."""

    @property
    def own(self) -> tuple[Persona, ...]:
        """The personas of the tenant, which it may change."""
        return tuple(persona for persona in self.personas if persona.name not in shipped())


@dataclass(frozen=True, slots=True)
class Overview:
    """Reads what is shown. All of it raises StoreError."""

    store: Store
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def of(self, conversation: Conversation) -> Outline:
        """The outline of a conversation."""
        recall = await History(self.store).recall(conversation, 0)
        personas = Personas(self.store)
        return Outline(
            persona=await personas.chosen(conversation.tenant, recall.persona),
            personas=await personas.all(conversation.tenant),
            usage=await Ledger(self.store).account(conversation, self.now()),
        )

    async def personas(self, tenant: str) -> tuple[Persona, ...]:
        """All personas that a tenant has, those that come with Parley first."""
        return await Personas(self.store).all(tenant)

    async def own(self, tenant: str, name: str) -> Persona:
        """A persona that the tenant may change. Raises BadPersona or UnknownPersona."""
        return await Personas(self.store).own(tenant, name)

    async def check(self, tenant: str, persona: Persona, *, new: bool) -> None:
        """Return if the persona could be kept now. Raises BadPersona or UnknownPersona."""
        await Personas(self.store).check(tenant, persona, new=new)
