"""Modals: how they are drawn, and what was written into them (discord.com/developers, "Component Reference")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.interactions import SUBMITTED, kind_of

LONGEST = 4_000
"""Characters of a text input."""
_LONGEST_TITLE = 45
"""Characters of a title, and of a label."""
_LONGEST_HINT = 100
"""Characters of a description, and of a placeholder."""
_LABEL, _TEXT_INPUT = 18, 4
_SHORT, _PARAGRAPH = 1, 2


@dataclass(frozen=True, slots=True)
class Field:
    """One text input, under its label."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    """Stands under the label."""
    placeholder: str = ""
    most: int = LONGEST
    """Characters."""
    long: bool = False
    """Whether it takes several lines."""
    required: bool = True


def modal(name: str, title: str, fields: Sequence[Field]) -> dict[str, Any]:
    """A modal of at most five fields; its name, of at most a hundred characters, comes back with what is written."""
    return {
        "custom_id": name,
        "title": title[:_LONGEST_TITLE],
        "components": [_drawn(field) for field in fields],
    }


def form_of(data: Data) -> str:
    """The name of the modal that was submitted; empty if none was."""
    return str(data["data"]["custom_id"]) if kind_of(data) == SUBMITTED else ""


def values_in(data: Data) -> dict[str, str]:
    """What was written into a modal, by the names of its fields."""
    inputs = _inputs(data["data"].get("components") or ())
    return {str(each["custom_id"]): str(each.get("value") or "") for each in inputs}


def written_in(data: Data) -> str:
    """The longest thing that was written into a modal; empty if none was submitted."""
    return max(values_in(data).values(), key=len, default="") if form_of(data) else ""


def _inputs(components: Sequence[Data]) -> Iterator[Data]:
    """The inputs, which stand in labels, or in the rows that there were before."""
    for each in components:
        inner = [each["component"]] if "component" in each else each.get("components")
        if inner is not None:
            yield from (part for part in inner if "custom_id" in part)
        elif "custom_id" in each:
            yield each


def _drawn(field: Field) -> dict[str, Any]:
    text = {
        "type": _TEXT_INPUT,
        "custom_id": field.name,
        "style": _PARAGRAPH if field.long else _SHORT,
        "required": field.required,
        "max_length": field.most,
    }
    if field.value:
        text["value"] = field.value[: field.most]
    if field.placeholder:
        text["placeholder"] = field.placeholder[:_LONGEST_HINT]
    label = {"type": _LABEL, "label": field.label[:_LONGEST_TITLE], "component": text}
    return label | ({"description": field.hint[:_LONGEST_HINT]} if field.hint else {})
