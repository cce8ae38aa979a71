"""One call of a method, and what methods have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.slack_api.arguments import Arguments
from simulators.slack_api.channels import Channel, Kind
from simulators.slack_api.platform import Platform
from simulators.slack_api.posts import Post
from simulators.slack_api.refusals import Refusal, invalid_arguments
from simulators.slack_api.team import Team, User

Answer = dict[str, Any]
_READING: dict[Kind, str] = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True, slots=True)
class Invocation:
    """Who calls with which arguments. Without a team it is the app itself, or somebody without a token."""

    slack: Platform
    arguments: Arguments
    token: str = ""
    caller: Team | None = None
    basic: tuple[str, str] = ("", "")

    @property
    def team(self) -> Team:
        """The workspace whose token was given."""
        if self.caller is None:
            raise Refusal("not_allowed_token_type")
        return self.caller

    def channel(self, name: str = "channel") -> Channel:
        """The channel that an argument names, by its id or by `#name`; a user's id is their direct messages.

        Refusal if there is none, or the app cannot see it.
        """
        key = self.arguments.needed(name)
        if key in self.team.users and not self.team.users[key].is_bot:
            return self.team.direct(self.team.users[key])
        channel = self.team.channels.get(key) or _named(self.team, key)
        if channel is None or (channel.kind != "channel" and self.team.bot_user_id not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def joined(self, name: str = "channel") -> Channel:
        """The same, if the app is in it."""
        channel = self.channel(name)
        if self.team.bot_user_id not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def user(self, name: str = "user") -> User:
        """The member of the workspace that an argument names."""
        user = self.team.users.get(self.arguments.needed(name))
        if user is None:
            raise Refusal("user_not_found")
        return user

    def post(self, channel: Channel, name: str = "ts") -> Post:
        """The message that an argument names."""
        post = channel.find(self.arguments.needed(name))
        if post is None:
            raise Refusal("message_not_found")
        return post

    def thread(
        self, channel: Channel, name: str = "thread_ts", error: str = "thread_not_found"
    ) -> str | None:
        """The thread that an argument names, if it names one; a reply is none."""
        thread = self.arguments.text(name)
        if not thread:
            return None
        root = channel.find(thread)
        if root is None or root.thread is not None:
            raise Refusal(error)
        return thread

    def need_scope(self, *scopes: str) -> None:
        """Refuse if none of these was granted."""
        if scopes and not self.team.scopes.intersection(scopes):
            provided = ",".join(sorted(self.team.scopes))
            raise Refusal("missing_scope", {"needed": ",".join(scopes), "provided": provided})

    def need_reading(self, channel: Channel, what: str) -> None:
        """Refuse if channels of this kind may not be read (`history`) or looked up (`read`)."""
        self.need_scope(f"{_READING[channel.kind]}:{what}")


Method = Callable[[Invocation], Answer]


def page(items: Sequence[Any], invocation: Invocation, default: int, most: int) -> tuple[list[Any], str]:
    """The part of a list that a call asks for by `cursor` and `limit`, and the cursor of the next part."""
    limit = invocation.arguments.number("limit", default)
    if not 0 < limit <= most:
        raise invalid_arguments(f"limit must be from 1 to {most} [json-pointer:/limit]")
    cursor = invocation.arguments.text("cursor")
    start = _start(cursor) if cursor else 0
    rest = start + limit < len(items)
    return list(items[start : start + limit]), f"next:{start + limit}" if rest else ""


def _start(cursor: str) -> int:
    kind, _, place = cursor.partition(":")
    if kind != "next" or not place.isdigit():
        raise Refusal("invalid_cursor")
    return int(place)


def _named(team: Team, name: str) -> Channel | None:
    named = (channel for channel in team.channels.values() if f"#{channel.name}" == name)
    return next((channel for channel in named if channel.kind == "channel"), None)
