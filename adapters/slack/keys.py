"""What Slack gave the operator: the keys to one workspace, or to all that install the app."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import SecretStr

from adapters.settings import Settings


@dataclass(frozen=True, slots=True)
class InstallKeys:
    """What lets many workspaces install the app."""

    client_id: str
    client_secret: str = field(repr=False)
    secret: str = field(repr=False)
    """What the tokens of the workspaces are encrypted with."""
    public_url: str
    """Where people reach us."""


@dataclass(frozen=True, slots=True)
class SlackKeys:
    """What is needed to hear Slack and to speak there. An app token means Socket Mode; without one it is HTTP."""

    bot_token: str = field(default="", repr=False)
    """Of the one workspace that there is, unless many may install the app."""
    app_token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)
    install: InstallKeys | None = None
    api_url: str = "https://slack.com/api"
    port: int = 8_000
    prefix: str = ""
    bots: frozenset[str] = frozenset()
    """Ids of bots and apps whose mentions are answered."""
    retention_days: int = 30


def keys_of(settings: Settings) -> SlackKeys:
    """The keys that are among the settings, which are complete."""
    return SlackKeys(
        bot_token=_told(settings.slack_bot_token),
        app_token=_told(settings.slack_app_token) or None,
        signing_secret=_told(settings.slack_signing_secret) or None,
        install=_install_keys(settings) if settings.slack_client_id else None,
        api_url=settings.slack_api_url,
        port=settings.port,
        prefix=settings.slack_command_prefix,
        bots=settings.slack_allowed_bots,
        retention_days=settings.retention_days,
    )


def _install_keys(settings: Settings) -> InstallKeys:
    return InstallKeys(
        client_id=settings.slack_client_id or "",
        client_secret=_told(settings.slack_client_secret),
        secret=_told(settings.secret_key),
        public_url=settings.public_url or "",
    )


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
