"""The personas of a tenant: the shipped ones and its own, which are kept in Redis."""

from __future__ import annotations

from dataclasses import dataclass

from bot import persona as persona_text
from bot.errors import BadPersona, UnknownPersona
from bot.keys import YEAR, personas_key
from bot.persona import Persona, shipped
from bot.store import Store

MOST = 50
"""Own personas of one tenant."""


@dataclass(frozen=True, slots=True)
class Personas:
    """Finds, lists, keeps and deletes personas. Names of shipped ones cannot be taken.

    Own personas live a year after any of them was last read or written.
    """

    store: Store

    async def find(self, tenant: str, name: str) -> Persona:
        """The persona of that name. Raises UnknownPersona with the names that exist."""
        wanted = persona_text.normal(name)
        found = shipped().get(wanted) or await self._own(tenant, wanted)
        if found is None:
            names = ", ".join(f"`{persona.name}`" for persona in await self.all(tenant))
            raise UnknownPersona(f"There is no persona `{name.strip()}`. There are {names}.")
        return found

    async def chosen(self, tenant: str, name: str | None) -> Persona:
        """The persona a conversation chose; the default if it chose none, or one that was deleted since."""
        default = shipped()[persona_text.DEFAULT]
        if name is None:
            return default
        return shipped().get(name) or await self._own(tenant, name) or default

    async def _own(self, tenant: str, name: str) -> Persona | None:
        key = personas_key(tenant)
        text, _ = await self.store.do_all(("HGET", key, name), ("EXPIRE", key, YEAR))
        return persona_text.parse(text.decode()) if text else None

    async def all(self, tenant: str) -> tuple[Persona, ...]:
        """The shipped personas, then the tenant's own by name."""
        texts = await self.store.do("HVALS", personas_key(tenant))
        own = sorted((persona_text.parse(text.decode()) for text in texts), key=lambda persona: persona.name)
        return (*shipped().values(), *own)

    async def keep(self, tenant: str, persona: Persona, *, new: bool) -> None:
        """Create (`new`) or change an own persona; creating the same one again changes nothing.

        Raises BadPersona or UnknownPersona.
        """
        if not await self.check(tenant, persona, new=new):
            return  # a command that was interrupted is carried out once more
        key, text = personas_key(tenant), persona_text.render(persona)
        await self.store.do_all(("HSET", key, persona.name, text), ("EXPIRE", key, YEAR), atomic=True)

    async def check(self, tenant: str, persona: Persona, *, new: bool) -> bool:
        """Whether there is anything to create (`new`) or to change. Raises what `keep` would raise."""
        key, text = personas_key(tenant), persona_text.render(persona)
        self._refuse_shipped(persona.name)
        exists, count = await self.store.do_all(("HGET", key, persona.name), ("HLEN", key))
        if exists == text.encode():
            return False
        if new and exists:
            raise BadPersona(
                f"`{persona.name}` exists already; change it with `/persona edit {persona.name} …`."
            )
        if not new and not exists:
            raise UnknownPersona(
                f"There is no own persona `{persona.name}`; `/persona create {persona.name} …` makes it."
            )
        if new and count >= MOST:
            raise BadPersona(f"There are {MOST} own personas already, which is the limit. Delete one first.")
        return True

    async def own(self, tenant: str, name: str) -> Persona:
        """The tenant's own persona of that name. Raises BadPersona for a shipped one, UnknownPersona."""
        wanted = persona_text.normal(name)
        self._refuse_shipped(wanted)
        found = await self._own(tenant, wanted)
        if found is None:
            raise UnknownPersona(f"There is no own persona `{name.strip()}`. `/persona list` shows them all.")
        return found

    async def delete(self, tenant: str, name: str) -> None:
        """Delete an own persona; conversations that use it go back to the default. Raises UnknownPersona."""
        self._refuse_shipped(name)
        deleted = await self.store.do("HDEL", personas_key(tenant), name)
        if not deleted:
            raise UnknownPersona(f"There is no own persona `{name}`. `/persona list` shows them all.")

    def _refuse_shipped(self, name: str) -> None:
        if name in shipped():
            raise BadPersona(f"`{name}` comes with Parley and cannot be changed; create one of another name.")
