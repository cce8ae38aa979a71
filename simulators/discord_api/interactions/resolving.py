"""People, channels and files that somebody chooses, and what the app is told of them.

(discord.com/developers, "Receiving and Responding to Interactions", Resolved Data Structure)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api import permissions
from simulators.discord_api.attachments import Attachment, Upload
from simulators.discord_api.channels import Channel
from simulators.discord_api.interactions.payloads import partial
from simulators.discord_api.users import User


@dataclass(slots=True)
class Choice:
    """What somebody chose: `plain` has ids instead of things, `told` is what the app is told of these."""

    plain: dict[str, Any] = field(default_factory=dict)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[Attachment] = field(default_factory=list)


def choice_of(values: Mapping[str, Any], user: User, channel: Channel) -> Choice:
    """What somebody chose in a channel, by whatever names."""
    choice = Choice()
    for name, value in values.items():
        thing = _kept(choice, value, channel) if isinstance(value, Upload) else value
        for kind, told in _told(thing, user, channel).items():
            choice.told.setdefault(kind, {})[thing.id] = told
        choice.plain[name] = thing.id if isinstance(thing, User | Channel | Attachment) else thing
    return choice


def _kept(choice: Choice, upload: Upload, channel: Channel) -> Attachment:
    attachment = Attachment(channel.ground.snowflakes.next(), channel.id, upload)
    choice.files.append(attachment)
    return attachment


def _told(thing: Any, user: User, channel: Channel) -> dict[str, dict[str, Any]]:
    ground = channel.ground
    if isinstance(thing, User):
        return _user(thing, channel)
    if isinstance(thing, Channel):
        return {"channels": partial(thing, user)}
    if isinstance(thing, Attachment):
        return {"attachments": thing.payload(ground.site, ground.unix, ephemeral=True)}
    return {}


def _user(user: User, channel: Channel) -> dict[str, dict[str, Any]]:
    if channel.home is None:
        return {"users": user.payload()}
    member = channel.home.member_payload(user.id, with_user=False)
    held = permissions.bits(channel.permissions_of(user.id))
    told = {name: value for name, value in member.items() if name not in {"deaf", "mute"}}
    return {"users": user.payload(), "members": {**told, "permissions": held}}
