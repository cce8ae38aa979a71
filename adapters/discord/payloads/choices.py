"""What is offered while somebody types a command (discord.com/developers, "Autocomplete")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import AUTOCOMPLETE, arguments_of, kind_of, path_of, values_of

MOST = 25
"""Choices that are shown at once."""
_LONGEST = 100
"""Characters of a choice."""
_OWN = frozenset({"edit", "delete"})
"""The commands for personas that do nothing with those that come with Parley."""


@dataclass(frozen=True, slots=True)
class Typed:
    """An argument that somebody is typing."""

    names: Literal["", "persona", "command", "message"]
    """What it names that exists already."""
    text: str
    """What stands there so far."""
    own: bool = False
    """Whether only what people made themselves can be meant."""


def typed_in(data: Data) -> Typed | None:
    """The argument that is being typed; None of any other interaction."""
    if kind_of(data) != AUTOCOMPLETE:
        return None
    path = path_of(data)
    focused = next((each for each in values_of(data) if each.get("focused")), {})
    arguments = (argument for argument in arguments_of(path) if argument.name == focused.get("name"))
    argument = next(arguments, None)
    return Typed(
        argument.names if argument else "", str(focused.get("value") or "").strip(), path[-1] in _OWN
    )


def choices_of(names: Iterable[str], text: str) -> list[dict[str, Any]]:
    """The names to offer: first those that begin with what was typed, then those that contain it."""
    sought = text.casefold()
    found = [name for name in names if sought in name.casefold() and len(name) <= _LONGEST]
    found.sort(key=lambda name: not name.casefold().startswith(sought))
    return [{"name": name, "value": name} for name in found[:MOST]]
