"""Interactions: what they are, and slash commands as messages (discord.com/developers, "Interactions")."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.discord.payloads.grounds import Data, Ground, conversation_on, ground_of
from adapters.discord.payloads.people import user_of
from adapters.discord.routes import may_answer, may_look_back, may_open
from adapters.discord.snowflakes import time_of
from adapters.discord.tickets import Ticket
from bot.commands.declarations import COMMANDS, Argument, Command
from bot.messages import Conversation, IncomingMessage

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMITTED = 2, 3, 4, 5
"""The types of interactions."""
_WRITTEN, _ON_MESSAGE = 1, 3
"""The types of commands: those that are typed, and those in the menu of a message."""
_GROUPS = frozenset({1, 2})
"""The types of options that are commands themselves."""


def kind_of(data: Data) -> int:
    """The type of an interaction."""
    return int(data.get("type") or 0)


def menu_of(data: Data) -> str:
    """The name of the command that was chosen in the menu of a message; empty of anything else."""
    chosen = kind_of(data) == COMMAND and data["data"].get("type") == _ON_MESSAGE
    return str(data["data"]["name"]) if chosen else ""


def is_written(data: Data) -> bool:
    """Whether this is a slash command."""
    return kind_of(data) == COMMAND and data["data"].get("type", _WRITTEN) == _WRITTEN


def ground_in(data: Data) -> Ground:
    """Where an interaction was used."""
    return ground_of(data.get("channel") or {"id": data["channel_id"]})


def is_answerable(data: Data) -> bool:
    """Whether a message may be written where an interaction was used; its own answer may stand anywhere."""
    if not data.get("guild_id") or "app_permissions" not in data:
        return True
    return may_answer(int(data["app_permissions"]), in_thread=ground_in(data).is_thread)


def is_readable(data: Data) -> bool:
    """Whether who used an interaction may read there what was said before."""
    member = data.get("member") or {}
    return "permissions" not in member or may_look_back(int(member["permissions"]))


def is_openable(data: Data) -> bool:
    """Whether a thread may be opened where an interaction was used, as far as is known."""
    return "app_permissions" not in data or may_open(int(data["app_permissions"]))


def conversation_of(data: Data) -> Conversation:
    """The conversation in which an interaction was used."""
    return conversation_on(ground_in(data), data.get("guild_id"))


def ticket_in(data: Data, *, whole: bool, private: bool, about: str = "") -> Ticket:
    """What an interaction gives for its answer."""
    return Ticket(str(data["application_id"]), str(data["token"]), whole, private, about)


def said_by(data: Data, text: str, ticket: Ticket) -> IncomingMessage:
    """What an interaction says, in words, where it was used."""
    name = str(data["id"])
    return IncomingMessage(
        id=name,
        conversation=conversation_of(data),
        author=user_of(data),
        text=text,
        direct=not data.get("guild_id"),
        ticket=ticket.pack(),
        public=ticket.public,
        at=time_of(name),
    )


def command_in(data: Data) -> IncomingMessage:
    """A slash command as a message: `/persona use tutor`."""
    path, given = path_of(data), options_of(data)
    command = _declared(path)
    private = command is None or not command.shared
    return said_by(data, _written(path, given), ticket_in(data, whole=True, private=private))


def path_of(data: Data) -> tuple[str, ...]:
    """The name of a command, behind those of its groups."""
    path, options = [str(data["data"]["name"])], data["data"].get("options") or ()
    while options and options[0]["type"] in _GROUPS:
        path.append(str(options[0]["name"]))
        options = options[0].get("options") or ()
    return tuple(path)


def options_of(data: Data) -> dict[str, str]:
    """What was given to a command, by name."""
    return {str(each["name"]): str(each.get("value", "")) for each in values_of(data)}


def values_of(data: Data) -> list[Data]:
    """The options of a command that have a value, as they come."""
    options = data["data"].get("options") or ()
    while options and options[0]["type"] in _GROUPS:
        options = options[0].get("options") or ()
    return list(options)


def arguments_of(path: tuple[str, ...]) -> tuple[Argument, ...]:
    """What a command takes, as it is declared; nothing if it is not."""
    command = _declared(path)
    return command.arguments if command else ()


def _declared(path: tuple[str, ...]) -> Command | None:
    among: tuple[Command, ...] = COMMANDS
    command: Command | None = None
    for name in path:
        command = next((each for each in among if each.name == name), None)
        among = command.commands if command else ()
    return command


def _written(path: tuple[str, ...], given: Mapping[str, str]) -> str:
    declared = [argument.name for argument in arguments_of(path)]
    names = [*(name for name in declared if name in given), *(name for name in given if name not in declared)]
    values = [given[name].strip() for name in names]
    # Only the last one may have several words.
    values = ["-".join(value.split()) for value in values[:-1]] + values[-1:]
    return " ".join([f"/{' '.join(path)}", *filter(None, values)])
