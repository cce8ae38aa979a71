"""The application's commands: made from the engine's declarations, and registered where they are others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from adapters.discord.payloads.menus import ASK, SUMMARIZE
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import COMMANDS, REGISTER
from bot.beside import beside
from bot.commands.declarations import COMMANDS as DECLARED
from bot.commands.declarations import Argument, Command
from bot.errors import PlatformBusy, PlatformError, PlatformRefused

log = structlog.get_logger()

# discord.com/developers, "Application Commands"
_CHAT_INPUT = 1
_MESSAGE = 3
_SUBCOMMAND = 1
_STRING = 3
_LONGEST_TEXT = 100
FIRST_WAIT, LONGEST_WAIT = 1.0, 600.0
"""Seconds before another try, where Discord did not answer; doubled each time."""
_WHERE = {"integration_types": [0], "contexts": [0, 1]}
"""Installed to servers; used there and in direct messages with the bot."""
_FORMS = frozenset({"create", "edit"})
"""Commands of `persona` that open a form where the prompt is left out."""


def commands() -> list[dict[str, Any]]:
    """All of them, as Discord wants them."""
    return [
        *map(_command, DECLARED),
        *({"type": _MESSAGE, "name": name, **_WHERE} for name in (SUMMARIZE, ASK)),
    ]


@asynccontextmanager
async def registering(rest: Rest, application: str) -> AsyncIterator[None]:
    """A block before which the commands are registered, or beside it, if Discord fails at first."""
    wait = await _wait_after_trying(rest, application, FIRST_WAIT)
    if not wait:
        yield
        return
    async with beside(_insist(rest, application, wait)):
        yield


async def _insist(rest: Rest, application: str, wait: float) -> None:
    while wait:
        await asyncio.sleep(wait)
        wait = await _wait_after_trying(rest, application, min(wait * 2, LONGEST_WAIT))


async def _wait_after_trying(rest: Rest, application: str, wait: float) -> float:
    """Seconds before another try: so many, or as many as Discord says; none if there is nothing more to try."""
    try:
        await registered(rest, application)
    except PlatformError as error:
        log.warning("commands_not_registered", reason=str(error) or type(error).__name__)
        if isinstance(error, PlatformRefused):
            return 0.0
        return max(wait, error.retry_after) if isinstance(error, PlatformBusy) else wait
    return 0.0


async def registered(rest: Rest, application: str) -> bool:
    """Whether the commands had to be registered anew. Raises PlatformError."""
    wanted = commands()
    there = await rest.ask(COMMANDS, application)
    if sorted(map(_compared, there), key=_place) == sorted(map(_compared, wanted), key=_place):
        return False
    await rest.ask(REGISTER, application, json=wanted)
    log.info("commands_registered", count=len(wanted))
    return True


def _command(command: Command) -> dict[str, Any]:
    options = [_subcommand(each) for each in command.commands] or _options(command.arguments)
    return {
        "type": _CHAT_INPUT,
        "name": command.name,
        "description": _described(command.help),
        "options": options,
        **_WHERE,
    }


def _subcommand(command: Command) -> dict[str, Any]:
    arguments = command.arguments
    options = _options(arguments)
    if command.name in _FORMS:
        needed = {"name"} if command.name == "edit" else set()
        options = [{**option, "required": option["name"] in needed} for option in options]
    return {
        "type": _SUBCOMMAND,
        "name": command.name,
        "description": _described(command.help),
        "options": options,
    }


def _options(arguments: Sequence[Argument]) -> list[dict[str, Any]]:
    return [_option(argument) for argument in arguments]


def _option(argument: Argument) -> dict[str, Any]:
    option: dict[str, Any] = {
        "type": _STRING,
        "name": argument.name,
        "description": _described(argument.help),
        "required": argument.required,
    }
    if argument.choices:
        option["choices"] = [{"name": choice, "value": choice} for choice in argument.choices]
    if argument.names in {"persona", "command"}:
        option["autocomplete"] = True
    return option


def _described(text: str) -> str:
    return (text[:1].upper() + text[1:])[:_LONGEST_TEXT]


def _compared(command: Mapping[str, Any]) -> dict[str, Any]:
    """A command without what Discord adds to it."""
    kind = command.get("type", _CHAT_INPUT)
    return {
        "type": kind,
        "name": command["name"],
        "description": command.get("description") or "",
        "options": [_compared_option(each) for each in command.get("options") or ()],
        "integration_types": sorted(command.get("integration_types") or (0,)),
        "contexts": sorted(command.get("contexts") or ()),
    }


def _compared_option(option: Mapping[str, Any]) -> dict[str, Any]:
    choices = [(each["name"], each["value"]) for each in option.get("choices") or ()]
    return {
        "type": option["type"],
        "name": option["name"],
        "description": option["description"],
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": choices,
        "options": [_compared_option(each) for each in option.get("options") or ()],
    }


def _place(command: Mapping[str, Any]) -> tuple[int, str]:
    return command["type"], command["name"]
