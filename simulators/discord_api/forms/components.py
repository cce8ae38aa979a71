"""The components of a message (discord.com/developers, "Component Reference")."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulators.discord_api.forms.rules import (
    Place,
    Problem,
    Problems,
    Rule,
    address,
    anything,
    boolean,
    by_type,
    each,
    form,
    in_turn,
    integer,
    one_of,
    required,
    string,
)

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, CONTAINER = 1, 2, 3, 4, 9, 10, 17
MOST_COMPONENTS = 40
"""Of a message with `IS_COMPONENTS_V2`, those within others counted too."""
MOST_TEXT = 4_000
"""Characters of all the text displays of a message together."""
_WIDTH = 5
_LINK, _PREMIUM = 5, 6

CUSTOM_ID = string(100, 1)


def _drawn(value: Any, where: Place) -> Problems:
    """An emoji is one of Unicode's, or has an id."""
    if not value.get("id") and str(value.get("name") or "").isascii():
        yield Problem((*where, "name"), "COMPONENT_INVALID_EMOJI", "Invalid emoji")


_EMOJI = in_turn(form({"name": string(100), "id": anything, "animated": boolean}), _drawn)
_BUTTON_FORM = form(
    {
        "id": anything,
        "style": one_of(1, 2, 3, 4, _LINK, _PREMIUM),
        "label": string(80),
        "emoji": _EMOJI,
        "custom_id": CUSTOM_ID,
        "url": in_turn(string(512, 1), address("http", "https", "discord")),
        "disabled": boolean,
    },
    "style",
)


