"""Using an element of a block: finding it, what the app hears of it, and what a modal's inputs say."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulators.slack_api.blocks.drawing import elements_in

Element = Mapping[str, Any]
_SIDES = ("positive_button", "negative_button")
_OF_ONE = ("static_select", "external_select", "overflow", "radio_buttons")
_OF_MANY = ("multi_static_select", "multi_external_select", "checkboxes")
_SELECTED = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def action_on(blocks: list[dict[str, Any]], name: str, choice: str | None) -> dict[str, Any]:
    """What the app hears when somebody uses the element of that id, or the button with that label.

    `choice` is the value or the text of an option. LookupError if there is no such thing on the screen.
    """
    for element in elements_in(blocks):
        for action in _actions(element, choice):
            if name in (action["action_id"], _label(action.get("text")), action.get("value")):
                return action
    raise LookupError(f"There is no '{name}' to use here.")


def answers_to(blocks: list[dict[str, Any]], values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The state of a view whose inputs have these values, by `block_id`, `action_id` or label.

    LookupError if a value is for no input, or one that is needed has none.
    """
    state: dict[str, dict[str, Any]] = {}
    used: set[str] = set()
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        names = (block["block_id"], element.get("action_id", ""), _label(block["label"]))
        name = next((name for name in names if name in values), None)
        used.add(name or "")
        value = values.get(name or "", element.get("initial_value"))
        if value in (None, "") and not block.get("optional"):
            raise LookupError(f"'{_label(block['label'])}' needs a value.")
        state[block["block_id"]] = {element.get("action_id", ""): _answer(element, value)}
    if unknown := set(values) - used:
        raise LookupError(f"There is no input for {', '.join(sorted(unknown))}.")
    return state


def _actions(element: Element, choice: str | None) -> Iterator[dict[str, Any]]:
    """The actions that an element has: a pair of buttons for feedback has two."""
    base = {name: element[name] for name in ("type", "block_id") if name in element}
    base["action_id"] = element.get("action_id", "")
    match element["type"]:
        case "button" | "workflow_button" | "icon_button":
            shown = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
            yield base | shown
        case "feedback_buttons":
            for side in _SIDES:
                yield base | {"text": element[side]["text"], "value": element[side]["value"]}
        case _:
            yield base | _selected(element, choice)


def _selected(element: Element, value: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind in _OF_ONE:
        return {"selected_option": None if value is None else _option(element, value)}
    if kind in _OF_MANY:
        values = value if isinstance(value, list | tuple) else [] if value is None else [value]
        return {"selected_options": [_option(element, one) for one in values]}
    return {_SELECTED.get(kind, "value"): value}


def _option(element: Element, value: str) -> dict[str, Any]:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    for option in (option for group in groups for option in group["options"]):
        if value in (option["value"], _label(option["text"])):
            return dict(option)
    raise LookupError(f"'{value}' cannot be chosen here.")


def _answer(element: Element, value: Any) -> dict[str, Any]:
    return {"type": element["type"], **_selected(element, value or None)}


def _label(text: Any) -> str:
    return str(text.get("text", "")) if isinstance(text, Mapping) else ""
