"""The forms that an app lays before a person (discord.com/developers, "Using Modal Components")."""

from typing import Any

from simulators.discord_api.forms.components import (
    CUSTOM_ID,
    ROW,
    SELECTS,
    TEXT,
    TEXT_DISPLAY,
    TEXT_INPUT,
    repeated,
)
from simulators.discord_api.forms.rules import (
    Place,
    Problem,
    Problems,
    Rule,
    anything,
    boolean,
    by_type,
    each,
    form,
    in_turn,
    integer,
    one_of,
    string,
)

LABEL = 18
LONGEST_TEXT = 4_000
_INPUT_FORM = form(
    {
        "custom_id": CUSTOM_ID,
        "style": one_of(1, 2),
        "label": string(45, 1),
        "min_length": integer(0, LONGEST_TEXT),
        "max_length": integer(1, LONGEST_TEXT),
        "required": boolean,
        "value": string(LONGEST_TEXT),
        "placeholder": string(100),
    },
    "custom_id",
    "style",
)


def _lengths(value: Any, where: Place) -> Problems:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        message = "min_length must be equal to or less than max_length"
        yield Problem((*where, "min_length"), "TEXT_INPUT_MIN_LENGTH_EXCEEDS_MAX_LENGTH", message)
    given = value.get("value")
    if isinstance(given, str) and isinstance(most, int) and len(given) > most:
        yield from string(most)(given, (*where, "value"))


_INPUT = in_turn(_INPUT_FORM, _lengths)
_LABELLED = in_turn(_INPUT, form({}, "label"))
_UPLOAD = form(
    {"custom_id": CUSTOM_ID, "min_values": integer(0, 10), "max_values": integer(1, 10)}, "custom_id"
)
_CHOICE = form(
    {"label": string(100, 1), "value": string(100, 1), "description": string(100)}, "label", "value"
)
_IN_LABEL: dict[int, Rule] = {
    **SELECTS,
    TEXT_INPUT: _INPUT,
    19: _UPLOAD,
    21: form({"custom_id": CUSTOM_ID, "options": each(_CHOICE, 10, 2)}, "custom_id", "options"),
    22: form({"custom_id": CUSTOM_ID, "options": each(_CHOICE, 10, 1)}, "custom_id", "options"),
    23: form({"custom_id": CUSTOM_ID}, "custom_id"),
}
_PARTS: dict[int, Rule] = {
    ROW: form({"components": each(by_type({TEXT_INPUT: _LABELLED}), 1, 1)}, "components"),
    TEXT: TEXT_DISPLAY,
    LABEL: form(
        {"label": string(45, 1), "description": string(100), "component": by_type(_IN_LABEL)},
        "label",
        "component",
    ),
}
_MODAL = form(
    {
        "custom_id": CUSTOM_ID,
        "title": string(45, 1),
        "components": each(by_type(_PARTS), 5, 1),
        "flags": anything,
    },
    "custom_id",
    "title",
    "components",
)


def problems_of_modal(modal: Any, where: Place = ("data",)) -> Problems:
    """What is wrong with a modal."""
    yield from _MODAL(modal, where)
    if isinstance(modal, dict):
        yield from repeated(modal.get("components"), (*where, "components"))
