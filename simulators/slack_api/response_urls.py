"""Response URLs (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.clock import Clock
from simulators.slack_api import events
from simulators.slack_api.blocks.validation import checked_blocks
from simulators.slack_api.channels import Channel
from simulators.slack_api.ids import new_secret
from simulators.slack_api.markup import normal
from simulators.slack_api.posts import Post
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.site import Site
from simulators.slack_api.team import Team

USES = 5
LIFETIME = 1800
"""Seconds that a response URL lives."""


@dataclass(slots=True, eq=False)
class ResponseUrl:
    """A place where the app may answer what one person did; `post` is the message that they did it on."""

    team: Team
    channel: Channel
    user: str
    expires: float
    post: Post | None = None
    left: int = USES


@dataclass(slots=True)
class ResponseUrls:
    """All response URLs."""

    site: Site
    clock: Clock
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def new(self, team: Team, channel: Channel, user: str, post: Post | None = None) -> str:
        """An address for the answers to what a person does now."""
        key = new_secret()
        self._urls[key] = ResponseUrl(team, channel, user, self.clock.now() + LIFETIME, post)
        return f"{self.site.base_url}/response/{team.id}/{key}"

    def use(self, key: str, answer: Mapping[str, Any]) -> None:
        """Do what an answer says. Refusal if the address is unknown, too old or used up."""
        url = self._urls.get(key)
        if url is None:
            raise Refusal("invalid_token")
        if self.clock.now() >= url.expires:
            raise Refusal("expired_url")
        if url.left == 0:
            raise Refusal("used_url")
        respond(url, answer)
        url.left -= 1


def respond(url: ResponseUrl, answer: Mapping[str, Any]) -> Post | None:
    """Post, replace or delete as an answer says; the message that it made, if it made one."""
    if answer.get("delete_original"):
        _delete(url)
        return None
    fields = _fields_of(answer)
    if answer.get("replace_original") and url.post is not None:
        _replace(url, fields)
        return None
    thread = answer.get("thread_ts")
    post = url.team.add(url.channel, {**url.team.as_app(), **fields}, thread)
    if answer.get("response_type") == "in_channel":
        url.team.echo(url.channel, events.posted(url.channel, post.message))
    else:
        post.reader = url.user
    url.team.note(post)
    return post


def _fields_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    text, blocks = answer.get("text") or "", answer.get("blocks")
    if not isinstance(text, str) or not (text.strip() or blocks or answer.get("attachments")):
        raise Refusal("no_text")
    fields: dict[str, Any] = {"text": normal(text)}
    if blocks:
        fields["blocks"] = checked_blocks(blocks)
    if answer.get("attachments"):
        fields["attachments"] = answer["attachments"]
    return fields


def _replace(url: ResponseUrl, fields: Mapping[str, Any]) -> None:
    post = url.post
    if post is None or post.ts not in url.channel.posts:
        raise Refusal("message_not_found")
    previous = url.channel.shown(post)
    kept = {name: value for name, value in post.message.items() if name not in {"blocks", "attachments"}}
    post.message = {**kept, **fields}
    url.team.note(post)
    if post.reader is None:
        changed = events.changed(url.channel, url.team.times.next(), url.channel.shown(post), previous)
        url.team.echo(url.channel, changed)
    url.team.changes.tell()


def _delete(url: ResponseUrl) -> None:
    if url.post is None or url.post.ts not in url.channel.posts:
        raise Refusal("message_not_found")
    url.channel.remove(url.post.ts)
    if url.post.reader is None:
        deleted = events.deleted(url.channel, url.team.times.next(), url.post.message)
        url.team.echo(url.channel, deleted)
    url.team.changes.tell()
