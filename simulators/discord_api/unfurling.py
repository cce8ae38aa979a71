"""Links that are shown with what they lead to."""

import asyncio
import re
from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.posts import IS_COMPONENTS_V2, SUPPRESS_EMBEDS, Post, Unfurl
from simulators.discord_api.world import World

_LINK = re.compile(r"(<)?(https?://[^\s<>]+[^\s<>.,:;\"')\]])")
_MOST = 5
_LATER = 0.02
"""Real seconds until a message is told of again, with what its links lead to."""


def unfurl(world: World, channel: Channel, post: Post) -> None:
    """Show what the links of a message lead to, unless that is suppressed; `<https://…>` is left alone.

    What is shown comes a little later, as an update of the message (discord.com/developers, "Gateway Events",
    Message Update); that the app's links are shown is noted at once.
    """
    if post.flags & (SUPPRESS_EMBEDS | IS_COMPONENTS_V2):
        return
    if "EMBED_LINKS" not in channel.permissions_of(post.author.id):
        return
    found = dict.fromkeys(link for shy, link in _LINK.findall(post.content) if not shy)
    links = [link for link in found if link not in post.unfurled][:_MOST]
    if post.author is world.app.user:
        world.embeds.extend(Unfurl(post.id, link, channel.name) for link in links)
    if links:
        post.unfurled.update(links)
        asyncio.get_running_loop().call_later(_LATER, _show, channel, post, links)


def _show(channel: Channel, post: Post, links: list[str]) -> None:
    if post.flags & SUPPRESS_EMBEDS or post.id not in channel.posts:
        return
    still = [_embed(link) for link in links if link in post.content]
    post.message["embeds"] = [*post.message["embeds"], *still]
    channel.tell("MESSAGE_UPDATE", channel.shown(post))


def _embed(link: str) -> dict[str, Any]:
    return {"type": "link", "url": link, "title": link.split("/")[2]}
