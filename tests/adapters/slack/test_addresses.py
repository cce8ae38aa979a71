"""Which addresses are Slack's."""

from __future__ import annotations

import pytest

from adapters.slack.addresses import is_slack

API = "https://slack.com/api/"


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com/files-pri/T1-F1/notes.txt",
        "https://acme.enterprise.slack.com/files/1",
        "https://hooks.slack-gov.com/commands/1",
        "https://slack.com/anything",
    ],
)
def test_slacks_own_hosts_are_slack(address: str) -> None:
    assert is_slack(address, API)


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com.evil.example/1",
        "https://evilslack.com/1",
        "https://evil.example/.slack.com",
        "https://evil.example#.slack.com",
        "https://evil.example?x=.slack.com",
        "https://files.slack.com@evil.example/1",
        "http://files.slack.com/1",
        "//files.slack.com/1",
        "https://[broken",
        "",
    ],
)
def test_others_are_not(address: str) -> None:
    assert not is_slack(address, API)


def test_a_server_of_ones_own_is_slack_where_its_web_api_is() -> None:
    assert is_slack("http://127.0.0.1:8300/files-pri/1", "http://127.0.0.1:8300/api/")
    assert not is_slack("http://127.0.0.1:8301/files-pri/1", "http://127.0.0.1:8300/api/")
