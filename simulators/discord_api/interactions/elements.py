"""The buttons and menus of a message as a person uses them; LookupError for what their client does not offer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulators.discord_api.forms.components import BUTTON, SELECTS, STRING_SELECT, TEXT, every_component

_LINK = 5


def used(components: Sequence[Any], name: str, values: Sequence[str] = ()) -> dict[str, Any]:
    """What the app gets when somebody uses the button or menu of that label, emoji, placeholder or custom id.

    `values` are what is chosen from a menu: options by value or label, people and channels by their ids.
    """
    part = _found(components, name)
    if part.get("disabled"):
        raise LookupError(f"'{name}' is disabled.")
    if part["type"] == BUTTON and part.get("style") == _LINK:
        raise LookupError(f"'{name}' is a link.")
    data = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part.get("id", 0)}
    return data if part["type"] == BUTTON else {**data, "values": chosen(part, values)}


def chosen(part: Mapping[str, Any], values: Sequence[str]) -> list[str]:
    """What is chosen from a menu."""
    picked = [_picked(part, value) for value in values] if part["type"] == STRING_SELECT else list(values)
    least = 1 if part.get("min_values") is None else part["min_values"]
    if not least <= len(picked) <= (part.get("max_values") or 1):
        raise LookupError("So many cannot be chosen here.")
    return picked


def labels(components: Sequence[Any]) -> list[str]:
    """What stands on the buttons of a message, in the order in which they are seen."""
    parts = (part for part, _ in every_component(list(components)) if part.get("type") == BUTTON)
    return [label_of(part) for part in parts]


def label_of(button: Mapping[str, Any]) -> str:
    """What stands on a button."""
    emoji = (button.get("emoji") or {}).get("name", "")
    return " ".join(word for word in (emoji, button.get("label") or "") if word)


def texts(components: Sequence[Any]) -> list[str]:
    """The texts among the components of a message."""
    parts = (part for part, _ in every_component(list(components)) if part.get("type") == TEXT)
    return [str(part.get("content", "")) for part in parts]


def numbered(components: Sequence[Any]) -> list[dict[str, Any]]:
    """The components as Discord keeps them: each with an id, counted through the message unless it has one."""
    taken = {part["id"] for part, _ in every_component(list(components)) if part.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    return [_numbered(part, free) for part in components]


def _numbered(part: Mapping[str, Any], free: Iterator[int]) -> dict[str, Any]:
    kept = {**part, "id": part.get("id") or next(free)}
    if isinstance(part.get("components"), list):
        kept["components"] = [_numbered(one, free) for one in part["components"]]
    for name in ("accessory", "component"):
        if isinstance(part.get(name), Mapping):
            kept[name] = _numbered(part[name], free)
    return kept


def _found(components: Sequence[Any], name: str) -> Mapping[str, Any]:
    parts = (part for part, _ in every_component(list(components)))
    usable = (part for part in parts if part.get("type") == BUTTON or part.get("type") in SELECTS)
    for part in usable:
        names = (part.get("label"), part.get("custom_id"), part.get("placeholder"))
        if name in (*names, label_of(part), (part.get("emoji") or {}).get("name")):
            return part
    raise LookupError(f"There is no '{name}' to use here.")


def _picked(part: Mapping[str, Any], value: str) -> str:
    for option in part["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    raise LookupError(f"'{value}' cannot be chosen here.")