def _used(value: Any, where: Place) -> Problems:
    """A link has an address, every other button a name of its own."""
    names = {"url" if value.get("style") == _LINK else "custom_id"}
    if value.get("style") == _PREMIUM:
        names = {"sku_id"}
    elif not value.get("label") and not value.get("emoji"):
        yield Problem(where, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji")
    yield from (required((*where, name)) for name in names if not value.get(name))
    for name in {"url", "custom_id", "sku_id"} - names:
        if value.get(name):
            message = f"Buttons of style {value.get('style')} cannot have a {name}"
            yield Problem((*where, name), "BUTTON_COMPONENT_INVALID_FIELD", message)


_button = in_turn(_BUTTON_FORM, _used)
_OPTION = form(
    {
        "label": string(100, 1),
        "value": string(100, 1),
        "description": string(100),
        "emoji": _EMOJI,
        "default": boolean,
    },
    "label",
    "value",
)
_SELECT = {
    "custom_id": CUSTOM_ID,
    "placeholder": string(150),
    "min_values": integer(0, 25),
    "max_values": integer(1, 25),
    "disabled": boolean,
    "required": boolean,
    "default_values": each(anything, 25),
}
_OF_STRINGS = form({**_SELECT, "options": each(_OPTION, 25, 1)}, "custom_id", "options")


def _different(value: Any, where: Place) -> Problems:
    """No two options have one value."""
    seen: set[str] = set()
    for number, option in enumerate(value["options"]):
        if option["value"] in seen:
            place = (*where, "options", str(number))
            message = "The specified option value is already used"
            yield Problem(place, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        seen.add(option["value"])


def _counted(value: Any, where: Place) -> Problems:
    """As many may be chosen as there are, and as have to be."""
    most = value.get("max_values") or 1
    least = 1 if value.get("min_values") is None else value["min_values"]
    if least > most or ("options" in value and most > len(value["options"])):
        message = "max_values must be between min_values and the number of options"
        yield Problem((*where, "max_values"), "SELECT_COMPONENT_MAX_VALUES_INVALID", message)


_OF_THINGS = in_turn(form(_SELECT, "custom_id"), _counted)
SELECTS: dict[int, Rule] = {
    STRING_SELECT: in_turn(_OF_STRINGS, _different, _counted),
    **dict.fromkeys((5, 6, 7, 8), _OF_THINGS),
}


def _wide(value: Any, where: Place) -> Problems:
    """A row has the width of five buttons or of one select."""
    width = 0
    for place, part in enumerate(value["components"]):
        width += 1 if part["type"] == BUTTON else _WIDTH
        if width > _WIDTH:
            message = "The specified component exceeds the maximum width"
            yield Problem((*where, "components", str(place)), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


_ROW = in_turn(
    form({"components": each(by_type({BUTTON: _button, **SELECTS}), _WIDTH, 1)}, "components"),
    _wide,
)
_MEDIA = form({"url": in_turn(string(2048, 1), address("http", "https", "attachment"))}, "url")
TEXT_DISPLAY = form({"content": string(MOST_TEXT, 1)}, "content")
_THUMBNAIL = form({"media": _MEDIA, "description": string(1024), "spoiler": boolean}, "media")
_WITHIN: dict[int, Rule] = {
    ROW: _ROW,
    SECTION: form(
        {
            "components": each(by_type({TEXT: TEXT_DISPLAY}), 3, 1),
            "accessory": by_type({BUTTON: _button, 11: _THUMBNAIL}),
        },
        "components",
        "accessory",
    ),
    TEXT: TEXT_DISPLAY,
    12: form({"items": each(_THUMBNAIL, 10, 1)}, "items"),
    13: form({"file": _MEDIA, "spoiler": boolean}, "file"),
    14: form({"divider": boolean, "spacing": one_of(1, 2)}),
}
_CONTAINER = form(
    {"components": each(by_type(_WITHIN), 40, 1), "accent_color": integer(0, 0xFFFFFF), "spoiler": boolean},
    "components",
)
_FIRST = each(by_type({ROW: _ROW}), 5)
_SECOND = each(by_type({**_WITHIN, CONTAINER: _CONTAINER}), MOST_COMPONENTS)


def problems_of_components(components: Any, where: Place = ("components",), *, v2: bool = False) -> Problems:
    """What is wrong with the components of a message, which has the flag `IS_COMPONENTS_V2` or not."""
    yield from (_SECOND if v2 else _FIRST)(components, where)
    yield from repeated(components, where)
    if not v2:
        return
    every = [part for part, _ in every_component(components, where)]
    if len(every) > MOST_COMPONENTS:
        message = f"Total number of components exceeds maximum of {MOST_COMPONENTS}"
        yield Problem(where, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if sum(len(str(part.get("content", ""))) for part in every if part.get("type") == TEXT) > MOST_TEXT:
        message = f"Components displayable text size exceeds maximum size of {MOST_TEXT}"
        yield Problem(where, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def every_component(components: Any, where: Place = ()) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """All components and where they stand, those within others too."""
    for place, part in enumerate(components if isinstance(components, list) else ()):
        if isinstance(part, Mapping):
            yield from _each_of(part, (*where, str(place)))


def _each_of(part: Mapping[str, Any], where: Place) -> Iterator[tuple[Mapping[str, Any], Place]]:
    yield part, where
    yield from every_component(part.get("components"), (*where, "components"))
    for name in ("accessory", "component"):
        if isinstance(part.get(name), Mapping):
            yield from _each_of(part[name], (*where, name))


def repeated(components: Any, where: Place) -> Problems:
    """Custom ids and ids that several components have; whether these are disabled makes no difference."""
    every = list(every_component(components, where))
    yield from _shared(every, "custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED")
    yield from _shared(every, "id", "COMPONENT_ID_DUPLICATED")


def _shared(every: list[tuple[Mapping[str, Any], Place]], field: str, code: str) -> Problems:
    seen: set[str | int] = set()
    named = ((part.get(field), place) for part, place in every)
    for name, place in ((name, place) for name, place in named if name and isinstance(name, str | int)):
        if name in seen:
            yield Problem((*place, field), code, f"Component {field.replace('_', ' ')} cannot be duplicated")
        seen.add(name)
