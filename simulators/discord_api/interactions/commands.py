"""The commands that the app has registered (discord.com/developers, "Application Commands")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api.forms.commands import (
    SLASH,
    problems_of_command,
    problems_of_commands,
    too_many_commands,
)
from simulators.discord_api.forms.rules import Problem, errors_of
from simulators.discord_api.ground import Ground
from simulators.discord_api.refusals import Refusal, invalid_form, refusal

Command = dict[str, Any]
EVERYWHERE = ""
"""Stands for a guild's id with the commands of all guilds."""


@dataclass(slots=True)
class Commands:
    """The app's commands: those of all guilds, and those of one."""

    ground: Ground
    puts: int = 0
    """How often a whole set was replaced."""
    _sets: dict[str, dict[str, Command]] = field(default_factory=dict)

    def of(self, guild_id: str = EVERYWHERE) -> list[Command]:
        """The commands of one set."""
        return list(self._sets.get(guild_id, {}).values())

    def get(self, guild_id: str, command_id: str) -> Command:
        """One command of a set, or a refusal."""
        command = self._sets.get(guild_id, {}).get(command_id)
        if command is None:
            raise refusal("unknown command")
        return command

    def replace(self, guild_id: str, forms: Any) -> list[Command]:
        """Have these commands and no others; one that had the name keeps its id."""
        if not isinstance(forms, list):
            message = "Only iterables may be used in a ListType"
            raise invalid_form({"_errors": [{"code": "LIST_TYPE_CONVERT", "message": message}]})
        _refuse(list(problems_of_commands(forms)))
        _refuse_many(forms)
        kept = [self._kept(guild_id, form) for form in forms]
        self._sets[guild_id] = {command["id"]: command for command in kept}
        self.puts += 1
        self.ground.changes.tell()
        return kept

    def put(self, guild_id: str, form: Any) -> tuple[Command, bool]:
        """Have one command more, or another one of its name; whether it is new."""
        _refuse(list(problems_of_command(form)))
        kept = self._kept(guild_id, form)
        own = self._sets.setdefault(guild_id, {})
        new = kept["id"] not in own
        _refuse_many([*own.values(), kept] if new else [])
        own[kept["id"]] = kept
        self.ground.changes.tell()
        return kept, new

    def edit(self, guild_id: str, command_id: str, changes: Mapping[str, Any]) -> Command:
        """Change some of a command."""
        was = self.get(guild_id, command_id)
        _refuse(list(problems_of_command({**was, **changes, "type": was["type"]})))
        version = self.ground.snowflakes.next()
        was |= {name: value for name, value in changes.items() if name in was or name == "options"}
        was["version"] = version
        return was

    def remove(self, guild_id: str, command_id: str) -> None:
        """Have a command no more."""
        self.get(guild_id, command_id)
        del self._sets[guild_id][command_id]

    def offered(self, name: str, kind: int, guild_id: str | None) -> Command:
        """The command that a person finds by its name. LookupError if there is none where they are."""
        here = self.of(guild_id) if guild_id else []
        for command in (*here, *self.of()):
            if command["name"] == name and command["type"] == kind and _usable(command, guild_id):
                return command
        raise LookupError(f"There is no command '{name}' here.")

    def _kept(self, guild_id: str, form: Mapping[str, Any]) -> Command:
        kind = form.get("type") or SLASH
        same = (one for one in self.of(guild_id) if (one["name"], one["type"]) == (form["name"], kind))
        was = next(same, None)
        ids = {
            "id": was["id"] if was else self.ground.snowflakes.next(),
            "application_id": self.ground.app.id,
            "version": self.ground.snowflakes.next(),
        }
        return {**ids, **_said(form), **({"guild_id": guild_id} if guild_id else _places(form))}


def _said(form: Mapping[str, Any]) -> Command:
    """A command as Discord keeps it, wherever it is."""
    said: Command = {
        "default_member_permissions": form.get("default_member_permissions"),
        "type": form.get("type") or SLASH,
        "name": form["name"],
        "name_localizations": form.get("name_localizations"),
        "description": form.get("description") or "",
        "description_localizations": form.get("description_localizations"),
        "nsfw": bool(form.get("nsfw")),
    }
    return said | ({"options": form["options"]} if form.get("options") else {})


def _places(form: Mapping[str, Any]) -> Command:
    """Where a command is offered that is for all guilds."""
    contexts = form.get("contexts")
    private = form.get("dm_permission") is not False and (contexts is None or 1 in contexts)
    types = form.get("integration_types") or [0]
    return {"contexts": contexts, "integration_types": types, "dm_permission": private}


def _usable(command: Command, guild_id: str | None) -> bool:
    """Whether a command is offered in a guild, or in direct messages."""
    contexts: Sequence[int] | None = command.get("contexts")
    if guild_id is None:
        return bool(command.get("dm_permission"))
    return contexts is None or 0 in contexts


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise invalid_form(errors_of(problems))


def _refuse_many(forms: Sequence[Mapping[str, Any]]) -> None:
    if most := too_many_commands(list(forms)):
        raise Refusal(400, 30032, f"Maximum number of application commands reached ({most})")
