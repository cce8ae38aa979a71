"""A slash command as a person fills it in; LookupError for what their client does not let them send."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulators.discord_api.forms.commands import (
    BOOLEAN,
    GROUP,
    INTEGER,
    NUMBER,
    STRING,
    SUBCOMMAND,
)

Option = Mapping[str, Any]
_NESTS = (SUBCOMMAND, GROUP)
_NUMBERS = (INTEGER, NUMBER)
_LONGEST = 6_000
"""Characters of a value where the command does not say it."""


def filled_in(command: Option, path: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The options that the app gets; `path` leads to the subcommand, values of people and channels are their ids."""
    leaf = _leaf(command, path)
    _refuse_unknown(leaf, values)
    given = [_given(option, values) for option in _options(leaf)]
    return _nested(command, path, [option for option in given if option is not None])


def completing(
    command: Option, path: Sequence[str], focused: tuple[str, str], values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """What the app gets while a person types into an option, whose name and text are `focused`."""
    leaf = _leaf(command, path)
    _refuse_unknown(leaf, values)
    option = next((one for one in _options(leaf) if one["name"] == focused[0]), None)
    if option is None or not option.get("autocomplete"):
        raise LookupError(f"'{focused[0]}' is not completed.")
    typed = {"name": focused[0], "type": option["type"], "value": focused[1], "focused": True}
    others = [_value(one, values[one["name"]]) for one in _options(leaf) if one["name"] in values]
    return _nested(command, path, [*others, typed])


def _leaf(command: Option, path: Sequence[str]) -> Option:
    for name in path:
        found = (one for one in _options(command) if one["name"] == name and one["type"] in _NESTS)
        command = next(found, {})
        if not command:
            raise LookupError(f"There is no subcommand '{name}'.")
    if any(option["type"] in _NESTS for option in _options(command)):
        raise LookupError(f"'{command['name']}' needs a subcommand.")
    return command


def _nested(command: Option, path: Sequence[str], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not path:
        return given
    part = next(option for option in _options(command) if option["name"] == path[0])
    return [{"name": part["name"], "type": part["type"], "options": _nested(part, path[1:], given)}]


def _refuse_unknown(leaf: Option, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - {option["name"] for option in _options(leaf)}:
        raise LookupError(f"'{leaf['name']}' has no option {', '.join(sorted(unknown))}.")


def _given(option: Option, values: Mapping[str, Any]) -> dict[str, Any] | None:
    if option["name"] in values:
        return _value(option, values[option["name"]])
    if option.get("required"):
        raise LookupError(f"The option '{option['name']}' is required.")
    return None


def _value(option: Option, value: Any) -> dict[str, Any]:
    if option.get("choices"):
        value = _chosen(option, value)
    elif wrong := next(_wrong(option, value), None):
        raise LookupError(f"The option '{option['name']}' {wrong}.")
    return {"name": option["name"], "type": option["type"], "value": value}


def _chosen(option: Option, value: Any) -> Any:
    for choice in option["choices"]:
        if value in (choice["name"], choice["value"]):
            return choice["value"]
    raise LookupError(f"'{value}' is not among the choices of '{option['name']}'.")


def _wrong(option: Option, value: Any) -> Iterator[str]:
    kind = option["type"]
    if kind == BOOLEAN:
        if not isinstance(value, bool):
            yield "is true or false"
    elif kind in _NUMBERS:
        yield from _out_of_range(option, value)
    elif not isinstance(value, str):
        yield "takes a text"
    elif kind != STRING:
        if not value.isdecimal():
            yield "takes somebody, a channel, a role or a file"
    elif not (option.get("min_length") or 0) <= len(value) <= (option.get("max_length") or _LONGEST):
        yield "is too short or too long"


def _out_of_range(option: Option, value: Any) -> Iterator[str]:
    least, most = option.get("min_value"), option.get("max_value")
    if isinstance(value, bool) or not isinstance(value, int if option["type"] == INTEGER else int | float):
        yield "takes a number"
    elif (least is not None and value < least) or (most is not None and value > most):
        yield "is too small or too large"


def _options(command: Option) -> Sequence[Option]:
    options: Sequence[Option] = command.get("options") or ()
    return options
