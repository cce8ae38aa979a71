"""What becomes of something that a person does: the app hears of it, and has three seconds."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.interactions.payloads import created
from simulators.discord_api.interactions.register import PATIENCE, Deed, Interaction
from simulators.discord_api.posts import Post
from simulators.discord_api.users import User
from simulators.discord_api.world import World

GLANCE = 0.05
"""Real seconds in which nobody uses what has just appeared; an app may still be putting down that it showed it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What became of something that a person did: whether the app responded in time, and how.

    `type` is that of its first response, `data` what it said. With `id` and `token` the app may go on.
    """

    responded: bool
    type: int | None
    data: Mapping[str, Any]
    token: str
    id: str


async def reaction_to(deed: Deed, world: World) -> Reaction:
    """Let the app hear of what somebody did, and wait for its first response. LookupError if it is not there."""
    if deed.channel.home is not None and not deed.channel.home.installed:
        raise LookupError("The app is not here.")
    interaction = world.interactions.begin(deed)
    world.gateway.tell("INTERACTION_CREATE", created(interaction), deed.channel.guild_id)
    world.changes.tell()
    with suppress(TimeoutError):
        async with asyncio.timeout(world.clock.patience(PATIENCE)):
            await world.changes.until(lambda: interaction.response is not None)
    responded = interaction.response is not None
    return Reaction(responded, interaction.response, interaction.answer, interaction.token, interaction.id)


async def looked_at(message_id: str, channel: Channel, user: User) -> Post:
    """The message that somebody looks at. LookupError if they do not see it."""
    await asyncio.sleep(GLANCE)
    post = channel.posts.get(message_id)
    if post is None or post.reader not in (None, user.id) or not channel.visible_to(user.id):
        raise LookupError(f"{user.name} sees no message of {message_id}.")
    return post


async def modal_of(user: User, world: World) -> Interaction:
    """What laid a modal before somebody, who looks at it. LookupError if there is none."""
    await asyncio.sleep(GLANCE)
    if user.id not in world.interactions.modals:
        raise LookupError(f"{user.name} has no modal before them.")
    return world.interactions.modals[user.id]
