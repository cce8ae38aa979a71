"""A modal as a person fills it in; LookupError for what their client does not let them submit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulators.discord_api.forms.components import ROW, SELECTS, TEXT, TEXT_INPUT
from simulators.discord_api.forms.modals import LABEL, LONGEST_TEXT
from simulators.discord_api.interactions.elements import chosen

_CHECKBOX = 23
_ONE = 21

Part = Mapping[str, Any]


def submitted(components: Sequence[Part], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the app gets of a modal whose inputs have these values, by custom id or label."""
    names = {
        name for component in components for label, part in _inputs(component) for name in _names(label, part)
    }
    if unknown := set(values) - names:
        raise LookupError(f"There is no input for {', '.join(sorted(unknown))}.")
    return [_answer(component, values) for component in components]


def inputs(components: Sequence[Part]) -> dict[str, Part]:
    """The inputs of a modal by their custom ids."""
    return {part["custom_id"]: part for component in components for _, part in _inputs(component)}


def _answer(component: Part, values: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"type": component["type"], "id": component.get("id", 0)}
    answers = [_filled(part, _given(label, part, values), label) for label, part in _inputs(component)]
    match component["type"]:
        case kind if kind == ROW:
            return {**kept, "components": answers}
        case kind if kind == LABEL:
            return {**kept, "component": answers[0]}
        case _:
            return kept


def _inputs(component: Part) -> Iterator[tuple[str, Part]]:
    """The inputs of one component of a modal, and what they are called."""
    if component["type"] == LABEL:
        yield str(component["label"]), component["component"]
    elif component["type"] != TEXT:
        yield from ((str(part.get("label", "")), part) for part in component["components"])


def _names(label: str, part: Part) -> tuple[str, str]:
    return label, str(part["custom_id"])


def _given(label: str, part: Part, values: Mapping[str, Any]) -> Any:
    return next((values[name] for name in _names(label, part) if name in values), part.get("value"))


def _filled(part: Part, value: Any, label: str) -> dict[str, Any]:
    kept = {"type": part["type"], "custom_id": part["custom_id"], "id": part.get("id", 0)}
    if part["type"] == TEXT_INPUT:
        return {**kept, "value": _written(part, str(value or ""), label)}
    if part["type"] == _CHECKBOX:
        return {**kept, "value": bool(value)}
    if not value and _required(part):
        raise LookupError(f"'{label}' needs a value.")
    if part["type"] == _ONE:
        return {**kept, "value": value}
    several = [value] if isinstance(value, str) else list(value or ())
    return {**kept, "values": chosen(part, several) if part["type"] in SELECTS and several else several}


def _required(part: Part) -> bool:
    return part.get("required") is not False


def _written(part: Part, text: str, label: str) -> str:
    if not text and _required(part):
        raise LookupError(f"'{label}' needs a value.")
    least = part.get("min_length") or 0
    if text and not least <= len(text) <= (part.get("max_length") or LONGEST_TEXT):
        raise LookupError(f"'{label}' is too short or too long.")
    return text
