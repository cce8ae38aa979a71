from __future__ import annotations

from adapters.slack.hearing.app import SHOWN
from adapters.slack.manifest import BOT_EVENTS, manifest
from adapters.slack.scopes import BOT_SCOPES
from bot.commands.declarations import COMMANDS


def test_the_manifest_names_each_command_that_can_be_given_in_a_channel() -> None:
    commands = {each["command"] for each in manifest()["features"]["slash_commands"]}

    assert commands == {f"/{command.name}" for command in COMMANDS if not command.bare}


def test_commands_carry_the_prefix_of_the_workspace() -> None:
    commands = manifest("parley-")["features"]["slash_commands"]

    assert all(each["command"].startswith("/parley-") for each in commands)


def test_without_an_address_slack_is_heard_over_sockets() -> None:
    settings = manifest()["settings"]

    assert settings["socket_mode_enabled"]
    assert "request_url" not in settings["event_subscriptions"]
    assert "url" not in manifest()["features"]["slash_commands"][0]


def test_with_an_address_everything_is_sent_there() -> None:
    document = manifest(url="https://parley.example.com/")

    address = "https://parley.example.com/slack/events"
    assert not document["settings"]["socket_mode_enabled"]
    assert document["settings"]["event_subscriptions"]["request_url"] == address
    assert document["settings"]["interactivity"]["request_url"] == address
    assert {each["url"] for each in document["features"]["slash_commands"]} == {address}
    assert document["oauth_config"]["redirect_urls"] == ["https://parley.example.com/slack/oauth_redirect"]


def test_token_rotation_is_left_to_the_operator_as_nobody_can_turn_it_off_again() -> None:
    assert not manifest(url="https://parley.example.com")["settings"]["token_rotation_enabled"]
    assert "redirect_urls" not in manifest()["oauth_config"]


def test_the_scopes_are_those_that_the_code_uses() -> None:
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == BOT_SCOPES


def test_the_events_are_those_that_are_listened_to_but_for_those_of_the_older_view() -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]

    assert events == list(BOT_EVENTS)
    assert SHOWN - set(events) == {"assistant_thread_started"}


def test_the_app_is_an_agent_with_a_home_and_messages() -> None:
    features = manifest()["features"]

    assert features["app_home"]["home_tab_enabled"]
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert "assistant_view" not in features


def test_texts_keep_to_the_limits_of_slack() -> None:
    document = manifest()

    assert len(document["display_information"]["name"]) <= 35
    assert len(document["display_information"]["description"]) <= 140
    agent = document["features"]["agent_view"]
    assert len(agent["agent_description"]) <= 300
    assert 1 <= len(agent["suggested_prompts"]) <= 4
    for command in document["features"]["slash_commands"]:
        assert "help" in command["usage_hint"] or command["usage_hint"].startswith("[")
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2_000
