"""The operator's settings: read once, from the environment or `.env`, and checked before anything starts."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHORTEST_SECRET = 16
DEMO = "demo"
"""The model that is always there: it needs no key and no network."""


class SettingsError(Exception):
    """A setting is wrong. Each argument is a sentence that names the variable and the fix."""


def _address(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if not separator or not rest or scheme not in schemes:
            raise ValueError(
                f"it must be an address that begins with {' or '.join(f'{each}://' for each in schemes)}"
            )
        try:
            port = urlsplit(value).port
        except ValueError as error:
            raise ValueError("it must be an address, and this one cannot be read") from error
        if port == 0:
            raise ValueError("it must name a port from 1 to 65535")
        return value if "?" in value or not urlsplit(value).netloc else value.rstrip("/")

    return AfterValidator(check)


def _key(value: SecretStr) -> SecretStr:
    key = value.get_secret_value().strip()
    if not key:
        raise ValueError("it must not be blank")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError("it must be a key or token as it was given, without blanks or other signs")
    return SecretStr(key)


def _long(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value().strip()
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"it must have at least {SHORTEST_SECRET} characters")
    return SecretStr(secret)


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _ids(value: Any) -> Any:
    ids = frozenset(filter(None, re.split(r"[\s,]+", value))) if isinstance(value, str) else value
    if any(not re.fullmatch("[ABUW][A-Z0-9]{2,30}", each) for each in ids):
        raise ValueError("each must be an id such as B024BE7LH or A024BE7LH, with commas between them")
    return ids


Web = Annotated[str, _address("http", "https")]
Word = BeforeValidator(_lower)
Ids = Annotated[frozenset[str], NoDecode, BeforeValidator(_ids)]
Secret = Annotated[SecretStr, AfterValidator(_key)]


class Settings(BaseSettings):
    """Every setting that there is. `.env.example` explains each; a test keeps the two together."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    openai_api_key: Secret | None = None
    openai_base_url: Web | None = None
    model: str = "gpt-5.4-mini"
    fallback_model: str | None = None
    summary_model: str | None = None
    embedding_model: str = "text-embedding-3-small"
    moderation_model: str = "omni-moderation-latest"
    moderation: Annotated[Literal["strict", "off"], Word] = "strict"
    moderation_failure: Annotated[Literal["closed", "open"], Word] = "closed"
    keep_incident_text: bool = False
    context_tokens: Annotated[int, Field(ge=500, le=10_000_000)] = 8_000
    reply_tokens: Annotated[int, Field(ge=16, le=1_000_000)] = 1_024
    memory: Annotated[Literal["window", "summary"], Word] = "window"
    retention_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    redis_url: Annotated[str, _address("redis", "rediss", "unix")] | None = None
    slack_bot_token: Secret | None = None
    slack_app_token: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_client_id: Annotated[str, AfterValidator(str.strip)] | None = None
    slack_client_secret: Secret | None = None
    slack_command_prefix: Annotated[str, Field(pattern="^[a-z0-9_-]{0,20}$")] = ""
    slack_allowed_bots: Ids = frozenset()
    slack_api_url: Web = "https://slack.com/api"
    discord_bot_token: Secret | None = None
    discord_api_url: Web = "https://discord.com/api/v10"
    discord_gateway_url: Annotated[str, _address("ws", "wss")] = "wss://gateway.discord.gg"
    discord_shards: Annotated[int, Field(ge=1, le=16_384)] | None = None
    port: Annotated[int, Field(ge=0, le=65_535)] = 8_000
    public_url: Web | None = None
    secret_key: Annotated[SecretStr, AfterValidator(_long)] | None = None
    admin_token: Secret | None = None

    @field_validator("memory")
    @classmethod
    def _window_only(cls, memory: str) -> str:
        if memory == "summary":
            raise ValueError("it cannot be summary in this version yet")
        return memory

    @model_validator(mode="after")
    def _reply_fits(self) -> Settings:
        if self.reply_tokens * 2 > self.context_tokens:
            raise ValueError(
                f"REPLY_TOKENS is {self.reply_tokens}, more than half of CONTEXT_TOKENS ({self.context_tokens}): "
                "set REPLY_TOKENS lower or CONTEXT_TOKENS higher."
            )
        return self

    @property
    def demo(self) -> bool:
        """Whether the demo model answers: it was asked for, or there is neither a key nor another server."""
        return self.model == DEMO or (self.openai_api_key is None and self.openai_base_url is None)

    @property
    def slack(self) -> bool:
        """Whether Slack is to be spoken to: in the workspace of a bot token, or in all that install the app."""
        return bool(self.slack_bot_token or self.slack_client_id)

    @property
    def discord(self) -> bool:
        """Whether Discord is to be spoken to."""
        return bool(self.discord_bot_token)

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that a token was given for."""
        given = {"Slack": self.slack or self.slack_app_token, "Discord": self.discord}
        return tuple(name for name, token in given.items() if token)

    def require_model(self) -> None:
        """Refuse to let the demo model loose on a real platform unasked. Raises SettingsError."""
        if self.platforms and self.demo and self.model != DEMO:
            needing = " and ".join(self.platforms)
            raise SettingsError(
                f"OPENAI_API_KEY is missing, which {needing} needs: set it to a key of your OpenAI account, or "
                "set MODEL=demo to try Parley with its demo model."
            )


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsError with a sentence for each wrong one."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(*map(_sentence, error.errors())) from None
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text: save it as UTF-8.") from None


def _sentence(error: ErrorDetails) -> str:
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0]).upper()
    field, context = Settings.model_fields[name.lower()], error.get("ctx", {})
    reasons = {
        "int_parsing": "it must be a whole number",
        "bool_parsing": "it must be true or false",
        "greater_than_equal": f"it must be at least {context.get('ge')}",
        "less_than_equal": f"it must be at most {context.get('le')}",
        "string_pattern_mismatch": "it may have up to 20 small letters, digits, - and _",
        "literal_error": f"it must be {context.get('expected')}".replace("'", ""),
    }
    reason = reasons.get(error["type"]) or str(context.get("error", "it cannot be read"))
    fix = f"set it to {str(field.default).lower()}" if field.default else "correct it"
    # A key is a secret, and an address may hold one.
    secret = name.endswith(("_KEY", "_TOKEN", "_SECRET")) or "URL" in name
    otherwise = "leave it out" if field.default is None else "leave it out for the default"
    given = "is not usable:" if secret else f"is {error['input']!r}, but"
    return f"{name} {given} {reason}: {fix}, or {otherwise}."


def misspelt() -> list[str]:
    """A sentence for each name in `.env` that is nearly a setting."""
    try:
        written = Path(".env").read_text("utf-8") if Path(".env").is_file() else ""
    except UnicodeDecodeError:
        return []  # which is said where the settings are read
    found = re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_]+)\s*=", written)
    return [
        f".env sets {name}, which is no setting. Did you mean {near[0]}?"
        for name in found
        if name.upper() not in names() and (near := get_close_matches(name.upper(), names(), n=1, cutoff=0.8))
    ]


def names() -> tuple[str, ...]:
    """The names of all settings, as they stand in the environment."""
    return tuple(name.upper() for name in Settings.model_fields)
