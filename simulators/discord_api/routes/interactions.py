"""Responding to interactions, and going on (discord.com/developers, "Receiving and Responding to Interactions")."""

from typing import Any

from simulators.discord_api import replies
from simulators.discord_api.interactions.register import Interaction
from simulators.discord_api.posts import EPHEMERAL, LOADING, Post
from simulators.discord_api.routes.invocation import NOTHING, Answer, Invocation, Route

_SHOWN = (replies.MESSAGE, replies.UPDATE)


def respond(asked: Invocation) -> Answer:
    """Give the first response."""
    platform = asked.platform
    interaction = platform.interactions.unanswered(asked.named["interaction"], asked.named["token"])
    replies.respond(platform, interaction, asked.form, asked.files)
    if asked.query.get("with_response", "").lower() in {"1", "true"}:
        return Answer(_outcome(interaction))
    return NOTHING


def follow(asked: Invocation) -> Answer:
    """Write a follow-up message."""
    interaction = _answered(asked)
    post = replies.follow(asked.platform, interaction, asked.body, asked.files)
    return Answer(_shown(interaction, post))


def one(asked: Invocation) -> Answer:
    """A message that answers, as it is now."""
    interaction = _answered(asked)
    return Answer(_shown(interaction, replies.found(interaction, asked.named["message"])))


def edit(asked: Invocation) -> Answer:
    """Edit a message that answers."""
    interaction = _answered(asked)
    post = replies.found(interaction, asked.named["message"])
    replies.revise(asked.platform, interaction, post, (asked.body, asked.files))
    return Answer(_shown(interaction, post))


def delete(asked: Invocation) -> Answer:
    """Delete a message that answers."""
    interaction = _answered(asked)
    post = replies.found(interaction, asked.named["message"])
    replies.withdraw(asked.platform, interaction, post)
    return NOTHING


def _answered(asked: Invocation) -> Interaction:
    return asked.platform.interactions.answered(asked.named["application"], asked.named["token"])


def _shown(interaction: Interaction, post: Post) -> dict[str, Any]:
    return interaction.deed.channel.shown(post)


def _outcome(interaction: Interaction) -> dict[str, Any]:
    """The interaction callback response object."""
    told: dict[str, Any] = {"id": interaction.id, "type": interaction.deed.type}
    resource: dict[str, Any] = {"type": interaction.response}
    post = interaction.original
    if post is not None:
        told["response_message_id"] = post.id
        told["response_message_loading"] = bool(post.flags & LOADING)
        told["response_message_ephemeral"] = bool(post.flags & EPHEMERAL)
        resource |= {"message": _shown(interaction, post)} if interaction.response in _SHOWN else {}
    return {"interaction": told, "resource": resource}


_MESSAGE = "/webhooks/{application}/{token}/messages/{message}"
# The token in the address is all that is asked for.
ROUTES = (
    Route("POST", "/interactions/{interaction}/{token}/callback", respond, open=True),
    Route("POST", "/webhooks/{application}/{token}", follow, open=True),
    Route("GET", _MESSAGE, one, open=True),
    Route("PATCH", _MESSAGE, edit, open=True),
    Route("DELETE", _MESSAGE, delete, open=True),
)
