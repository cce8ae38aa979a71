"""Scopes that are missing: what does not work without them, said where somebody reads it."""

from __future__ import annotations

import pytest

from adapters.slack.adapter import open_slack
from adapters.slack.keys import SlackKeys
from adapters.slack.scopes import missing_in_words
from bot.store import Store
from simulators.slack import SlackSimulator


def test_what_is_missing_is_told_in_order_and_in_words() -> None:
    assert missing_in_words({"users:read", "files:write", "new:scope"}) == [
        "without files:write it cannot hand over documents",
        "without new:scope it cannot do all that it offers",
        "without users:read it cannot call people by their names",
    ]


async def test_at_the_start_the_operator_reads_what_does_not_work(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SlackSimulator() as slack:
        slack.workspace.scopes -= {"files:write", "im:history"}
        async with open_slack(SlackKeys(slack.workspace.bot_token, api_url=slack.api_url), store):
            pass

    said = capsys.readouterr()
    (sentence,) = said.err.splitlines()
    assert sentence.startswith("parley: Slack has not granted all that Parley asks for: without files:write ")
    assert "without im:history it cannot hear direct messages" in sentence
    assert "`parley manifest slack`" in sentence
    assert "scopes_missing" in said.out


async def test_where_nothing_is_missing_nothing_is_said(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async with (
        SlackSimulator() as slack,
        open_slack(SlackKeys(slack.workspace.bot_token, api_url=slack.api_url), store),
    ):
        pass

    assert capsys.readouterr().err == ""
