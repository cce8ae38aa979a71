"""Whether the settings of each platform are complete, and do not contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.settings import Settings, SettingsError


def require_platforms(settings: Settings) -> None:
    """Refuse tokens that lead nowhere. Raises SettingsError with a sentence for each that is missing or too many."""
    many = settings.slack_client_id or settings.slack_client_secret
    sentences = [*(_of_many_workspaces(settings) if many else _of_one_workspace(settings))]
    if sentences:
        raise SettingsError(*sentences)


def _of_one_workspace(settings: Settings) -> Iterator[str]:
    """What is wrong with the settings for Slack, where one workspace has a bot token."""
    token, app, signing = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
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
