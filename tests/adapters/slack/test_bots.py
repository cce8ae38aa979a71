"""Bots: heard where they are allowed and name Parley, and not for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.mailbox import IN_A_ROW
from simulators.slack_api.workspaces import OtherBot
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office, open_service, open_workspace


def mention(office: Office) -> str:
    return f"<@{office.workspace.bot_user_id}>"


async def test_a_bot_is_not_heard_unless_it_is_allowed(office: Office) -> None:
    bot = office.workspace.other_bot("Jenkins")
    for subtype in (True, False):
        await bot.says(f"{mention(office)} The build failed", office.general, subtype=subtype)

    asked = await office.ada.mentions("Hello", office.general)
    await office.until_answered(asked, answer_to("Hello"))

    assert len(office.model.requests_to("chat")) == 1


@asynccontextmanager
async def with_jenkins(redis_url: str, named: str = "bot_id") -> AsyncIterator[tuple[Office, OtherBot]]:
    """Parley at work in a workspace with a bot that it may answer."""
    async with open_workspace() as office:
        bot = office.workspace.other_bot("Jenkins")
        allowed = frozenset({str(getattr(bot, named))})
        async with open_service(office, redis_url, slack_allowed_bots=allowed):
            yield office, bot


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("way", ["bot_message", "as a user"])
@pytest.mark.parametrize("named", ["bot_id", "app_id"])
async def test_a_bot_that_is_allowed_is_answered_where_it_names_parley(
    valkey: str, named: str, way: str
) -> None:
    async with with_jenkins(valkey, named) as (office, bot):
        subtype = way == "bot_message"
        said = await bot.says(f"{mention(office)} Failed", office.general, subtype=subtype)
        await office.until_answered(said, "Failed")
        await bot.says("Aha", office.general, said, subtype=subtype)
        await office.ada.says("Well?", office.general, said)
        await office.until_answered(said, answer_to("Well?"))

        assert len(office.model.requests_to("chat")) == 2


@pytest.mark.usefixtures("store")
async def test_a_loop_of_bots_is_cut_and_that_is_said_once(valkey: str) -> None:
    async with with_jenkins(valkey) as (office, bot):
        said = await bot.says(f"{mention(office)} 0", office.general)
        await office.until(lambda: bool(office.replies(said)))
        for number in range(1, IN_A_ROW + 4):
            await bot.says(f"{mention(office)} {number}", office.general, said)
        await office.until(lambda: len(office.replies(said)) > IN_A_ROW)
        await office.ada.mentions("Stop that", office.general, said)
        await office.until_answered(said, answer_to("Stop that"))
        await bot.says(f"{mention(office)} Zebra", office.general, said)
        await office.until_answered(said, "Zebra")

        texts = [each.text for each in office.replies(said)]
        assert len([text for text in texts if "messages of bots in a row" in text]) == 1
        assert len(office.model.requests_to("chat")) == IN_A_ROW + 2


@pytest.mark.usefixtures("store")
async def test_what_only_its_author_would_read_a_bot_is_told_in_the_thread(valkey: str) -> None:
    async with with_jenkins(valkey) as (office, bot):
        said = await bot.says(f"{mention(office)} I will kill you", office.general)

        await office.until(lambda: any("flagged" in each.text for each in office.replies(said)))

        assert office.model.requests_to("chat") == []
