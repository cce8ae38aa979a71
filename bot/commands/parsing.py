"""Finding a command in what somebody wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.commands.declarations import COMMANDS, Argument, Command
from bot.errors import BadRequest

# Platforms have `/`, but Slack does not run slash commands in threads, so `!` means the same everywhere.
_WRITTEN = re.compile(r"\s*([/!])([^\W\d_]+)(?:\s+|$)(.*)", re.DOTALL)
_MESSAGE = re.compile(r"[0-9][0-9.]*")
"""The id of a message, on any platform."""
_HELP = next(command for command in COMMANDS if command.name == "help")
"""What `help` behind the name of a command stands for."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command with the values of its arguments; a group called without one of its commands has no `path[1]`."""

    command: Command
    path: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    bare: bool = False
    """Written without a prefix, so it may be a question after all."""


def summed_up_from(text: str) -> str | None:
    """The id of the message from which on a text wants to have summed up what was said, empty for all of it.

    None if it does not want that.
    """
    try:
        call = parse(text)
    except BadRequest:
        return None
    return call.values.get("from", "") if call and call.path == ("summarize",) else None


def parse(text: str) -> Call | None:
    """The command that a text calls, or None if it is a question.

    Raises BadRequest if it means a command but cannot be one, with how it is written.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        bare = next(
            (command for command in COMMANDS if command.bare and command.name == text.strip().lower()), None
        )
        return Call(bare, (bare.name,), bare=True) if bare else None
    prefix, name, rest = written[1], written[2].lower(), written[3].strip()
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        if not rest:
            _refuse_unknown(prefix, name)
        return None
    if rest.lower() == _HELP.name:
        return Call(_HELP, (_HELP.name,), {"command": command.name})
    if not command.arguments and not command.commands and rest:
        # "/stop the music" is a sentence, or a misunderstanding: better to ask than to forget a conversation.
        raise BadRequest(
            f"`{prefix}{command.name}` takes nothing after it. To ask me that, leave the `{prefix}` out."
        )
    return _call(command, rest, prefix)


def _refuse_unknown(prefix: str, name: str) -> None:
    """A word alone that is nearly a command, or begins as only a command does, is no question."""
    near = get_close_matches(name, [command.name for command in COMMANDS], n=1, cutoff=0.75)
    if near:
        raise BadRequest(f"There is no command `{prefix}{name}`. Did you mean `{prefix}{near[0]}`?")
    if prefix == "/":
        raise BadRequest(f"There is no command `/{name}`. `/help` shows those that there are.")


def _call(command: Command, rest: str, prefix: str) -> Call:
    if not command.commands:
        return Call(command, (command.name,), _values(command, rest, f"{prefix}{command.usage}"))
    if not rest:
        return Call(command, (command.name,))
    word, remaining = (*rest.split(None, 1), "")[:2]
    chosen = next((each for each in command.commands if each.name == word.lower()), None)
    if chosen is None:
        names = ", ".join(f"`{each.name}`" for each in command.commands)
        raise BadRequest(f"`{prefix}{command.name}` is followed by {names}, not by `{word}`.")
    usage = f"{prefix}{command.name} {chosen.usage}"
    if not chosen.arguments and remaining.strip():
        raise BadRequest(f"`{usage}` takes nothing after it.")
    return Call(chosen, (command.name, chosen.name), _values(chosen, remaining.strip(), usage))


def _values(command: Command, rest: str, usage: str) -> dict[str, str]:
    arguments = command.arguments
    words = rest.split(None, len(arguments) - 1) if arguments else []
    values = {argument.name: word.strip() for argument, word in zip(arguments, words, strict=False)}
    for argument in arguments:
        _check(argument, values.get(argument.name), usage)
    return values


def _check(argument: Argument, value: str | None, usage: str) -> None:
    if value is None and argument.required:
        raise BadRequest(f"`{usage}` needs {argument.help}.")
    if value and argument.names == "message" and not _MESSAGE.fullmatch(value):
        raise BadRequest(
            f"`{usage}` takes {argument.help}, or nothing. To ask me that, leave the command out."
        )
    if value and argument.choices and value.lower() not in argument.choices:
        raise BadRequest(
            f"`{usage}`: {argument.help} is one of {', '.join(argument.choices)}, not `{value}`."
        )
