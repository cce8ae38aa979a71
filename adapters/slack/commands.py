"""The names of commands, as Slack and this workspace want them written."""

from __future__ import annotations

import re

from bot.commands.declarations import COMMANDS, Command

_NAMED = re.compile(rf"`/(?P<name>{'|'.join(command.name for command in COMMANDS)})\b")


def slash_commands() -> tuple[Command, ...]:
    """The commands that make sense in a channel; the others act on a reply, and replies stand in threads."""
    return tuple(command for command in COMMANDS if not command.bare)


_SLASHED = frozenset(command.name for command in slash_commands())


def spelled(text: str, prefix: str, *, threaded: bool) -> str:
    """A notice whose commands work where it is read: with the workspace's prefix, or with `!`.

    Slack runs no slash commands in threads. What is quoted, such as a persona, stays as it is.
    """
    if text.startswith("```"):
        return text

    def spell(match: re.Match[str]) -> str:
        name = match["name"]
        return f"`!{name}" if threaded or name not in _SLASHED else f"`/{prefix}{name}"

    return _NAMED.sub(spell, text)
