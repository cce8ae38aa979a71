"""Whether the settings of each platform are complete, and do not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from adapters.settings import Settings, SettingsError


def require_platforms(settings: Settings) -> None:
    """Refuse tokens that lead nowhere. Raises SettingsError with a sentence for each that is missing or too many."""
    many = settings.slack_client_id or settings.slack_client_secret
    sentences = [*(_of_many_workspaces(settings) if many else _of_one_workspace(settings))]
    if sentences:
        raise SettingsError(*sentences)


_KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe.": "a rotating token",
}


def _of_another_kind(name: str, token: SecretStr | None, *kinds: str) -> Iterator[str]:
    """What is wrong with a token that begins as none of its kind does, or with a secret that begins as a token does."""
    value = token.get_secret_value() if token else ""
    begins = next((kind for kind in _KINDS if value.startswith(kind)), "")
    if not value or (begins in kinds if kinds else not begins):
        return
    given = f"{_KINDS[begins]} ({begins}…)" if begins else "none of Slack's tokens"
    wanted = f"begins with {kinds[0]}" if kinds else "has no such beginning"
    yield f"{name} is {given}, but what belongs there {wanted}: look whether two settings changed places."


def _of_one_workspace(settings: Settings) -> Iterator[str]:
    """What is wrong with the settings for Slack, where one workspace has a bot token."""
    token, app, signing = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    yield from _of_another_kind("SLACK_BOT_TOKEN", token, "xoxb-", "xoxe.")
    yield from _of_another_kind("SLACK_APP_TOKEN", app, "xapp-")
    yield from _of_another_kind("SLACK_SIGNING_SECRET", signing)
    if app and signing:
        yield (
            "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set, but Slack is heard one way only: leave out "
            "SLACK_SIGNING_SECRET for Socket Mode, or SLACK_APP_TOKEN for HTTP."
        )
    if (app or signing) and not token:
        yield (
            "SLACK_BOT_TOKEN is missing: copy the Bot User OAuth Token, which begins with xoxb-, from your Slack "
            "app's page OAuth & Permissions; or, for many workspaces, set SLACK_CLIENT_ID."
        )
    if token and not (app or signing):
        yield (
            "SLACK_APP_TOKEN is missing: generate an app-level token with the scope connections:write on your "
            "Slack app's page Basic Information, or set SLACK_SIGNING_SECRET to hear Slack over HTTP."
        )


def _of_many_workspaces(settings: Settings) -> Iterator[str]:
    """What is wrong with the settings for Slack, where any workspace may install the app."""
    if settings.slack_bot_token:
        yield (
            "SLACK_BOT_TOKEN is set beside SLACK_CLIENT_ID: leave SLACK_BOT_TOKEN out to let many workspaces install "
            "the app, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET to serve the token's workspace alone."
        )
    if settings.slack_app_token:
        yield (
            "SLACK_APP_TOKEN is set beside SLACK_CLIENT_ID, but many workspaces are heard over HTTP: leave "
            "SLACK_APP_TOKEN out, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for one workspace through Socket Mode."
        )
    copied = "copy it from your Slack app's page Basic Information"
    secret = "set it to a secret of your own, which encrypts tokens; `openssl rand -base64 32` makes one"  # noqa: S105
    address = (
        "set it to the address under which Slack and people reach Parley, such as https://parley.example.com; "
        "whoever installs the app is led back there"
    )
    needed = {
        "SLACK_CLIENT_ID": (settings.slack_client_id, copied),
        "SLACK_CLIENT_SECRET": (settings.slack_client_secret, copied),
        "SLACK_SIGNING_SECRET": (settings.slack_signing_secret, copied),
        "SECRET_KEY": (settings.secret_key, secret),
        "PUBLIC_URL": (settings.public_url, address),
    }
    for name, (value, fix) in needed.items():
        if not value:
            yield f"{name} is missing, which many workspaces need: {fix}."
