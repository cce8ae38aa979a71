from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack.commands import spelled
from bot.store import Store
from tests.adapters.slack.office import Office, open_office


@pytest.fixture
async def prefixed(valkey: str, store: Store) -> AsyncIterator[Office]:
    """A workspace whose commands begin with a name."""
    del store
    async with open_office(valkey, slack_command_prefix="parley-") as opened:
        yield opened


def private(office: Office) -> str:
    """What only Ada reads in the channel."""
    return "\n".join(each.text for each in office.general.screen(viewer=office.ada) if each.ephemeral)


async def test_help_names_the_commands_as_they_are_written_in_this_workspace(prefixed: Office) -> None:
    await prefixed.ada.types("/parley-help", "", prefixed.general)
    await prefixed.until(lambda: private(prefixed) != "")

    assert "`/parley-reset`" in private(prefixed)
    assert "`/parley-persona`" in private(prefixed)
    assert "`!retry`" in private(prefixed)
    assert "`/reset`" not in private(prefixed)


async def test_help_behind_a_command_explains_it(prefixed: Office) -> None:
    await prefixed.ada.types("/parley-reset", "help", prefixed.general)

    await prefixed.until(lambda: "`/parley-reset`: forget this conversation" in private(prefixed))

    assert prefixed.model.requests_to("chat") == []


async def test_in_a_thread_help_names_the_commands_as_they_work_there(prefixed: Office) -> None:
    asked = await prefixed.ada.mentions("!persona help", prefixed.general)

    await prefixed.until_answered(asked, "`!persona use NAME`")

    assert prefixed.model.requests_to("chat") == []


@pytest.mark.parametrize(
    ("text", "threaded", "expected"),
    [
        ("`/help` shows them.", False, "`/p-help` shows them."),
        ("`/help` shows them.", True, "`!help` shows them."),
        ("`/retry` does.", False, "`!retry` does."),
        ("There is no `/resets`, nor /reset.", False, "There is no `/resets`, nor /reset."),
        ("```text\n`/reset` is a command\n```", False, "```text\n`/reset` is a command\n```"),
    ],
)
def test_commands_are_spelled_for_where_they_are_read(text: str, *, threaded: bool, expected: str) -> None:
    assert spelled(text, "p-", threaded=threaded) == expected
