"""Application commands as an app registers them (discord.com/developers, "Application Commands")."""

import re
from collections.abc import Mapping
from typing import Any

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

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
MOST = {SLASH: 100, ON_USER: 15, ON_MESSAGE: 15}
"""How many commands of a type an app may have."""
LARGEST = 8_000
"""Characters of the names, descriptions and values of one command together."""
# \w is a little more than Discord's letters, digits and marks of some scripts.
_NAME = re.compile(r"[-_'\w]+")
_LONGEST_NAME = 32


def _name(value: Any, where: Place) -> Problems:
    if problems := list(string(_LONGEST_NAME, 1)(value, where)):
        yield from problems
    elif not _NAME.fullmatch(value) or value != value.lower():
        yield Problem(where, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


_NONE = each(anything, 0)
_NAMED: dict[str, Rule] = {"name": _name, "description": string(100, 1), "choices": _NONE}
_NUMBERS = (INTEGER, NUMBER)


def _value(kind: int) -> Rule:
    """A choice has a value of its option's type."""

    def check(value: Any, where: Place) -> Problems:
        if kind == STRING:
            yield from string(100, 1)(value, where)
        elif isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else int | float):
            yield Problem(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')

    return check


def _option(kind: int) -> Rule:
    fields: dict[str, Rule] = {**_NAMED, "required": boolean, "options": _NONE}
    if kind in (STRING, *_NUMBERS):
        choice = form({"name": string(100, 1), "value": _value(kind)}, "name", "value")
        fields |= {"choices": each(choice, 25), "autocomplete": boolean}
    if kind == STRING:
        fields |= {"min_length": integer(0, 6000), "max_length": integer(1, 6000)}
    return in_turn(form(fields, "name", "description"), _completed)


def _completed(value: Any, where: Place) -> Problems:
    if value.get("autocomplete") and value.get("choices"):
        message = "Options with choices cannot be autocompleted"
        yield Problem((*where, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", message)


def _in_order(value: Any, where: Place) -> Problems:
    """Required options stand first, and each has a name of its own."""
    seen: set[str] = set()
    optional = False
    for place, option in enumerate(value):
        if option["name"] in seen:
            message = "Option names must be unique"
            yield Problem((*where, str(place), "name"), "APPLICATION_COMMAND_OPTIONS_DUPLICATE_NAME", message)
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            yield Problem((*where, str(place)), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        seen.add(option["name"])
        optional = optional or not option.get("required")


_VALUES = {kind: _option(kind) for kind in range(STRING, FILE + 1)}
_OF_SUBCOMMAND = in_turn(each(by_type(_VALUES), 25), _in_order)
_SUBCOMMAND = form({**_NAMED, "options": _OF_SUBCOMMAND}, "name", "description")
_GROUP = form(
    {**_NAMED, "options": in_turn(each(by_type({SUBCOMMAND: _SUBCOMMAND}), 25), _in_order)},
    "name",
    "description",
)


def _alike(value: Any, where: Place) -> Problems:
    """A command has subcommands or values."""
    kinds = {option["type"] in (SUBCOMMAND, GROUP) for option in value}
    if len(kinds) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        yield Problem(where, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


_ANY_OPTION = by_type({SUBCOMMAND: _SUBCOMMAND, GROUP: _GROUP, **_VALUES})
_OPTIONS = in_turn(each(_ANY_OPTION, 25), _alike, _in_order)
_EVERY: dict[str, Rule] = {
    "choices": _NONE,
    "type": one_of(*MOST),
    "contexts": each(one_of(0, 1, 2), 3),
    "integration_types": each(one_of(0, 1), 2),
    "default_member_permissions": string(30),
    "nsfw": boolean,
    "name_localizations": anything,
    "description_localizations": anything,
}
_SLASH = form({**_EVERY, **_NAMED, "options": _OPTIONS}, "name", "description")


def _bare(value: Any, where: Place) -> Problems:
    """A command of a context menu is only a name."""
    for name in ("description", "options"):
        if value.get(name):
            message = f"Context menu commands cannot have {name}"
            yield Problem((*where, name), f"APPLICATION_COMMAND_CONTEXT_MENU_{name.upper()}", message)


def _not_too_large(value: Any, where: Place) -> Problems:
    if _size(value) > LARGEST:
        yield Problem(where, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({LARGEST})")


_MENU = in_turn(form({**_EVERY, "name": string(_LONGEST_NAME, 1)}, "name"), _bare)


def _of_its_type(value: Any, where: Place) -> Problems:
    slash = not isinstance(value, Mapping) or (value.get("type") or SLASH) == SLASH
    return (_SLASH if slash else _MENU)(value, where)


def _different(value: Any, where: Place) -> Problems:
    """No two commands of a type have one name."""
    seen: set[tuple[int, str]] = set()
    for place, command in enumerate(value):
        key = (command.get("type") or SLASH, command["name"])
        if key in seen:
            message = "Application command names must be unique"
            yield Problem((*where, str(place)), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)


_COMMAND = in_turn(_of_its_type, _not_too_large)
_COMMANDS = in_turn(each(_COMMAND, sum(MOST.values())), _different)


def problems_of_command(command: Any, where: Place = ()) -> Problems:
    """What is wrong with one command."""
    return _COMMAND(command, where)


def problems_of_commands(commands: list[Any]) -> Problems:
    """What is wrong with all the commands that an app is to have."""
    return _COMMANDS(commands, ())


def too_many_commands(commands: list[Any]) -> int:
    """How many commands of their type an app may have at most, if these are more; else 0."""
    for kind, most in MOST.items():
        if sum(1 for command in commands if (command.get("type") or SLASH) == kind) > most:
            return most
    return 0


def _size(command: Mapping[str, Any]) -> int:
    own = sum(len(command.get(name) or "") for name in ("name", "description"))
    choices = command.get("choices") or ()
    chosen = sum(len(choice["name"]) + len(str(choice["value"])) for choice in choices)
    return own + chosen + sum(_size(option) for option in command.get("options") or ())
