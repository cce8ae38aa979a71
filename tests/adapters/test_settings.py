"""Settings: every one explained, and every wrong one told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.completeness import require_platforms
from adapters.settings import SettingsError, misspelt, names, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is set, and there is no .env."""
    monkeypatch.chdir(tmp_path)
    for name in names():
        monkeypatch.delenv(name, raising=False)


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text("utf-8"), re.MULTILINE)

    assert sorted(named) == sorted(names())


def test_the_example_as_it_is_means_the_defaults(tmp_path: Path) -> None:
    defaults = read_settings()
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")

    copied = read_settings()

    assert copied == defaults


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MODEL=from-file\nFALLBACK_MODEL=from-file\n", "utf-8")
    monkeypatch.setenv("MODEL", "from-environment")

    settings = read_settings()

    assert (settings.model, settings.fallback_model) == ("from-environment", "from-file")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CONTEXT_TOKENS", "many", "must be a whole number: set it to 8000"),
        ("CONTEXT_TOKENS", "5", "must be at least 500"),
        ("REPLY_TOKENS", "5000", "more than half of CONTEXT_TOKENS"),
        ("RETENTION_DAYS", "0", "must be at least 1"),
        ("PORT", "70000", "must be at most 65535"),
        ("MODERATION", "sometimes", "must be strict or off: set it to strict"),
        ("MODERATION_FAILURE", "ajar", "must be closed or open"),
        ("MEMORY", "summary", "cannot be summary in this version yet"),
        ("KEEP_INCIDENT_TEXT", "perhaps", "must be true or false"),
        ("REDIS_URL", "localhost:6379", "begins with redis:// or rediss:// or unix://"),
        ("REDIS_URL", "redis://127.0.0.1:notaport", "cannot be read"),
        ("REDIS_URL", "redis://127.0.0.1:99999", "cannot be read"),
        ("REDIS_URL", "redis://[::1", "cannot be read"),
        ("OPENAI_BASE_URL", "ftp://x", "begins with http:// or https://"),
        ("OPENAI_BASE_URL", "http://host:99999/v1", "cannot be read"),
        ("OPENAI_BASE_URL", "http://[", "cannot be read"),
        ("OPENAI_API_KEY", "schlüssel", "as it was given"),
        ("OPENAI_API_KEY", "two words", "as it was given"),
        ("SLACK_ALLOWED_BOTS", "B024BE7LH, Jenkins", "each must be an id such as B024BE7LH"),
        ("SLACK_COMMAND_PREFIX", "Parley!", "small letters, digits, - and _: correct it"),
        ("SECRET_KEY", "fifteen-letters", "must have at least 16 characters"),
        ("DISCORD_GATEWAY_URL", "https://x", "begins with ws:// or wss://"),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as raised:
        read_settings()

    (sentence,) = raised.value.args
    assert name in sentence
    assert words in sentence
    assert "\n" not in sentence


def test_several_wrong_settings_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("MEMORY", "x")

    with pytest.raises(SettingsError) as raised:
        read_settings()

    assert len(raised.value.args) == 2


def test_a_password_in_a_wrong_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "http://me:hunter2@host")

    with pytest.raises(SettingsError) as raised:
        read_settings()

    assert "hunter2" not in str(raised.value)


def test_a_key_does_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    assert "sk-secret" not in repr(read_settings())


def test_a_wrong_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret schlüssel")

    with pytest.raises(SettingsError) as raised:
        read_settings()

    assert "secret" not in str(raised.value)


def test_a_key_may_have_come_with_a_line_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1\n")

    key = read_settings().openai_api_key

    assert key
    assert key.get_secret_value() == "sk-1"


def test_words_may_be_written_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION", " OFF ")

    assert read_settings().moderation == "off"


@pytest.mark.parametrize(
    ("environment", "demo"),
    [
        ({}, True),
        ({"OPENAI_API_KEY": "k"}, False),
        ({"OPENAI_BASE_URL": "http://localhost:11434/v1"}, False),
        ({"OPENAI_API_KEY": "k", "MODEL": "demo"}, True),
        ({"OPENAI_API_KEY": ""}, True),
    ],
)
def test_the_demo_model_answers_where_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, demo: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert read_settings().demo is demo


def test_a_real_platform_refuses_to_start_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")

    with pytest.raises(SettingsError, match=r"OPENAI_API_KEY is missing, which Slack needs.*MODEL=demo"):
        read_settings().require_model()


def test_a_real_platform_starts_with_the_demo_model_if_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_BOT_TOKEN", "t")
    monkeypatch.setenv("MODEL", "demo")

    settings = read_settings()

    settings.require_model()
    assert settings.platforms == ("Discord",)


def test_a_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"MODEL=\xff\xfe")

    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings()


def test_bots_are_named_with_commas_or_blanks_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_ALLOWED_BOTS", "B024BE7LH, A024BE7LH B1234")

    assert read_settings().slack_allowed_bots == {"B024BE7LH", "A024BE7LH", "B1234"}


ONE = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
OVER_HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "c",
    "SLACK_SIGNING_SECRET": "s",
    "SECRET_KEY": "sixteen-letters!",
    "PUBLIC_URL": "https://parley.example.com",
}


def complaints(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> tuple[str, ...]:
    """What is said of these settings."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    try:
        require_platforms(read_settings())
    except SettingsError as error:
        return error.args
    return ()


@pytest.mark.parametrize(
    ("environment", "slack"), [({}, False), (ONE, True), (OVER_HTTP, True), (MANY, True)]
)
def test_slack_is_spoken_to_in_one_workspace_or_in_many(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, slack: bool
) -> None:
    assert complaints(monkeypatch, environment) == ()
    assert read_settings().slack is slack


@pytest.mark.parametrize("name", MANY)
def test_what_many_workspaces_need_is_named_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (sentence,) = complaints(monkeypatch, {key: value for key, value in MANY.items() if key != name})

    assert sentence.startswith(f"{name} is missing, which many workspaces need: ")
    assert sentence.endswith(".")


def test_all_that_is_missing_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    told = complaints(monkeypatch, {"SLACK_CLIENT_ID": "1.2"})

    assert [sentence.partition(" ")[0] for sentence in told] == list(MANY)[1:]


@pytest.mark.parametrize(
    ("environment", "start"),
    [
        (MANY | {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is set beside SLACK_CLIENT_ID"),
        (MANY | {"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN is set beside SLACK_CLIENT_ID"),
        (ONE | OVER_HTTP, "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both set"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_SIGNING_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is missing"),
        (ONE | {"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is an app-level token (xapp-…)"),
        (ONE | {"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN is a user token (xoxp-…)"),
        (ONE | {"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is a bot token (xoxb-…)"),
        (ONE | {"SLACK_APP_TOKEN": "A0123"}, "SLACK_APP_TOKEN is none of Slack's tokens"),
        (OVER_HTTP | {"SLACK_SIGNING_SECRET": "xapp-1"}, "SLACK_SIGNING_SECRET is an app-level token"),
    ],
)
def test_what_leads_nowhere_or_two_ways_is_refused(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], start: str
) -> None:
    (sentence,) = complaints(monkeypatch, environment)

    assert sentence.startswith(start)
    assert ": " in sentence


def test_a_name_that_is_nearly_a_setting_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOTTOKEN=x\nMODEL=demo\nEDITOR=vi\n# SLACK_APPTOKEN=\n", "utf-8")

    assert misspelt() == [".env sets SLACK_BOTTOKEN, which is no setting. Did you mean SLACK_BOT_TOKEN?"]


def test_the_example_has_no_name_that_is_only_nearly_a_setting(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")

    assert misspelt() == []
