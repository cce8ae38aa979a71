"""Searching the messages of a guild (discord.com/developers, "Message Resource", Search Guild Messages)."""

from collections.abc import Callable, Iterable
from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.guilds import Guild
from simulators.discord_api.posts import REPLY, Post
from simulators.discord_api.refusals import error, invalid_form, not_a_snowflake, refusal
from simulators.discord_api.routes.invocation import Answer, Invocation, Route

_READING = frozenset({"VIEW_CHANNEL", "READ_MESSAGE_HISTORY"})
_MOST_HITS, _LAST_OFFSET = 25, 9975
_Test = Callable[[Post], bool]


def search(asked: Invocation) -> Answer:
    """The messages that match, newest first unless asked otherwise; only for apps that may read what people say."""
    guild, platform = asked.platform.guild(asked.id("guild")), asked.platform
    if not platform.app.message_content:
        raise refusal("missing access")
    limit = asked.asked("limit", _MOST_HITS, 1, _MOST_HITS)
    offset = asked.asked("offset", 0, 0, _LAST_OFFSET)
    tests = list(_tests(asked))
    newest_first = _order(asked) == "desc"
    if not platform.indexed:
        raise refusal("not indexed", documents_indexed=0, retry_after=2)
    hits = [
        (channel, post)
        for channel in _readable(guild, asked)
        for post in channel.public()
        if all(test(post) for test in tests)
    ]
    hits.sort(key=lambda hit: int(hit[1].id), reverse=newest_first)
    return Answer(_found(hits, hits[offset : offset + limit], platform.app.id))


def _found(
    hits: list[tuple[Channel, Post]], shown: list[tuple[Channel, Post]], app_id: str
) -> dict[str, Any]:
    threads = {channel.id: channel for channel, _ in shown if channel.state is not None}
    members = [
        one.state.member(one.id, app_id)
        for one in threads.values()
        if one.state is not None and app_id in one.state.members
    ]
    return {
        "doing_deep_historical_index": False,
        "total_results": len(hits),
        "messages": [[channel.shown(post)] for channel, post in shown],
        **({"threads": [one.payload() for one in threads.values()]} if threads else {}),
        **({"members": members} if members else {}),
    }


def _readable(guild: Guild, asked: Invocation) -> Iterable[Channel]:
    app, chosen = asked.platform.app.id, _ids(asked, "channel_id", 500)
    for channel in (*guild.channels.values(), *guild.threads):
        readable = channel.permissions_of(app) >= _READING and channel.visible_to(app)
        if readable and (not chosen or channel.id in chosen):
            yield channel


def _tests(asked: Invocation) -> Iterable[_Test]:
    """What a message must be like."""
    platform = asked.platform
    yield lambda post: platform.clock.now() - post.made >= platform.index_lag
    if mentions := _ids(asked, "mentions"):
        yield lambda post: any(user["id"] in mentions for user in post.message["mentions"])
    if authors := _ids(asked, "author_id"):
        yield lambda post: post.author.id in authors
    if people := _ids(asked, "replied_to_user_id"):
        yield lambda post: _replied_to(asked, post) in people
    if answered := _ids(asked, "replied_to_message_id"):
        yield lambda post: post.reference is not None and post.reference[1] in answered
    for name, sign in (("min_id", 1), ("max_id", -1)):
        if (bound := asked.query.get(name)) is not None:
            yield _beyond(_id(name, bound), sign)
    if words := asked.query.get("content", "").lower().split():
        yield lambda post: all(word in post.content.lower() for word in words)


def _replied_to(asked: Invocation, post: Post) -> str:
    """Who wrote what a message replies to."""
    channel, name = post.reference if post.type == REPLY and post.reference else ("", "")
    replied = asked.platform.channels[channel].posts.get(name) if channel else None
    return replied.author.id if replied else ""


def _beyond(bound: int, sign: int) -> _Test:
    return lambda post: (int(post.id) - bound) * sign > 0


def _order(asked: Invocation) -> str:
    order = asked.query.get("sort_order", "desc")
    for name, value, known in (
        ("sort_order", order, ("asc", "desc")),
        ("sort_by", asked.query.get("sort_by", "timestamp"), ("timestamp", "relevance")),
    ):
        if value not in known:
            raise invalid_form({name: error("BASE_TYPE_CHOICES", f"Value must be one of {known}.")})
    return order


def _ids(asked: Invocation, name: str, most: int = 100) -> set[str]:
    given = asked.query.getall(name, [])
    if len(given) > most:
        raise invalid_form({name: error("BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")})
    return {str(_id(name, value)) for value in given}


def _id(name: str, value: str) -> int:
    if not value.isdecimal():
        raise invalid_form({name: not_a_snowflake(value)})
    return int(value)


ROUTES = (Route("GET", "/guilds/{guild}/messages/search", search),)
