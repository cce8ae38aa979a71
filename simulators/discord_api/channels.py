"""A channel of a guild, a thread, or direct messages: what stands in it, and who may do what there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api import permissions
from simulators.discord_api.ground import Ground
from simulators.discord_api.homes import Home, Viewer
from simulators.discord_api.permissions import Overwrite
from simulators.discord_api.posts import THREAD_STARTER, Post, Seen
from simulators.discord_api.refusals import refusal
from simulators.discord_api.screens import Names, seen
from simulators.discord_api.threads import ThreadState
from simulators.discord_api.users import User

TEXT, DM, VOICE, CATEGORY, NEWS, NEWS_THREAD, THREAD, PRIVATE_THREAD, STAGE, FORUM, MEDIA = (
    0, 1, 2, 4, 5, 10, 11, 12, 13, 15, 16,
)  # fmt: skip
"""Types of channels (discord.com/developers, "Channels Resource")."""
THREADS = (NEWS_THREAD, THREAD, PRIVATE_THREAD)
SPOKEN_IN = (TEXT, DM, VOICE, NEWS, *THREADS, STAGE)
"""Where messages can be sent."""
_FORUM: dict[str, Any] = {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
TYPED_FOR = 10
"""Seconds."""


@dataclass(slots=True, eq=False, repr=False)
class Channel:
    """A channel. Direct messages have no `home`, a thread has a `parent` and a `state`."""

    id: str
    type: int
    name: str
    ground: Ground
    home: Home | None = None
    parent: "Channel | None" = None
    state: ThreadState | None = None
    recipient: User | None = None
    """Who writes with the app there, in direct messages."""
    refuses: bool = False
    """Whether the person takes no direct messages of the app."""
    topic: str | None = None
    position: int = 0
    posts: dict[str, Post] = field(default_factory=dict)
    """Every message by its id, ephemeral ones among them; deleted ones are gone."""
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    """What is otherwise here than in the guild, by the ids of roles and members."""
    children: "dict[str, Channel]" = field(default_factory=dict)
    """Its threads by their ids."""
    late_edits: list[float] = field(default_factory=list)
    """When messages older than an hour were edited lately."""
    _typing: dict[str, float] = field(default_factory=dict)

    @property
    def guild_id(self) -> str | None:
        """The id of its guild."""
        return None if self.home is None else self.home.id

    @property
    def threads(self) -> "list[Channel]":
        """Its threads, oldest first."""
        return list(self.children.values())

    @property
    def archived(self) -> bool:
        """Whether it is a thread that is out of sight until somebody posts."""
        return self.state is not None and self.state.archived

    @property
    def locked(self) -> bool:
        """Whether it is a thread that only moderators may post in."""
        return self.state is not None and self.state.locked

    @property
    def typing(self) -> list[str]:
        """The names of those who are typing now."""
        now, names = self.ground.clock.now(), self.names
        return [names.user(user_id) for user_id, until in self._typing.items() if now < until]

    @property
    def names(self) -> Names:
        """How users, roles and channels are called here."""
        return Names(self.ground.users, {}, {}, {}) if self.home is None else self.home.names

    def thread_of(self, message_id: str) -> "Channel | None":
        """The thread that hangs on a message."""
        return self.children.get(message_id)

    def screen(self, viewer: Viewer | None = None) -> list[Seen]:
        """What stands here, oldest first, without the mark that a thread begins with.

        A viewer sees also what only they may see.
        """
        readers = {None} if viewer is None else {None, viewer.id}
        shown = [
            post for post in self.posts.values() if post.reader in readers and post.type != THREAD_STARTER
        ]
        return [seen(post, self.shown(post), self.names) for post in shown]

    def types(self, user_id: str) -> None:
        """Let somebody be seen typing."""
        self._typing[user_id] = self.ground.clock.now() + TYPED_FOR
        member = {} if self.home is None else {"member": self.home.member_payload(user_id)}
        told = {"channel_id": self.id, "user_id": user_id, "timestamp": int(time.time())}
        self.tell("TYPING_START", told | member)

    def put(self, post: Post) -> None:
        """Take a message that is newer than all others; who wrote it types no more."""
        self.posts[post.id] = post
        if post.reader is None:
            self._typing.pop(post.author.id, None)

    def find(self, message_id: str) -> Post:
        """The message of that id that everybody sees, or a refusal."""
        post = self.posts.get(message_id)
        if post is None or post.reader is not None:
            raise refusal("unknown message")
        return post

    def public(self) -> list[Post]:
        """The messages that everybody sees, oldest first."""
        return [post for post in self.posts.values() if post.reader is None]

    def deny(self, *names: str, who: str | None = None) -> None:
        """Take permissions from the app here, or from the role or the member of that id."""
        self._overwrite(who, frozenset(), frozenset(names))

    def allow(self, *names: str, who: str | None = None) -> None:
        """Give permissions to the app here, or to the role or the member of that id."""
        self._overwrite(who, frozenset(names), frozenset())

    def permissions_of(self, user_id: str) -> frozenset[str]:
        """What somebody may do here (discord.com/developers, "Permissions", Permission Hierarchy)."""
        if self.home is None:
            return permissions.IN_DM
        if self.parent is not None:
            return self.parent.permissions_of(user_id)
        held = self.home.permissions_of(user_id)
        if "ADMINISTRATOR" in held:
            return permissions.EVERYTHING
        for overwritten in (*self.home.roles_of(user_id), user_id):
            held = permissions.overwritten(held, self.overwrites.get(overwritten))
        return held if "VIEW_CHANNEL" in held else frozenset()

    def visible_to(self, user_id: str) -> bool:
        """Whether somebody sees that it exists."""
        if self.home is None:
            return user_id in {self.ground.app.id, self.recipient.id if self.recipient else ""}
        if self.type == PRIVATE_THREAD and self.state is not None and user_id not in self.state.members:
            return False
        return "VIEW_CHANNEL" in self.permissions_of(user_id)

    def shown(self, post: Post) -> dict[str, Any]:
        """The message object as it is shown now: with its files, what it answers, and its thread."""
        site, now, hidden = self.ground.site, self.ground.unix, post.reader is not None
        files = [attachment.payload(site, now, ephemeral=hidden) for attachment in post.attachments]
        shown = post.message | {"attachments": files}
        if post.reference is not None and "message_snapshots" not in shown:
            channel_id, message_id = post.reference
            place = self.parent if self.parent is not None and self.parent.id == channel_id else self
            referred = place.posts.get(message_id)
            shown["referenced_message"] = None if referred is None else _unnested(place.shown(referred))
        thread = self.thread_of(post.id)
        return shown | ({"thread": thread.payload()} if thread is not None else {})

    def payload(self) -> dict[str, Any]:
        """The channel object (discord.com/developers, "Channels Resource")."""
        last = next((post.id for post in reversed(self.posts.values()) if post.reader is None), None)
        kept: dict[str, Any] = {"id": self.id, "type": self.type, "last_message_id": last, "flags": 0}
        if self.recipient is not None:
            return kept | {"recipients": [self.recipient.payload()]}
        kept |= {"name": self.name, "guild_id": self.guild_id, "nsfw": False, "rate_limit_per_user": 0}
        if self.state is None:
            return kept | self._of_guild()
        return kept | self._of_thread(self.state)

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Let the app hear of what happens here, if it may see it."""
        self.ground.changes.tell()
        if self.visible_to(self.ground.app.id) and (self.home is None or self.home.installed):
            told = dict(data) if self.home is None else {**data, "guild_id": self.home.id}
            self.ground.gateway.tell(name, told, self.guild_id)

    def vanish(self) -> None:
        """Be a thread no more."""
        if self.parent is not None:
            del self.parent.children[self.id]
        self.tell(
            "THREAD_DELETE", {"id": self.id, "type": self.type, "parent_id": self.payload()["parent_id"]}
        )

    def _of_guild(self) -> dict[str, Any]:
        return {
            "topic": self.topic,
            "position": self.position,
            "parent_id": None if self.parent is None else self.parent.id,
            "permission_overwrites": [
                {
                    "id": of,
                    "type": 1 if overwrite.of_member else 0,
                    "allow": permissions.bits(overwrite.allow),
                    "deny": permissions.bits(overwrite.deny),
                }
                for of, overwrite in self.overwrites.items()
            ],
            **(
                {"bitrate": 64000, "user_limit": 0, "rtc_region": None} if self.type in {VOICE, STAGE} else {}
            ),
            **(_FORUM if self.type in {FORUM, MEDIA} else {}),
        }

    def _of_thread(self, state: ThreadState) -> dict[str, Any]:
        app = self.ground.app.id
        return {
            "parent_id": None if self.parent is None else self.parent.id,
            "owner_id": state.owner_id,
            "message_count": state.messages,
            "total_message_sent": state.messages,
            "member_count": min(len(state.members), 50),
            "thread_metadata": state.metadata(),
            **({"applied_tags": state.tags} if self.parent is not None and self.parent.type == FORUM else {}),
            **({"member": state.member(self.id, app)} if app in state.members else {}),
        }

    def _overwrite(self, who: str | None, allow: frozenset[str], deny: frozenset[str]) -> None:
        of = who or self.ground.app.id
        was = self.overwrites.get(of, Overwrite(of_member=of in self.ground.users))
        self.overwrites[of] = Overwrite(was.of_member, (was.allow | allow) - deny, (was.deny | deny) - allow)
        self.tell("CHANNEL_UPDATE", self.payload())


def _unnested(message: dict[str, Any]) -> dict[str, Any]:
    """A message without the one that it refers to itself."""
    return {name: value for name, value in message.items() if name != "referenced_message"}
