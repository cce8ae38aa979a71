"""A message in a channel: as Discord keeps it, and as people see it."""

from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api.attachments import Attachment
from simulators.discord_api.users import User

SUPPRESS_EMBEDS = 1 << 2
HAS_THREAD = 1 << 5
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
HAS_SNAPSHOT = 1 << 14
IS_COMPONENTS_V2 = 1 << 15

DEFAULT, THREAD_CREATED, REPLY, COMMAND, THREAD_STARTER, MENU = 0, 18, 19, 20, 21, 23
"""Types of messages (discord.com/developers, "Message Resource")."""


@dataclass(slots=True, eq=False)
class Post:
    """A message as it is now.

    `message` is the message object without what is made anew whenever it is shown: files, the message that it
    refers to, its thread. Only its `reader` sees an ephemeral one. `made` is in simulated seconds.
    """

    message: dict[str, Any]
    author: User
    made: float
    attachments: list[Attachment] = field(default_factory=list)
    reader: str | None = None
    nonce: str | None = None
    pinged: set[str] = field(default_factory=set)
    """Whom it has called: ids of users and roles, `everyone`."""
    unfurled: set[str] = field(default_factory=set)
    """The links that were shown with what they lead to."""

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.message["id"])

    @property
    def channel_id(self) -> str:
        """Where it stands."""
        return str(self.message["channel_id"])

    @property
    def content(self) -> str:
        """Its text, without what stands in embeds and components."""
        return str(self.message["content"])

    @property
    def flags(self) -> int:
        """What is so of it: `SUPPRESS_EMBEDS` and the like, together."""
        return int(self.message["flags"])

    @property
    def type(self) -> int:
        """Whether somebody said it, or Discord."""
        return int(self.message["type"])

    @property
    def components(self) -> list[dict[str, Any]]:
        """Its components."""
        return list(self.message["components"])

    @property
    def reference(self) -> tuple[str, str] | None:
        """The channel and the id of the message that it answers or forwards."""
        referred = self.message.get("message_reference") or {}
        return (referred["channel_id"], referred["message_id"]) if "message_id" in referred else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as a person sees it.

    In `text` mentions are names; the text of components of the second version is among it. `content` is what was
    sent. `thinking` is a deferred answer that is not there yet, `reply_to` the message above which it hangs.
    """

    id: str
    author: str
    text: str
    content: str
    buttons: tuple[str, ...]
    files: dict[str, bytes]
    embeds: tuple[dict[str, Any], ...]
    reply_to: str | None
    reference: tuple[str, str] | None
    """The channel and the id of the message that it answers or forwards."""
    edited: bool
    ephemeral: bool
    thinking: bool
    forwarded: bool
    thread: str | None
    """The name of the thread that hangs on it."""
    message: dict[str, Any]
    """The message object."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody whom a message of the app called: a name, a role's name, or `everyone`; `edit` if an edit did."""

    message: str
    who: str
    channel: str
    edit: bool = False


@dataclass(frozen=True, slots=True)
class Unfurl:
    """A link in a message of the app that is shown with what it leads to."""

    message: str
    url: str
    channel: str
