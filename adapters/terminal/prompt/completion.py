"""What can be completed on a line that begins with a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from adapters.terminal.events import LEAVING
from bot.commands.declarations import COMMANDS, Argument, Command

Personas = Callable[[], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word that could stand in place of the last one."""

    word: str
    help: str = ""


async def suggestions(line: str, personas: Personas) -> tuple[Suggestion, ...]:
    """The words that the line's last one may become, `/` or `!` included; none on a line that calls nothing."""
    prefix, words = line[:1], line[1:].split(" ")
    if prefix not in {"/", "!"} or "\n" in line:
        return ()
    *before, begun = words
    if not before:
        leaving = tuple(Suggestion(word, "leave") for word in LEAVING)
        found = _beginning(begun, (*_described(COMMANDS), *leaving))
        return tuple(Suggestion(prefix + each.word, each.help) for each in found)
    return _beginning(begun, await _following(before, personas))


def _beginning(begun: str, all_: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(each for each in all_ if each.word.startswith(begun.lower()))


def _described(commands: Iterable[Command]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(command.name, command.help) for command in commands)


async def _following(before: list[str], personas: Personas) -> tuple[Suggestion, ...]:
    command = _named(before[0], COMMANDS)
    if command and command.commands:
        if len(before) == 1:
            return _described(command.commands)
        before = before[1:]
        command = _named(before[0], command.commands)
    if command is None or len(before) > len(command.arguments):
        return ()
    return await _values(command.arguments[len(before) - 1], personas)


def _named(name: str, commands: Iterable[Command]) -> Command | None:
    return next((command for command in commands if command.name == name.lower()), None)


async def _values(argument: Argument, personas: Personas) -> tuple[Suggestion, ...]:
    if argument.names == "command":
        return _described(COMMANDS)
    if argument.names == "persona":
        return tuple(map(Suggestion, await personas()))
    return tuple(map(Suggestion, argument.choices))
