"""What the app gets when people use commands, components and modals.

(discord.com/developers, "Receiving and Responding to Interactions", Interaction Object)
"""

from collections.abc import Mapping
from typing import Any

from simulators.discord_api import permissions
from simulators.discord_api.channels import Channel
from simulators.discord_api.forms.commands import ON_MESSAGE
from simulators.discord_api.interactions.register import COMMAND, COMPONENT, Deed, Interaction
from simulators.discord_api.users import User

LARGEST_FILE = 10 * 1024 * 1024
"""Bytes of a file with which an interaction may be answered."""
_UNTOLD = ("permission_overwrites", "recipients", "member", "message_count", "bitrate", "user_limit")


def created(interaction: Interaction) -> dict[str, Any]:
    """The interaction object."""
    deed = interaction.deed
    channel, app = deed.channel, deed.channel.ground.app
    payload = {
        "id": interaction.id,
        "application_id": app.id,
        "type": interaction.deed.type,
        "data": dict(deed.data),
        "channel": partial(channel, deed.user),
        "channel_id": channel.id,
        "token": interaction.token,
        "version": 1,
        "app_permissions": permissions.bits(channel.permissions_of(app.id)),
        "locale": "en-US",
        "entitlements": [],
        "authorizing_integration_owners": _owners(channel),
        "context": 1 if channel.home is None else 0,
        "attachment_size_limit": LARGEST_FILE,
    }
    payload |= {"message": channel.shown(deed.post)} if deed.post is not None else {}
    return payload | _person(deed)


def metadata(interaction: Interaction) -> dict[str, Any]:
    """What a message says of the interaction that it answers."""
    deed = interaction.deed
    said: dict[str, Any] = {
        "id": interaction.id,
        "type": deed.type,
        "user": deed.user.payload(),
        "authorizing_integration_owners": _owners(deed.channel),
    }
    if deed.type == COMMAND:
        said |= {"name": spoken(deed.data), "command_type": deed.data["type"]}
        said |= {"target_message_id": deed.data["target_id"]} if deed.data["type"] == ON_MESSAGE else {}
    elif deed.type == COMPONENT and deed.post is not None:
        said["interacted_message_id"] = deed.post.id
    elif deed.trigger is not None:
        said["triggering_interaction_metadata"] = metadata(deed.trigger)
    return said


def spoken(data: Mapping[str, Any]) -> str:
    """A command's name with its subcommands: `persona use`."""
    names, parts = [str(data["name"])], data.get("options") or ()
    while parts and "options" in parts[0]:
        names.append(parts[0]["name"])
        parts = parts[0]["options"]
    return " ".join(names)


def _person(deed: Deed) -> dict[str, Any]:
    home = deed.channel.home
    if home is None:
        return {"user": deed.user.payload()}
    held = permissions.bits(deed.channel.permissions_of(deed.user.id))
    return {
        "guild_id": home.id,
        "guild": {"id": home.id, "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": {**home.member_payload(deed.user.id), "permissions": held},
    }


def partial(channel: Channel, user: User) -> dict[str, Any]:
    """What is told of a channel: also what somebody may do there."""
    told = {name: value for name, value in channel.payload().items() if name not in _UNTOLD}
    if channel.home is None:
        return told
    return {**told, "permissions": permissions.bits(channel.permissions_of(user.id))}


def _owners(channel: Channel) -> dict[str, str]:
    return {"0": channel.guild_id or "0"}
