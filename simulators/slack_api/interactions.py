"""What the app gets when people press, choose, type commands or submit.

https://docs.slack.dev/reference/interaction-payloads
"""

import time
from collections.abc import Mapping
from typing import Any

from simulators.slack_api.channels import Channel
from simulators.slack_api.posts import Post
from simulators.slack_api.team import Team, User

Body = dict[str, Any]


def moment() -> str:
    """When something was done."""
    return f"{time.time():.6f}"


def command(team: Team, user: User, channel: Channel, words: tuple[str, str], url: str) -> Body:
    """A slash command (https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling)."""
    return {
        "token": team.app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": _called(channel),
        "user_id": user.id,
        "user_name": user.name.lower(),
        "command": words[0],
        "text": words[1],
        "api_app_id": team.app.id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": team.views.trigger(user.id),
    }


def block_actions(team: Team, user: User, action: Mapping[str, Any]) -> Body:
    """Somebody used an element of a block; where it stands is said by `in_message` or `in_view`."""
    return {
        "type": "block_actions",
        "user": _user(team, user),
        **_about(team),
        "trigger_id": team.views.trigger(user.id),
        "enterprise": None,
        "is_enterprise_install": False,
        "actions": [{**action, "action_ts": moment()}],
    }


def in_message(channel: Channel, post: Post, url: str) -> Body:
    """Where an element stands: in a message, which is shown unless only its reader has it."""
    ephemeral = post.reader is not None
    container = {
        "type": "message",
        "message_ts": post.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if post.thread is not None:
        container["thread_ts"] = post.thread
    place: Body = {
        "container": container,
        "channel": {"id": channel.id, "name": _called(channel)},
        "state": {"values": {}},
        "response_url": url,
    }
    return place if ephemeral else {**place, "message": channel.shown(post)}


def in_view(view: Mapping[str, Any]) -> Body:
    """Where an element stands: in a modal or a home tab."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": dict(view)}


def submission(team: Team, user: User, view: Mapping[str, Any]) -> Body:
    """A modal was submitted (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""
    return {
        "type": "view_submission",
        "team": {"id": team.id, "domain": team.domain},
        "user": _user(team, user),
        "api_app_id": team.app.id,
        "token": team.app.verification_token,
        "trigger_id": team.views.trigger(user.id),
        "view": dict(view),
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def closing(team: Team, user: User, view: Mapping[str, Any]) -> Body:
    """A modal was closed, of which the app wanted to know."""
    body = submission(team, user, view)
    del body["trigger_id"], body["response_urls"]
    return {**body, "type": "view_closed", "is_cleared": False}


def shortcut(team: Team, user: User, callback_id: str) -> Body:
    """A global shortcut (https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload)."""
    return {
        "type": "shortcut",
        "token": team.app.verification_token,
        "action_ts": moment(),
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name.lower(), "team_id": team.id},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": callback_id,
        "trigger_id": team.views.trigger(user.id),
    }


def message_action(team: Team, user: User, callback_id: str, place: tuple[Channel, Post], url: str) -> Body:
    """A shortcut on a message."""
    channel, post = place
    return {
        **shortcut(team, user, callback_id),
        "type": "message_action",
        "user": {"id": user.id, "username": user.name.lower(), "team_id": team.id, "name": user.name.lower()},
        "channel": {"id": channel.id, "name": _called(channel)},
        "message_ts": post.ts,
        "message": channel.shown(post),
        "response_url": url,
    }


def _about(team: Team) -> Body:
    return {
        "api_app_id": team.app.id,
        "token": team.app.verification_token,
        "team": {"id": team.id, "domain": team.domain},
    }


def _user(team: Team, user: User) -> Body:
    name = user.name.lower()
    return {"id": user.id, "username": name, "name": name, "team_id": team.id}


def _called(channel: Channel) -> str:
    return {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)
