"""Getting in and out: `apps.connections.open`, `oauth.v2.access`, `auth.revoke`, `apps.uninstall`."""

from simulators.slack_api.ids import new_token
from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.team import Team
from simulators.slack_api.tokens import Code


def open_connection(invocation: Invocation) -> Answer:
    """Where to open a socket (https://docs.slack.dev/reference/methods/apps.connections.open)."""
    if invocation.caller is not None:
        raise Refusal("not_allowed_token_type")
    app = invocation.slack.app
    if "connections:write" not in app.app_scopes:
        provided = ",".join(sorted(app.app_scopes))
        raise Refusal("missing_scope", {"needed": "connections:write", "provided": provided})
    host = invocation.slack.site.base_url.replace("http", "ws", 1)
    return {"url": f"{host}/link/?ticket={invocation.slack.sockets.ticket()}&app_id={app.id}"}


def oauth_access(invocation: Invocation) -> Answer:
    """Exchange a code or a refresh token for an access token (https://docs.slack.dev/reference/methods/oauth.v2.access)."""
    _check_client(invocation)
    arguments, tokens = invocation.arguments, invocation.slack.tokens
    grant = arguments.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        return _granted(invocation, invocation.slack.teams[tokens.refresh(arguments.needed("refresh_token"))])
    if grant != "authorization_code":
        raise Refusal("invalid_grant_type")
    code = tokens.exchange(arguments.text("code"), arguments.text("redirect_uri"))
    team = invocation.slack.teams[code.team]
    team.installed, team.scopes = True, set(code.scopes)
    return _granted(invocation, team, code)


def revoke(invocation: Invocation) -> Answer:
    """Take the own token away (https://docs.slack.dev/reference/methods/auth.revoke)."""
    if invocation.arguments.flag("test"):
        return {"revoked": False}
    invocation.team.uninstall()
    return {"revoked": True}


def uninstall(invocation: Invocation) -> Answer:
    """Take the app out of the workspace (https://docs.slack.dev/reference/methods/apps.uninstall)."""
    _check_client(invocation)
    invocation.team.uninstall()
    return {}


def _check_client(invocation: Invocation) -> None:
    """Refuse who does not know the app's id and secret, as arguments or by basic authentication."""
    app, arguments = invocation.slack.app, invocation.arguments
    client, secret = invocation.basic
    if (client or arguments.text("client_id")) != app.client_id:
        raise Refusal("invalid_client_id")
    if (secret or arguments.text("client_secret")) != app.client_secret:
        raise Refusal("bad_client_secret")


def _granted(invocation: Invocation, team: Team, code: Code | None = None) -> Answer:
    """What an installation gives; with rotation the token lives twelve hours, without for ever."""
    org_wide = code is not None and code.org_wide
    answer: Answer = {
        "app_id": invocation.slack.app.id,
        "scope": ",".join(sorted(team.scopes)),
        "token_type": "bot",
        "bot_user_id": team.bot_user_id,
        "team": None if org_wide else {"id": team.id, "name": team.name},
        "enterprise": {"id": f"E{team.id[1:]}", "name": f"{team.name} Group"} if org_wide else None,
        "is_enterprise_install": org_wide,
    }
    if code is not None:
        answer["authed_user"] = {"id": code.user}
    app, tokens = invocation.slack.app, invocation.slack.tokens
    if app.rotates_tokens:
        team.bot_token, refresh = tokens.rotating(team.id, app.token_lifetime)
        return {
            **answer,
            "access_token": team.bot_token,
            "refresh_token": refresh,
            "expires_in": app.token_lifetime,
        }
    # A second installation gives the same token again, but not one that was taken away.
    if not tokens.lives(team.bot_token) or team.bot_token.startswith("xoxe"):
        team.bot_token = tokens.add(new_token("xoxb"), "bot", team.id)
    return {**answer, "access_token": team.bot_token}
