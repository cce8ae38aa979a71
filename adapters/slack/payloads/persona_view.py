"""The form for a persona: when it is asked for, what stands in it, and what was filled in. All of it is pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from bot.persona import (
    HOTTEST,
    LONGEST_NAME,
    MOST_DESCRIBED,
    MOST_REPLY_TOKENS,
    Persona,
)

FORM = "parley_persona"
LONGEST_PROMPT = 3_000
"""Characters of a text input (docs.slack.dev, "Plain-text input"); a persona's prompt may have more."""
_ASKED = re.compile(r"/persona\s+(?:(create)(?:\s+(\S+))?|(edit)\s+(\S+))", re.IGNORECASE)
_VALUE = "value"
_LONGEST_TEXT = 150
"""Of a placeholder."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a form is for; it carries this with it until it is submitted."""

    channel: str
    """The channel whose command it becomes."""
    ticket: str = ""
    """Where the command is answered, if it came from one."""
    edits: str = ""
    """The persona that is changed; empty for a new one."""
    home: str = ""
    """What is looked at in the Home from which the form was opened; empty if it was not."""
    keeps_prompt: bool = False
    """The prompt is too long for the form, and stays as it is."""
    at: float = 0.0
    """When the ticket was given, in seconds since 1970."""

    def pack(self) -> str:
        """The form in which Slack keeps it."""
        return orjson.dumps(asdict(self)).decode()


def unpack(packed: str) -> Errand:
    """The errand that `pack` wrote."""
    return Errand(**orjson.loads(packed))


def asked_in(command: str) -> tuple[str, str] | None:
    """`create` or `edit` and the name, of a command that asks for the form; None for any other."""
    match = _ASKED.fullmatch(command.strip())
    if match is None:
        return None
    return (match[1] or match[3]).lower(), match[2] or match[4] or ""


def form_of(errand: Errand, persona: Persona, prefix: str = "") -> dict[str, Any]:
    """The form, filled in with what the persona has already."""
    naming = [] if errand.edits else [_name(persona)]
    prompt = _kept_prompt(persona, prefix) if errand.keeps_prompt else _prompt(persona)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": errand.pack(),
        "title": _plain("Edit persona" if errand.edits else "New persona"),
        "submit": _plain("Save"),
        "close": _plain("Cancel"),
        "blocks": [
            *([_said(f"{errand.edits}: it counts from the next answer on.")] if errand.edits else []),
            *naming,
            _described(persona),
            prompt,
            _model(persona),
            _temperature(persona),
            _reply_tokens(persona),
        ],
    }


def is_too_long(persona: Persona) -> bool:
    """Whether its prompt does not fit a form."""
    return len(persona.prompt) > LONGEST_PROMPT


def filled_in(view: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """The values of the persona's fields, each in one line, and the prompt."""
    given = {
        block: str((inputs.get(_VALUE) or {}).get("value") or "")
        for block, inputs in view["state"]["values"].items()
    }
    prompt = given.pop("prompt", "")
    return {name: " ".join(value.split()) for name, value in given.items()}, prompt


def anchored(problems: Mapping[str, str], view: Mapping[str, Any]) -> dict[str, str]:
    """The problems at inputs that the form has, since others cannot show one."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    last = "prompt" if "prompt" in inputs else "description"
    shown: dict[str, str] = {}
    for name, problem in problems.items():
        place = name if name in inputs else last
        shown[place] = f"{shown[place]} {problem}" if place in shown else problem
    return shown


def _name(persona: Persona) -> dict[str, Any]:
    element = _text(persona.name, LONGEST_NAME, "release-notes")
    return _input("name", "Name", element, hint="Letters, digits, - and _.")


def _described(persona: Persona) -> dict[str, Any]:
    element = _text(persona.description, MOST_DESCRIBED, "What others read when they choose")
    return _input("description", "Description", element, optional=True)


def _prompt(persona: Persona) -> dict[str, Any]:
    element = _text(persona.prompt, LONGEST_PROMPT, "You write release notes: short, and for users.")
    return _input("prompt", "Prompt", element | {"multiline": True}, hint="How it should answer.")


def _kept_prompt(persona: Persona, prefix: str) -> dict[str, Any]:
    return _said(
        f"Its prompt has {len(persona.prompt):,} characters, and a form of Slack's holds {LONGEST_PROMPT:,}: here it "
        f"stays as it is. To change it, copy it from /{prefix}persona show {persona.name} and write "
        f"/{prefix}persona edit {persona.name} with the new prompt behind it."
    )


def _model(persona: Persona) -> dict[str, Any]:
    element = _text(persona.model or "", 100, "The one that everybody has")
    return _input("model", "Model", element, optional=True)


def _temperature(persona: Persona) -> dict[str, Any]:
    number = "" if persona.temperature is None else f"{persona.temperature:g}"
    element = _number(number, "0", str(HOTTEST), decimal=True)
    hint = "From 0 (the same each time) to 2. Not every model has one."
    return _input("temperature", "Temperature", element, hint=hint, optional=True)


def _reply_tokens(persona: Persona) -> dict[str, Any]:
    number = "" if persona.reply_tokens is None else str(persona.reply_tokens)
    element = _number(number, "1", str(MOST_REPLY_TOKENS), decimal=False)
    return _input("reply_tokens", "Tokens of a reply, at most", element, optional=True)


def _text(value: str, most: int, placeholder: str) -> dict[str, Any]:
    element = {
        "type": "plain_text_input",
        "action_id": _VALUE,
        "max_length": most,
        "placeholder": _plain(placeholder[:_LONGEST_TEXT]),
    }
    return element | ({"initial_value": value} if value else {})


def _number(value: str, least: str, most: str, *, decimal: bool) -> dict[str, Any]:
    element = {
        "type": "number_input",
        "action_id": _VALUE,
        "is_decimal_allowed": decimal,
        "min_value": least,
        "max_value": most,
    }
    return element | ({"initial_value": value} if value else {})


def _input(
    name: str, label: str, element: Mapping[str, Any], *, hint: str = "", optional: bool = False
) -> dict[str, Any]:
    block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }
    return block | ({"hint": _plain(hint)} if hint else {})


def _said(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(text)}


def _plain(text: str) -> dict[str, Any]:
    """Text in which nothing is a mention, a link or an emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}
