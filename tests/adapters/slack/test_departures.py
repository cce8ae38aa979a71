"""Workspaces that have gone, and those of which nobody here can say so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from adapters.slack.installing.departures import has_left, is_of_token, note_team, wanted_gone
from adapters.slack.places import tenant_of
from adapters.slack.workspaces import NotInstalled
from bot.errors import PlatformRefused, PlatformUnknown
from bot.keys import PURGES
from bot.purge import Purges
from bot.store import Store
from tests.adapters.slack.register import Register, open_register


@pytest.fixture
async def register(store: Store) -> AsyncIterator[Register]:
    """A register in which nothing is kept."""
    async with open_register(store) as opened:
        yield opened


async def test_an_installation_that_cannot_be_read_is_not_taken_for_one_that_is_gone(
    register: Register,
) -> None:
    installation = await register.installed()
    stranger = register.process(secret="another secret of sixteen")

    with pytest.raises(PlatformUnknown) as unknown:
        await has_left(stranger.workspaces, tenant_of(installation.team))

    assert not isinstance(unknown.value, NotInstalled)


async def test_a_workspace_without_an_installation_has_left(register: Register) -> None:
    assert await has_left(register.process().workspaces, "slack:T0GONE")


async def test_a_token_that_was_taken_away_is_noticed_without_an_event(
    register: Register, store: Store
) -> None:
    installation = await register.installed()
    process = register.process()
    process.rotation.lost = partial(wanted_gone, Purges(store))
    web = (await process.workspaces.find(installation.team)).web
    register.slack.platform.tokens.revoke(installation.team)

    with pytest.raises(PlatformRefused):
        await web.ask(web.client.auth_test)

    assert await store.do("HEXISTS", PURGES, tenant_of(installation.team))


@pytest.mark.parametrize("refusal", ["invalid_auth", "missing_scope", "token_expired"])
async def test_other_refusals_let_nobody_be_forgotten(store: Store, refusal: str) -> None:
    await wanted_gone(Purges(store), "T0ACME", refusal)

    assert not await store.do("EXISTS", PURGES)


async def test_a_token_speaks_for_its_own_workspace_alone(store: Store) -> None:
    await note_team(store, "xoxb-1", "T0ACME")

    assert await is_of_token(store, "xoxb-1", "slack:T0ACME")
    for token, tenant in (("xoxb-1", "slack:T0OTHER"), ("xoxb-2", "slack:T0ACME")):
        with pytest.raises(PlatformUnknown):
            await is_of_token(store, token, tenant)


async def test_neither_token_nor_workspace_can_be_read_where_that_is_noted(store: Store) -> None:
    await note_team(store, "xoxb-1", "T0ACME")

    keys = await store.do("KEYS", "*")
    values = [await store.do("GET", key) for key in keys]
    assert len(keys) == 1
    assert b"xoxb" not in keys[0] + values[0]
    assert b"T0ACME" not in keys[0] + values[0]
