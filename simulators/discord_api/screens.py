"""How messages are drawn for people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from simulators.discord_api.interactions.elements import labels, texts
from simulators.discord_api.posts import LOADING, Post, Seen
from simulators.discord_api.users import User

_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """Its name."""


@dataclass(frozen=True, slots=True)
class Names:
    """How users, roles and channels are called in a place."""

    users: Mapping[str, User]
    nicks: Mapping[str, str]
    roles: Mapping[str, str]
    channels: Mapping[str, Named]
    mentionable: frozenset[str] = frozenset()
    """The roles that everybody may call."""

    def user(self, user_id: str) -> str:
        """What a user is called."""
        known = self.users.get(user_id)
        return self.nicks.get(user_id) or (known.name if known else "unknown-user")


def seen(post: Post, message: dict[str, Any], names: Names) -> Seen:
    """The message as it is drawn now."""
    snapshots = message.get("message_snapshots")
    said = snapshots[0]["message"] if snapshots else message
    lines = [said["content"], *texts(said.get("components") or ())]
    referred = message.get("message_reference") or {}
    return Seen(
        id=post.id,
        author=names.user(post.author.id),
        text=drawn("\n".join(line for line in lines if line), names),
        content=message["content"],
        buttons=tuple(labels(message["components"])),
        files={attachment.name: attachment.upload.content for attachment in post.attachments},
        embeds=tuple(message["embeds"]),
        reply_to=None if snapshots else referred.get("message_id"),
        reference=post.reference,
        edited=message["edited_timestamp"] is not None,
        ephemeral=post.reader is not None,
        thinking=bool(post.flags & LOADING),
        forwarded=bool(snapshots),
        thread=message["thread"]["name"] if "thread" in message else None,
        message=message,
    )


def drawn(text: str, names: Names) -> str:
    """A text with names for mentions."""
    return _MENTION.sub(lambda found: _named(found[1], found[2], names), text)


def _named(kind: str, id_: str, names: Names) -> str:
    if kind == "@&":
        return f"@{names.roles.get(id_, 'deleted-role')}"
    if kind == "#":
        return f"#{names.channels[id_].name if id_ in names.channels else 'unknown'}"
    return f"@{names.user(id_)}"
