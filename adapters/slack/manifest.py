"""The app's manifest: what Slack must know of it, made from what the code uses."""

from __future__ import annotations

from typing import Any

from adapters.slack.commands import slash_commands
from adapters.slack.hearing.requests import PATH
from adapters.slack.installing.install import REDIRECT_PATH
from adapters.slack.payloads.shortcuts import ASK, SUMMARIZE
from adapters.slack.scopes import BOT_SCOPES
from adapters.slack.surfaces.prompts import DESCRIPTION, suggested
from bot.commands.declarations import Command

# What only the older assistant view sends is left out: Slack gives new apps the agent view.
BOT_EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "tokens_revoked",
)


def manifest(prefix: str = "", url: str | None = None) -> dict[str, Any]:
    """The manifest (docs.slack.dev, "App manifest reference"): for Socket Mode, or for events at a public address."""
    address = {"url": f"{url.rstrip('/')}{PATH}"} if url else {}
    request = {"request_url": address["url"]} if url else {}
    redirects = {"redirect_urls": [f"{url.rstrip('/')}{REDIRECT_PATH}"]} if url else {}
    return {
        "display_information": {
            "name": "Parley",
            "description": "An AI teammate that your team hosts itself",
            "background_color": "#2c2d30",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {"agent_description": DESCRIPTION, "suggested_prompts": suggested()},
            "bot_user": {"display_name": "Parley", "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{prefix}{command.name}",
                    "description": command.help[:1].upper() + command.help[1:],
                    "should_escape": False,
                    "usage_hint": _hint(command),
                    **address,
                }
                for command in slash_commands()
            ],
            "shortcuts": [
                _shortcut("Summarize thread", SUMMARIZE, "Sum up the thread of this message, for you alone"),
                _shortcut("Ask Parley about this", ASK, "Ask a question about this message, in its thread"),
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": sorted(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(BOT_EVENTS), **request},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            # It cannot be turned off again, and a bot token alone, which serves one workspace, cannot be renewed.
            "token_rotation_enabled": False,
        },
    }


def _shortcut(name: str, callback: str, description: str) -> dict[str, str]:
    return {"name": name, "type": "message", "callback_id": callback, "description": description}


def _hint(command: Command) -> str:
    if command.commands:
        return "[" + " | ".join([*(each.name for each in command.commands), "help"]) + "]"
    arguments = " ".join(f"[{argument.name}]" for argument in command.arguments)
    return arguments or "[help]"
