"""Commands as people find and use them; LookupError for what their client does not offer."""

from collections.abc import Mapping
from typing import Any

from simulators.discord_api import permissions
from simulators.discord_api.channels import Channel
from simulators.discord_api.forms.commands import ON_MESSAGE, SLASH
from simulators.discord_api.interactions import options
from simulators.discord_api.interactions.commands import Command, Commands
from simulators.discord_api.interactions.register import AUTOCOMPLETE, COMMAND, Deed
from simulators.discord_api.interactions.resolving import choice_of
from simulators.discord_api.posts import Post
from simulators.discord_api.users import User

Said = tuple[str, Mapping[str, Any]]
"""A command with its subcommands, `persona use`, and the values of options by their names."""


def command(commands: Commands, user: User, channel: Channel, said: Said) -> Deed:
    """A slash command with its options filled in."""
    name, *path = said[0].split()
    found = _offered(commands, user, channel, (name, SLASH))
    choice = choice_of(said[1], user, channel)
    data = _data(found) | _given(options.filled_in(found, path, choice.plain))
    data |= {"resolved": choice.told} if choice.told else {}
    return Deed(COMMAND, data, user, channel, files=tuple(choice.files))


def completion(commands: Commands, user: User, channel: Channel, said: Said, option: str) -> Deed:
    """A slash command into whose option somebody types."""
    name, *path = said[0].split()
    found = _offered(commands, user, channel, (name, SLASH))
    values = choice_of(said[1], user, channel).plain
    text = str(values.pop(option))
    data = _data(found) | _given(options.completing(found, path, (option, text), values))
    return Deed(AUTOCOMPLETE, data, user, channel)


def on_message(commands: Commands, user: User, channel: Channel, name: str, post: Post) -> Deed:
    """A command of a message's context menu; the app gets the whole message, whatever it may read otherwise."""
    found = _offered(commands, user, channel, (name, ON_MESSAGE))
    resolved = {"messages": {post.id: channel.shown(post)}}
    return Deed(COMMAND, _data(found) | {"target_id": post.id, "resolved": resolved}, user, channel)


def _offered(commands: Commands, user: User, channel: Channel, wanted: tuple[str, int]) -> Command:
    if not channel.visible_to(user.id):
        raise LookupError(f"{user.name} does not see this channel.")
    held = channel.permissions_of(user.id)
    found = commands.offered(*wanted, channel.guild_id)
    needed = found["default_member_permissions"]
    if "USE_APPLICATION_COMMANDS" not in held or not _may(held, needed):
        raise LookupError(f"{user.name} may not use '{wanted[0]}' here.")
    return found


def _may(held: frozenset[str], needed: str | None) -> bool:
    if needed is None or "ADMINISTRATOR" in held:
        return True
    return int(needed) != 0 and int(needed) & int(permissions.bits(held)) == int(needed)


def _data(found: Command) -> dict[str, Any]:
    told = {name: found[name] for name in ("id", "name", "type")}
    return told | ({"guild_id": found["guild_id"]} if "guild_id" in found else {})


def _given(given: list[dict[str, Any]]) -> dict[str, Any]:
    return {"options": given} if given else {}
