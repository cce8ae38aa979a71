"""The Home of the app, drawn: who answers where, what it has taken, and what one can say. All of it is pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zlib import crc32

import orjson

from adapters.slack.commands import slash_commands
from bot.overview import Outline
from bot.persona import Persona

CHANNEL, DIRECT, PERSONA, NEW, EDIT = (
    "home_channel",
    "home_direct",
    "home_persona",
    "home_new_persona",
    "home_edit_persona",
)
"""The elements that do something."""
_OPTIONS = 100
"""Of a select; the shipped personas and the most that a tenant may have of its own are fewer."""
_OPTION_TEXT = 75
_LONGEST = 3_000
"""Characters of a section."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody's Home."""

    team: str
    user: str
    direct: str
    """The channel of their direct messages with the app."""
    channel: str
    """What is looked at: this one, or a channel."""
    at: float = 0.0
    """When, in seconds since 1970: of two looks the later one counts."""

    def pack(self) -> str:
        """The form in which Slack keeps it with the view."""
        return orjson.dumps(asdict(self)).decode()


def look_in(view: Mapping[str, Any]) -> Look:
    """The look at which a view was drawn."""
    return Look(**orjson.loads(view["private_metadata"]))


def home_of(look: Look, outline: Outline | None, note: str = "", prefix: str = "") -> dict[str, Any]:
    """The view. Without an outline only the `note` says why."""
    said = [_section(note)] if note else []
    drawn = [*_persona(look, outline), *_own(outline), *_usage(outline)] if outline else []
    return {
        "type": "home",
        "private_metadata": look.pack(),
        "blocks": [*_where(look), *said, *drawn, *_commands(prefix)],
    }


def _where(look: Look) -> list[dict[str, Any]]:
    elsewhere = look.channel != look.direct
    select: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": _plain("Choose a channel"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    button = {"type": "button", "action_id": DIRECT, "text": _plain("Direct messages with me")}
    if elsewhere:
        select["initial_conversation"] = look.channel
    text = "This is about the channel below." if elsewhere else "This is about your direct messages with me."
    return [
        _header("Where"),
        _section(text),
        # What is chosen in a block stays chosen as long as the block is called the same.
        {
            "type": "actions",
            "block_id": f"where-{look.channel}",
            "elements": [select, *([button] if elsewhere else [])],
        },
    ]


def _persona(look: Look, outline: Outline) -> list[dict[str, Any]]:
    chosen = outline.persona
    options = [_option(persona) for persona in outline.personas][:_OPTIONS]
    select: dict[str, Any] = {"type": "static_select", "action_id": PERSONA, "options": options}
    if _option(chosen) in options:
        select["initial_option"] = _option(chosen)
    drawn = crc32(repr((look.channel, chosen.name, options)).encode())
    return [
        _header("Persona"),
        {
            **_section(f"Here I answer as {_described(chosen)}."),
            "block_id": f"persona-{drawn:08x}",
            "accessory": select,
        },
    ]


def _own(outline: Outline) -> list[dict[str, Any]]:
    new = {"type": "button", "action_id": NEW, "text": _plain("New persona")}
    return [
        *(
            {
                **_section(_described(persona)),
                "block_id": f"own-{number}",
                "accessory": {
                    "type": "button",
                    "action_id": EDIT,
                    "text": _plain("Edit persona"),
                    "value": persona.name,
                },
            }
            for number, persona in enumerate(outline.own)
        ),
        {"type": "actions", "block_id": "personas", "elements": [new]},
    ]


def _usage(outline: Outline) -> list[dict[str, Any]]:
    lines = [
        f"{name}: {sums.answers:,} replies, {sums.prompt:,} prompt tokens ({sums.cached:,} of them cached), "
        f"{sums.completion:,} reply tokens, {sums.cost}"
        for name, sums in outline.usage
    ]
    return [_header("Usage"), _section("\n".join(lines))]


def _commands(prefix: str) -> list[dict[str, Any]]:
    lines = [f"/{prefix}{command.usage}: {command.help}" for command in slash_commands()]
    threads = (
        "In threads Slack runs no such commands: write them to me with an exclamation mark there, such as !reset. "
        "Behind any of them, help explains it."
    )
    return [_header("Commands"), _section("\n".join(lines)), _section(threads)]


def _described(persona: Persona) -> str:
    return f"{persona.name}: {persona.description}" if persona.description else persona.name


def _option(persona: Persona) -> dict[str, Any]:
    return {"text": _plain(_shortened(_described(persona), _OPTION_TEXT)), "value": persona.name}


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": _plain(text)}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(_shortened(text, _LONGEST))}


def _plain(text: str) -> dict[str, Any]:
    """Text in which nothing is a mention, a link or an emoji, whoever wrote it."""
    return {"type": "plain_text", "text": text, "emoji": False}
