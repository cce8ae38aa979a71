"""How the app responds to interactions, and goes on afterwards.

(discord.com/developers, "Receiving and Responding to Interactions")
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from simulators.discord_api.attachments import Upload
from simulators.discord_api.drafts import SETTABLE, Draft, draft_of
from simulators.discord_api.forms.commands import SLASH
from simulators.discord_api.forms.modals import problems_of_modal
from simulators.discord_api.forms.rules import Place, Problems, Rule, each, errors_of, form, one_of, string
from simulators.discord_api.interactions.elements import numbered
from simulators.discord_api.interactions.payloads import metadata, spoken
from simulators.discord_api.interactions.register import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    SUBMISSION,
    Interaction,
)
from simulators.discord_api.mentions import ONLY_USERS
from simulators.discord_api.posts import COMMAND as BY_COMMAND
from simulators.discord_api.posts import EPHEMERAL, LOADING, MENU, REPLY, Post
from simulators.discord_api.refusals import Refusal, invalid_form, refusal
from simulators.discord_api.rewriting import change, remove
from simulators.discord_api.world import World
from simulators.discord_api.writing import write

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""Types of first responses."""
Files = Mapping[int, Upload]


def _short(value: Any, where: Place) -> Problems:
    """A value of a choice: a text, or a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield from string(100, 1)(value, where)


_CHOICE = form({"name": string(100, 1), "value": _short}, "name", "value")
_CHOICES = form({"choices": each(_CHOICE, 25)}, "choices")


def respond(world: World, interaction: Interaction, body: Mapping[str, Any], files: Files) -> None:
    """Take the first response to an interaction, or refuse it."""
    _check(form({"type": one_of(*_possible(interaction)), "data": form({})}, "type"), body)
    kind, data = int(body["type"]), body.get("data") or {}
    if kind == MODAL:
        data = _modal(data)
    elif kind == CHOICES:
        _check(_CHOICES, data, "data")
    else:
        with _named("data"):
            interaction.original = _answered(world, interaction, kind, (data, files))
    interaction.response, interaction.answer = kind, data
    if kind == MODAL:
        world.interactions.modals[interaction.deed.user.id] = interaction
    world.changes.tell()


def follow(world: World, interaction: Interaction, body: Any, files: Files) -> Post:
    """Write a follow-up message; the first one after a deferred response is that response, as it was years ago.

    Not if that response was deleted.
    """
    original = interaction.original
    there = original is not None and original.id in interaction.deed.channel.posts
    if original is not None and there and original.flags & LOADING:
        return revise(world, interaction, original, (body, files))
    draft = _answering(interaction, original, _draft((body, files)))
    post = _written(world, interaction, draft, original.id if original else "")
    interaction.followed[post.id] = post
    return post


def revise(world: World, interaction: Interaction, post: Post, said: tuple[Any, Files]) -> Post:
    """Change a message that the app wrote for an interaction, or whose component was used.

    A response that was deferred is there then, and does not count as edited.
    """
    was = post.flags
    post.message["flags"] = was & ~LOADING
    try:
        change(world, post, *said, ONLY_USERS)
    except Refusal:
        post.message["flags"] = was
        raise
    if was & LOADING:
        post.message["edited_timestamp"] = None
    _tell_app(world, interaction, "MESSAGE_UPDATE", post)
    return post


def withdraw(world: World, interaction: Interaction, post: Post) -> None:
    """Delete a message that the app wrote for an interaction, or whose component was used."""
    _tell_app(world, interaction, "MESSAGE_DELETE", post)
    remove(interaction.deed.channel, post)


def found(interaction: Interaction, name: str) -> Post:
    """The message that the app wrote for an interaction, or the one that it was about: `@original` or an id."""
    original = interaction.original
    if original is not None and name in {"@original", original.id}:
        post: Post | None = original
    else:
        post = interaction.followed.get(name)
    if post is None or post.id not in interaction.deed.channel.posts:
        raise refusal("unknown message")
    return post


def _possible(interaction: Interaction) -> tuple[int, ...]:
    """The responses that an interaction may have."""
    of_message = (DEFERRED_UPDATE, UPDATE) if interaction.deed.post is not None else ()
    match interaction.deed.type:
        case kind if kind == AUTOCOMPLETE:
            return (CHOICES,)
        case kind if kind == SUBMISSION:
            return (MESSAGE, DEFERRED, *of_message)
        case kind if kind == COMPONENT:
            return (MESSAGE, DEFERRED, *of_message, MODAL)
        case _:
            return (MESSAGE, DEFERRED, MODAL)


def _answered(world: World, interaction: Interaction, kind: int, said: tuple[Any, Files]) -> Post | None:
    about = interaction.deed.post
    if kind == DEFERRED:
        flags = LOADING | int(said[0].get("flags") or 0) & EPHEMERAL
        return _written(world, interaction, _typed(interaction, Draft(flags=flags)))
    if kind == MESSAGE:
        return _written(world, interaction, _typed(interaction, _draft(said)))
    if kind == UPDATE and about is not None and said[0]:
        revise(world, interaction, about, said)
    return about


def _draft(said: tuple[Any, Files]) -> Draft:
    # Of a nonce webhooks know nothing.
    return replace(draft_of(*said, ONLY_USERS, SETTABLE | EPHEMERAL), nonce=None)


def _typed(interaction: Interaction, draft: Draft) -> Draft:
    """The first response says what it answers: a command, or the message whose component was used."""
    if interaction.deed.post is not None:
        return _answering(interaction, interaction.deed.post, draft)
    on_menu = interaction.deed.type == COMMAND and interaction.deed.data["type"] != SLASH
    return replace(draft, type=MENU if on_menu else BY_COMMAND)


def _answering(interaction: Interaction, post: Post | None, draft: Draft) -> Draft:
    """What answers a message refers to it, whatever the app may read in the channel."""
    if post is None or post.id not in interaction.deed.channel.posts:
        return replace(draft, type=REPLY)
    place = {"channel_id": post.channel_id, "message_id": post.id}
    place |= {"guild_id": guild_id} if (guild_id := interaction.deed.channel.guild_id) else {}
    return replace(draft, type=REPLY, extra={"message_reference": {"type": 0, **place}})


def _written(world: World, interaction: Interaction, draft: Draft, goes_on: str = "") -> Post:
    """Write a message of the app's; a follow-up goes on with the first response."""
    deed, app = interaction.deed, world.app
    said: dict[str, Any] = {
        "application_id": app.id,
        "webhook_id": app.id,
        "interaction_metadata": metadata(interaction)
        | ({"original_response_message_id": goes_on} if goes_on else {}),
    }
    if deed.type == COMMAND:
        named = {"name": spoken(deed.data), "user": deed.user.payload()}
        said["interaction"] = {"id": interaction.id, "type": COMMAND, **named}
    reader = deed.user.id if draft.flags & EPHEMERAL else None
    extra = {**draft.extra, **said}
    post = write(world, deed.channel, app.user, replace(draft, reader=reader, extra=extra))
    _tell_app(world, interaction, "MESSAGE_CREATE", post)
    return post


def _tell_app(world: World, interaction: Interaction, event: str, post: Post) -> None:
    """Tell the app of an ephemeral message, which comes like direct messages do, without the guild.

    (discord.com/developers, "Gateway Events", Message Create)
    """
    if post.reader is not None:
        whole = interaction.deed.channel.shown(post)
        gone = {name: whole[name] for name in ("id", "channel_id")}
        world.gateway.tell(event, gone if event == "MESSAGE_DELETE" else whole, None)


def _modal(data: Any) -> dict[str, Any]:
    if problems := list(problems_of_modal(data)):
        raise invalid_form(errors_of(problems))
    return {**data, "components": numbered(data["components"])}


def _check(rule: Rule, value: Any, *where: str) -> None:
    if problems := list(rule(value, where)):
        raise invalid_form(errors_of(problems))


@contextmanager
def _named(field: str) -> Iterator[None]:
    """Say of what is wrong that it is wrong in a field of the form."""
    try:
        yield
    except Refusal as wrong:
        if "errors" in wrong.more:
            wrong.more["errors"] = {field: wrong.more["errors"]}
        raise
