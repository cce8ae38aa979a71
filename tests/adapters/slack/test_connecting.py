"""Connecting to Slack: what an operator reads where that fails."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from adapters.connections import opening
from adapters.settings import Settings, SettingsError
from bot.store import Store
from simulators.slack import SlackSimulator


def settings_of(slack: SlackSimulator, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "slack_bot_token": SecretStr(slack.workspace.bot_token),
        "slack_app_token": SecretStr(slack.app.app_token),
        "slack_api_url": slack.api_url,
    }
    return Settings(**{**given, **changes})


async def refusal_of(store: Store, settings: Settings) -> str:
    with pytest.raises(SettingsError) as refused:
        async with opening(settings)(store):
            pass
    return str(refused.value)


async def test_a_token_that_slack_does_not_know_is_named_with_the_place_of_the_right_one(
    store: Store,
) -> None:
    async with SlackSimulator() as slack:
        told = await refusal_of(store, settings_of(slack, slack_bot_token=SecretStr("xoxb-wrong")))

    assert "SLACK_BOT_TOKEN (invalid_auth)" in told
    assert "OAuth & Permissions" in told


async def test_a_token_of_another_kind_is_no_bot_token_although_slack_answers(store: Store) -> None:
    async with SlackSimulator() as slack:
        told = await refusal_of(store, settings_of(slack, slack_bot_token=SecretStr(slack.app.app_token)))

    assert "SLACK_BOT_TOKEN (this is no bot token)" in told


async def test_an_address_at_which_nobody_is_slack_is_named_and_not_the_token(store: Store) -> None:
    async with SlackSimulator() as slack:
        elsewhere = slack.api_url.removesuffix("/api")
        told = await refusal_of(store, settings_of(slack, slack_api_url=elsewhere))

    assert told.startswith(f"SLACK_API_URL is {elsewhere}, but nobody there speaks as Slack does")
