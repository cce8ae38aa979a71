"""The commands of the app (discord.com/developers, "Application Commands", Endpoints)."""

from simulators.discord_api.interactions.commands import EVERYWHERE
from simulators.discord_api.refusals import Refusal
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route


def all_commands(asked: Invocation) -> Answer:
    """The commands of a set."""
    return Answer(asked.platform.commands.of(_set(asked)))


def replace(asked: Invocation) -> Answer:
    """Have these commands and no others."""
    return Answer(asked.platform.commands.replace(_set(asked), asked.body))


def create(asked: Invocation) -> Answer:
    """Have one command more, or another one of its name."""
    command, new = asked.platform.commands.put(_set(asked), asked.form)
    return Answer(command, 201 if new else 200)


def one(asked: Invocation) -> Answer:
    """One command."""
    return Answer(asked.platform.commands.get(_set(asked), asked.named["command"]))


def edit(asked: Invocation) -> Answer:
    """Change some of a command."""
    return Answer(asked.platform.commands.edit(_set(asked), asked.named["command"], asked.form))


def delete(asked: Invocation) -> Answer:
    """Have a command no more."""
    asked.platform.commands.remove(_set(asked), asked.named["command"])
    return NOTHING


def _set(asked: Invocation) -> str:
    if asked.named["application"] != asked.platform.app.id:
        message = "You are not authorized to perform this action on this application"
        raise Refusal(403, 20012, message)
    if "guild" not in asked.named:
        return EVERYWHERE
    if asked.named["guild"] not in asked.platform.guilds:
        raise Refusal(403, 50001, "Missing Access")
    return asked.platform.guild(asked.named["guild"]).id


_SETS = ("/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands")
ROUTES = tuple(
    route
    for path in _SETS
    for route in (
        Route("GET", path, all_commands),
        Route("PUT", path, replace),
        Route("POST", path, create),
        Route("GET", path + "/{command}", one),
        Route("PATCH", path + "/{command}", edit),
        Route("DELETE", path + "/{command}", delete),
    )
)
