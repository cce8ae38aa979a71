"""Who is who: `auth.test`, `users.info`, `bots.info`, `team.info`."""

from typing import Any

from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.team import Team, User

_UPDATED = 1_700_000_000


def auth_test(invocation: Invocation) -> Answer:
    """Whose token it is (https://docs.slack.dev/reference/methods/auth.test)."""
    team = invocation.caller
    if team is None:
        app = invocation.slack.app
        return {"app_name": app.name, "app_id": app.id}
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.app.name.lower(),
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def users_info(invocation: Invocation) -> Answer:
    """Who a user is (https://docs.slack.dev/reference/methods/users.info)."""
    return {"user": _shown(invocation.team, invocation.user())}


def bots_info(invocation: Invocation) -> Answer:
    """Who a bot is (https://docs.slack.dev/reference/methods/bots.info)."""
    team, bot = invocation.team, invocation.arguments.text("bot")
    if bot not in team.bots:
        raise Refusal("bot_not_found")
    own = bot == team.bot_id
    return {
        "bot": {
            "id": bot,
            "deleted": False,
            "name": team.bots[bot],
            "updated": _UPDATED,
            "app_id": team.app.id if own else f"A{bot[1:]}",
            "user_id": team.bot_user_id if own else f"U{bot[1:]}",
            "icons": {"image_36": "", "image_48": "", "image_72": ""},
        }
    }


def team_info(invocation: Invocation) -> Answer:
    """What a workspace is (https://docs.slack.dev/reference/methods/team.info)."""
    team = invocation.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


def _shown(team: Team, user: User) -> dict[str, Any]:
    """A user (https://docs.slack.dev/reference/objects/user-object)."""
    return {
        "id": user.id,
        "team_id": team.id,
        "name": user.name.lower(),
        "deleted": False,
        "color": "9f69e7",
        "real_name": user.name,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": {
            "real_name": user.name,
            "real_name_normalized": user.name,
            "display_name": user.name,
            "display_name_normalized": user.name,
            "first_name": user.name,
            "last_name": "",
            "title": "",
            "phone": "",
            "skype": "",
            "status_text": "",
            "status_emoji": "",
            "avatar_hash": "",
            "image_72": "",
            "team": team.id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": _UPDATED,
    }
