"""A guild as a test finds it: its people, its channels, and the app in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api import permissions
from simulators.discord_api.channels import TEXT, Channel
from simulators.discord_api.members import Member, Role
from simulators.discord_api.people import Person
from simulators.discord_api.screens import Names
from simulators.discord_api.snowflakes import stamp, time_of
from simulators.discord_api.speakers import Speaker
from simulators.discord_api.users import User
from simulators.discord_api.world import World

_ORDINARY: Mapping[str, Any] = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "emojis": [],
    "features": [],
    "mfa_level": 0,
    "application_id": None,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "vanity_url_code": None,
    "description": None,
    "banner": None,
    "premium_tier": 0,
    "preferred_locale": "en-US",
    "public_updates_channel_id": None,
    "nsfw_level": 0,
    "nsfw": False,
    "stickers": [],
    "premium_progress_bar_enabled": False,
    "safety_alerts_channel_id": None,
    "incidents_data": None,
    "max_members": 500000,
}
"""What all guilds here are alike in."""


@dataclass(slots=True, eq=False, repr=False)
class Guild:
    """A guild that the app is in, or may be."""

    world: World
    name: str
    installed: bool = True
    id: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    """Its channels by their ids, without threads."""

    def __post_init__(self) -> None:
        self.id = self.id or self.world.snowflakes.old()
        self.roles[self.id] = Role(self.id, "@everyone", permissions.EVERYONE)
        app = self.world.app
        role = Role(self.world.snowflakes.old(), app.name, permissions.EVERYONE, bot_id=app.id)
        self.roles[role.id] = role
        if self.installed:
            self.members[app.id] = Member(app.id, roles=[role.id])

    @property
    def names(self) -> Names:
        """How users, roles and channels are called there."""
        nicks = {member.user_id: member.nick for member in self.members.values() if member.nick}
        roles = {role.id: role.name for role in self.roles.values()}
        mentionable = frozenset(role.id for role in self.roles.values() if role.mentionable)
        return Names(self.world.users, nicks, roles, self.world.channels, mentionable)

    @property
    def owner_id(self) -> str:
        """Who founded it; never the app, which would be allowed everything."""
        app = self.world.app.id
        return next((user_id for user_id in self.members if user_id != app), self.id)

    @property
    def threads(self) -> list[Channel]:
        """The threads of its channels."""
        return [thread for channel in self.channels.values() for thread in channel.threads]

    @property
    def active_threads(self) -> int:
        """How many threads are not archived."""
        return sum(not thread.archived for thread in self.threads)

    def person(self, name: str) -> Person:
        """The person of that name, who is made, and joins, if they are not there yet."""
        person = next((one for one in self.world.users.values() if one.name == name and not one.bot), None)
        if not isinstance(person, Person):
            person = Person(self.world.snowflakes.old(), name, world=self.world)
            self.world.users[person.id] = person
        if person.id not in self.members:
            self.members[person.id] = Member(person.id)
            self.tell("GUILD_MEMBER_ADD", self.member_payload(person.id))
        return person

    def bot(self, name: str) -> Speaker:
        """A bot of another app."""
        made = Speaker(self.world.snowflakes.old(), name, bot=True, world=self.world)
        self.world.users[made.id] = made
        self.members[made.id] = Member(made.id)
        return made

    def channel(self, name: str) -> Channel:
        """The text channel of that name, which is made if it is not there."""
        found = next((channel for channel in self.channels.values() if channel.name == name), None)
        return found or self.add_channel(name)

    def add_channel(self, name: str, type: int = TEXT) -> Channel:  # noqa: A002 — Discord's own word
        """A new channel, of a type such as 5 (announcements), 2 (voice), 13 (stage) or 15 (forum)."""
        made = Channel(self.world.snowflakes.old(), type, name, self.world, self, position=len(self.channels))
        self.channels[made.id] = self.world.channels[made.id] = made
        made.tell("CHANNEL_CREATE", made.payload())
        return made

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with all that is in it, or a thread."""
        if channel.state is not None:
            del self.world.channels[channel.id]
            channel.vanish()
            return
        for gone in (*channel.threads, channel):
            del self.world.channels[gone.id]
        del self.channels[channel.id]
        channel.tell("CHANNEL_DELETE", channel.payload())

    def add_role(self, name: str, *members: Person, mentionable: bool = False) -> str:
        """A new role, with these people in it. Its id."""
        role = Role(self.world.snowflakes.old(), name, mentionable=mentionable)
        self.roles[role.id] = role
        for person in members:
            self.members[person.id].roles.append(role.id)
        self.tell("GUILD_ROLE_CREATE", {"role": role.payload(len(self.roles) - 1)})
        return role.id

    def call_by(self, user: User, nick: str) -> None:
        """Let somebody be called by a nick here."""
        self.members[user.id].nick = nick
        self.tell("GUILD_MEMBER_UPDATE", self.member_payload(user.id))

    def add_app(self) -> None:
        """Let the app in."""
        app = self.world.app
        role = next(role for role in self.roles.values() if role.bot_id == app.id)
        self.members[app.id] = Member(app.id, roles=[role.id])
        self.installed = True
        self.tell("GUILD_CREATE", self.snapshot())

    def remove_app(self) -> None:
        """Throw the app out."""
        self.tell("GUILD_DELETE", {"id": self.id})
        self.installed = False
        self.members.pop(self.world.app.id, None)

    def permissions_of(self, user_id: str) -> frozenset[str]:
        """What somebody may do where no channel says otherwise."""
        return frozenset[str]().union(*(self.roles[role].allowed for role in self.roles_of(user_id)))

    def roles_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of somebody's roles, the one that everybody has first."""
        member = self.members.get(user_id)
        return (self.id, *(member.roles if member else ()))

    def member_payload(self, user_id: str, *, with_user: bool = True) -> dict[str, Any]:
        """The member object (discord.com/developers, "Guild Resource")."""
        member = self.members.get(user_id) or Member(user_id)
        shown = {**member.payload(), "joined_at": stamp(time_of(user_id))}
        return shown | ({"user": self.world.users[user_id].payload()} if with_user else {})

    def payload(self) -> dict[str, Any]:
        """The guild object as the REST API shows it."""
        roles = [role.payload(place) for place, role in enumerate(self.roles.values())]
        return {"id": self.id, "name": self.name, "owner_id": self.owner_id, "roles": roles, **_ORDINARY}

    def summary(self, user_id: str) -> dict[str, Any]:
        """The guild as a list of somebody's guilds shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": permissions.bits(self.permissions_of(user_id)),
            "features": [],
        }

    def snapshot(self) -> dict[str, Any]:
        """The guild as GUILD_CREATE tells of it: with channels and threads, and of its members only the app."""
        app = self.world.app.id
        channels = [one for one in self.channels.values() if one.visible_to(app)]
        return self.payload() | {
            "joined_at": stamp(time_of(self.id)),
            "large": False,
            "unavailable": False,
            "member_count": len(self.members),
            "voice_states": [],
            "members": [self.member_payload(app)],
            "channels": [channel.payload() for channel in channels],
            "threads": [one.payload() for one in self.threads if one.visible_to(app) and not one.archived],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def tell(self, name: str, data: dict[str, Any]) -> None:
        """Let the app hear of what happens here, if it is in."""
        self.world.changes.tell()
        if self.installed:
            whole = name in {"GUILD_CREATE", "GUILD_DELETE", "GUILD_UPDATE"}
            told = data if whole else {**data, "guild_id": self.id}
            self.world.gateway.tell(name, told, self.id)

    def grow(self, channels: int) -> None:
        """Have so many channels more, without a word."""
        for name in (f"channel-{number}" for number in range(channels)):
            made = Channel(
                self.world.snowflakes.old(), TEXT, name, self.world, self, position=len(self.channels)
            )
            self.channels[made.id] = self.world.channels[made.id] = made
