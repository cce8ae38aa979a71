"""Channels, and who is typing there (discord.com/developers, "Channels Resource")."""

import time
from typing import Any

from simulators.discord_api.channels import SPOKEN_IN, Channel
from simulators.discord_api.forms.rules import boolean, errors_of, form, one_of, string
from simulators.discord_api.refusals import invalid_form, refusal
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route
from simulators.discord_api.threads import DURATIONS, ThreadState

_FORM = form(
    {
        "name": string(100, 1),
        "topic": string(1024),
        "archived": boolean,
        "locked": boolean,
        "auto_archive_duration": one_of(*DURATIONS),
    }
)


def get(asked: Invocation) -> Answer:
    """One channel."""
    return Answer(asked.channel.payload())


def types(asked: Invocation) -> Answer:
    """Be seen typing for ten seconds."""
    channel, app = asked.channel, asked.platform.app
    if channel.type not in SPOKEN_IN:
        raise refusal("not text")
    needed = "SEND_MESSAGES" if channel.state is None else "SEND_MESSAGES_IN_THREADS"
    if needed not in channel.permissions_of(app.id):
        raise refusal("missing permissions")
    if channel.refuses:
        raise refusal("dm refused")
    channel.types(app.id)
    return NOTHING


def change(asked: Invocation) -> Answer:
    """Change a thread, or the name or the topic of a channel."""
    channel, app = asked.channel, asked.platform.app
    if problems := list(_FORM(asked.form, ())):
        raise invalid_form(errors_of(problems))
    held = channel.permissions_of(app.id)
    if channel.state is None:
        if "MANAGE_CHANNELS" not in held:
            raise refusal("missing permissions")
    else:
        _change_thread(channel, channel.state, asked.form, app.id)
    channel.name = str(asked.form.get("name", channel.name))
    channel.topic = asked.form.get("topic", channel.topic)
    channel.tell("CHANNEL_UPDATE" if channel.state is None else "THREAD_UPDATE", channel.payload())
    return Answer(channel.payload())


def delete(asked: Invocation) -> Answer:
    """Delete a thread or a channel; direct messages are closed."""
    channel = asked.channel
    if channel.home is None:
        return Answer(channel.payload())
    needed = "MANAGE_CHANNELS" if channel.state is None else "MANAGE_THREADS"
    if needed not in channel.permissions_of(asked.platform.app.id):
        raise refusal("missing permissions")
    if channel.state is None:
        asked.platform.guild(channel.home.id).remove_channel(channel)
    else:
        channel.vanish()
        del asked.platform.channels[channel.id]
    return Answer(channel.payload())


def _change_thread(channel: Channel, state: ThreadState, given: dict[str, Any], user_id: str) -> None:
    """Who opened a thread, or may manage threads, may change it; everybody in it may open it again."""
    manages = "MANAGE_THREADS" in channel.permissions_of(user_id)
    reopens = given.get("archived") is False and set(given) == {"archived"} and not state.locked
    allowed = manages or (reopens and user_id in state.members)
    allowed = allowed or (state.owner_id == user_id and not {"locked", "rate_limit_per_user"} & set(given))
    if not allowed:
        raise refusal("missing permissions")
    if state.archived and given.get("archived") is not False:
        raise refusal("archived")
    state.archived = bool(given.get("archived", state.archived))
    state.locked = bool(given.get("locked", state.locked))
    state.auto_archive = int(given.get("auto_archive_duration", state.auto_archive))
    state.changed = time.time()


ROUTES = (
    Route("GET", "/channels/{channel}", get),
    Route("PATCH", "/channels/{channel}", change),
    Route("DELETE", "/channels/{channel}", delete),
    Route("POST", "/channels/{channel}/typing", types),
)
