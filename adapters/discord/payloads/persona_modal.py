"""The modal for a persona: when it is asked for, what stands in it, and what was filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import is_written, options_of, path_of, said_by, ticket_in
from adapters.discord.payloads.modals import LONGEST, Field, form_of, modal, values_in
from bot.messages import IncomingMessage
from bot.persona import LONGEST_NAME, MOST_DESCRIBED, Persona, render

_FORM = "parley:persona"
_CREATE, _EDIT = "create", "edit"
_LONGEST_MODEL, _LONGEST_NUMBER = 100, 12
"""Characters."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a modal is for."""

    edits: str = ""
    """The persona that is changed; empty for a new one."""
    name: str = ""
    """What a new one is to be called, if that was said already."""

    def pack(self) -> str:
        """The name of the modal."""
        return f"{_FORM}:{_EDIT}:{self.edits}" if self.edits else f"{_FORM}:{_CREATE}"


def asked_in(data: Data) -> Errand | None:
    """What a command wants that asks for the modal, since it has no prompt; None of any other."""
    if not is_written(data):
        return None
    path, given = path_of(data), options_of(data)
    if path[:1] != ("persona",) or given.get("prompt"):
        return None
    name = given.get("name", "").strip()
    if path[1:] == (_CREATE,):
        return Errand(name=name)
    return Errand(edits=name) if path[1:] == (_EDIT,) and name else None


def errand_in(data: Data) -> Errand | None:
    """What the modal was for that was submitted; None of any other."""
    form = form_of(data)
    if form == f"{_FORM}:{_CREATE}":
        return Errand()
    edits = form.removeprefix(f"{_FORM}:{_EDIT}:")
    return Errand(edits=edits) if edits != form else None


def form_for(errand: Errand, persona: Persona) -> dict[str, Any]:
    """The modal, filled in with what the persona has already. It has room for five things.

    A prompt that is too long for it stays as it is unless another one is written.
    """
    fields = [_described(persona), _prompt(persona), _model(persona), _temperature(persona)]
    fields = [*fields, _reply_tokens(persona)] if errand.edits else [_name(persona), *fields]
    return modal(errand.pack(), f"Edit {errand.edits}" if errand.edits else "New persona", fields)


def filled_in(data: Data, errand: Errand) -> tuple[dict[str, str], str]:
    """The values of the persona's fields, each in one line, and the prompt; empty if it is to stay as it is."""
    given = values_in(data)
    prompt = given.pop("prompt", "").strip()
    values = {name: " ".join(value.split()) for name, value in given.items()}
    return values | ({"name": errand.edits} if errand.edits else {}), prompt


def command_of(data: Data, errand: Errand, persona: Persona) -> IncomingMessage:
    """The command for which the modal stands."""
    what = _EDIT if errand.edits else _CREATE
    text = f"/persona {what} {persona.name} {render(persona).strip()}"
    return said_by(data, text, ticket_in(data, whole=True, private=False))


def _name(persona: Persona) -> Field:
    hint = "Letters, digits, - and _."
    return Field(
        "name", "Name", persona.name[:LONGEST_NAME], hint, placeholder="release-notes", most=LONGEST_NAME
    )


def _described(persona: Persona) -> Field:
    return Field(
        "description",
        "Description",
        persona.description,
        placeholder="What others read when they choose",
        most=MOST_DESCRIBED,
        required=False,
    )


def _prompt(persona: Persona) -> Field:
    if len(persona.prompt) > LONGEST:
        kept = f"Its {len(persona.prompt):,} characters don't fit here: leave this empty to keep them."
        return Field("prompt", "Prompt", placeholder=kept, long=True, required=False)
    return Field(
        "prompt",
        "Prompt",
        persona.prompt,
        hint="How it should answer.",
        placeholder="You write release notes: short, and for users.",
        long=True,
    )


def _model(persona: Persona) -> Field:
    return Field(
        "model",
        "Model",
        persona.model or "",
        placeholder="The one that everybody has",
        most=_LONGEST_MODEL,
        required=False,
    )


def _temperature(persona: Persona) -> Field:
    number = "" if persona.temperature is None else f"{persona.temperature:g}"
    hint = "From 0 (the same each time) to 2. Not every model has one."
    return Field("temperature", "Temperature", number, hint, most=_LONGEST_NUMBER, required=False)


def _reply_tokens(persona: Persona) -> Field:
    number = "" if persona.reply_tokens is None else str(persona.reply_tokens)
    return Field("reply_tokens", "Tokens of a reply, at most", number, most=_LONGEST_NUMBER, required=False)
