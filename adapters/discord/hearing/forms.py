"""What forms and completion need to know, read from Redis while a person waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.payloads.choices import Typed, choices_of
from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import conversation_of
from adapters.discord.payloads.menus import (
    LIFETIME,
    asks_what,
    note_of,
    question_in,
    subject_in,
    subject_of,
)
from adapters.discord.payloads.modals import form_of
from adapters.discord.payloads.people import user_of
from adapters.discord.payloads.persona_modal import Errand, command_of, filled_in, form_for
from bot.commands.declarations import COMMANDS
from bot.errors import BadPersona, BadRequest, StoreError, StoreUnavailable
from bot.messages import IncomingMessage
from bot.notes import Notes
from bot.overview import Overview
from bot.persona import Persona, checked, problems_in, shipped
from bot.store import Store

log = structlog.get_logger()

PATIENCE = 1.0
"""Seconds for which Redis is read; Discord waits three for the answer."""
AWAY = "I can't reach my memory (Redis) right now. Please try again in a moment."

FORGOTTEN = "I don't know any more which message this is about. Please choose it again, and then ask."


@asynccontextmanager
async def in_time(seconds: float = PATIENCE, notice: str = AWAY) -> AsyncIterator[None]:
    """A block that needs Redis. Raises StoreUnavailable if it takes too long."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoreUnavailable(notice) from error


@dataclass(frozen=True, slots=True)
class Forms:
    """Draws modals and choices, and reads what was submitted. Raises ParleyError."""

    store: Store
    bot: str

    async def question(self, data: Data) -> dict[str, Any]:
        """The modal for a question about a message, which is kept until it is asked."""
        form, tenant = asks_what(data), conversation_of(data).tenant
        subject = subject_in(data, self.bot)
        async with in_time():
            await Notes(self.store, tenant).leave(note_of(form["custom_id"]), LIFETIME, subject.pack())
        return form

    async def asked(self, data: Data) -> IncomingMessage | None:
        """The question that was submitted. Raises BadRequest if what it is about is forgotten by now."""
        name = note_of(form_of(data))
        if not name:
            return None
        async with in_time():
            kept = await Notes(self.store, conversation_of(data).tenant).read(name)
        subject = subject_of(kept) if kept else None
        if subject is None or subject.asker != user_of(data).id:
            raise BadRequest(FORGOTTEN)
        return question_in(data, subject)

    async def forget(self, data: Data) -> None:
        """Forget what a question is about that was taken in: it says that itself. If that fails, it is soon over."""
        try:
            async with in_time():
                await Notes(self.store, conversation_of(data).tenant).take(note_of(form_of(data)))
        except StoreError as error:
            log.info("subject_not_forgotten", error=type(error).__name__)

    async def persona(self, data: Data, errand: Errand) -> dict[str, Any]:
        """The modal for a persona."""
        persona = Persona(errand.name, "")
        if errand.edits:
            async with in_time():
                persona = await self._overview.own(conversation_of(data).tenant, errand.edits)
            errand = Errand(edits=persona.name)
        return form_for(errand, persona)

    async def kept(self, data: Data, errand: Errand) -> IncomingMessage:
        """The command for the persona that was submitted. Raises BadPersona with all that is wrong with it."""
        tenant = conversation_of(data).tenant
        values, prompt = filled_in(data, errand)
        async with in_time():
            if errand.edits and not prompt:
                prompt = (await self._overview.own(tenant, errand.edits)).prompt
            if problems := problems_in(values, prompt):
                raise BadPersona("\n".join(f"- {each}" for each in problems.values()))
            persona = checked(values, prompt)
            await self._overview.check(tenant, persona, new=not errand.edits)
        return command_of(data, errand, persona)

    async def choices(self, data: Data, typed: Typed) -> list[dict[str, Any]]:
        """What is offered for an argument; of personas those that everybody has, where Redis does not answer."""
        if typed.names == "command":
            return choices_of((command.name for command in COMMANDS), typed.text)
        if typed.names != "persona":
            return []
        try:
            async with in_time():
                personas = await self._overview.personas(conversation_of(data).tenant)
        except StoreError as error:
            log.info("no_personas_offered", error=type(error).__name__)
            personas = tuple(shipped().values())
        names = (each.name for each in personas if not (typed.own and each.name in shipped()))
        return choices_of(names, typed.text)

    @property
    def _overview(self) -> Overview:
        return Overview(self.store.patient(PATIENCE))
