"""Whom messages call, and that they are called."""

from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.drafts import Draft
from simulators.discord_api.mentions import Mentioned, mentioned_in
from simulators.discord_api.posts import Ping, Post
from simulators.discord_api.users import User
from simulators.discord_api.world import World


def mentioned_of(world: World, channel: Channel, author: User, draft: Draft) -> Mentioned:
    """Whom a draft calls: only who is there, and everybody only if the author may do that."""
    found = mentioned_in(draft.text, draft.allowed)
    names = channel.names
    loud = channel.home is not None and "MENTION_EVERYONE" in channel.permissions_of(author.id)
    return Mentioned(
        tuple(user for user in found.users if user in world.users),
        tuple(role for role in found.roles if role in names.roles and (loud or role in names.mentionable)),
        found.everyone if loud else "",
    )


def also(mentioned: Mentioned, user_id: str) -> Mentioned:
    """Those, and one more."""
    others = tuple(user for user in mentioned.users if user != user_id)
    return Mentioned((*others, user_id), mentioned.roles, mentioned.everyone)


def said_of(world: World, mentioned: Mentioned) -> dict[str, Any]:
    """The fields of a message that say whom it calls."""
    return {
        "mention_everyone": bool(mentioned.everyone),
        "mentions": [world.users[user].payload() for user in mentioned.users],
        "mention_roles": list(mentioned.roles),
    }


def call(world: World, channel: Channel, post: Post, mentioned: Mentioned, *, edit: bool = False) -> None:
    """Call those whom a message has not called before; those whom the app calls are noted."""
    names = channel.names
    named = {user: names.user(user) for user in mentioned.users}
    named |= {role: names.roles.get(role, role) for role in mentioned.roles}
    named |= {mentioned.everyone: mentioned.everyone} if mentioned.everyone else {}
    for target, name in named.items():
        if target not in post.pinged and post.author is world.app.user and target != post.author.id:
            world.pings.append(Ping(post.id, name, channel.name, edit))
        post.pinged.add(target)
