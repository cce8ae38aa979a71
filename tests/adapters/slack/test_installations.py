"""How installations are kept and found: encrypted, each for its own workspace, and believed for a minute."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.installing.installations import installation_key
from adapters.slack.installing.sealing import Seal, Unreadable
from bot.errors import PlatformRefused, PlatformUnknown
from bot.store import Store
from tests.adapters.slack.register import Register, open_register


@pytest.fixture
async def register(store: Store) -> AsyncIterator[Register]:
    """A register in which nothing is kept."""
    async with open_register(store) as opened:
        yield opened


def token_of(client: AsyncWebClient) -> str:
    """The token with which a client calls."""
    return str(client.token)


async def test_what_is_kept_is_read_again(register: Register) -> None:
    installation = await register.installed()

    kept = await register.process().installations.read(installation.team)

    assert kept
    assert kept.installation == installation


async def test_nobody_reads_a_token_in_redis(register: Register, store: Store) -> None:
    installation = await register.rotating()

    held = await store.do("GET", installation_key(installation.team))

    for secret in (installation.token, installation.refresh_token, installation.bot):
        assert secret
        assert secret.encode() not in held


async def test_the_same_installation_looks_different_each_time(register: Register, store: Store) -> None:
    installation = await register.installed()
    key = installation_key(installation.team)
    first = await store.do("GET", key)

    await register.process().installations.keep(installation)

    assert await store.do("GET", key) != first


async def test_what_was_sealed_for_one_workspace_opens_for_no_other(register: Register, store: Store) -> None:
    mine, theirs = await register.installed(), await register.installed(register.slack.add_workspace("Eve"))
    sealed = await store.do("GET", installation_key(mine.team))

    await store.do("SET", installation_key(theirs.team), sealed)

    assert await register.process().installations.read(theirs.team) is None
    with pytest.raises(PlatformUnknown):
        await register.process().workspaces.find(theirs.team)


@pytest.mark.parametrize("place", [0, 1, 8, 9, 24, 40, 100, -1, -2])
async def test_what_was_tampered_with_is_no_installation(
    register: Register, store: Store, place: int
) -> None:
    installation = await register.installed()
    key = installation_key(installation.team)
    sealed = bytearray(await store.do("GET", key))
    sealed[place] = ord("A") if sealed[place] != ord("A") else ord("B")

    await store.do("SET", key, bytes(sealed))

    assert await register.process().installations.read(installation.team) is None


@pytest.mark.parametrize("held", [b"", b"\xff\xfe", b"gAAAAA", b"nonsense" * 100])
async def test_nonsense_is_no_installation(register: Register, store: Store, held: bytes) -> None:
    await store.do("SET", installation_key("T1"), held)

    assert await register.process().installations.read("T1") is None


async def test_what_another_version_has_kept_is_no_installation(register: Register, store: Store) -> None:
    process = register.process()
    for content in (b"[]", b"{}", b'{"team": "T1", "more": 1}', b"null"):
        await store.do("SET", installation_key("T1"), process.installations.seal.close("T1", content))

        assert await process.installations.read("T1") is None


async def test_with_another_key_a_workspace_counts_as_not_installed_until_it_installs_again(
    register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    installation = await register.installed()
    changed = register.process(secret="another secret of many letters")

    with pytest.raises(PlatformUnknown):
        await changed.workspaces.find(installation.team)

    assert "installation_unreadable" in capsys.readouterr().out
    await changed.installations.keep(installation)
    assert (await changed.workspaces.find(installation.team)).bot == installation.bot


def test_a_seal_opens_what_it_closed_and_nothing_else() -> None:
    seal = Seal("sixteen letters!")
    closed = seal.close("T1", b"content")

    assert seal.open("T1", closed) == b"content"
    for other, team in ((seal, "T2"), (Seal("sixteen letters?"), "T1")):
        with pytest.raises(Unreadable):
            other.open(team, closed)


async def test_no_secret_shows_when_an_installation_is_printed(register: Register) -> None:
    installation = await register.rotating()
    process = register.process()

    printed = repr((installation, process.installations, process.rotation.oauth))

    for secret in (installation.token, installation.refresh_token, register.slack.app.client_secret):
        assert secret not in printed


async def test_a_workspace_is_read_once_and_slack_is_asked_nothing(register: Register, store: Store) -> None:
    installation = await register.installed()
    before, workspaces = len(register.slack.calls), register.process().workspaces
    found = await workspaces.find(installation.team)
    await store.do("DEL", installation_key(installation.team))

    again = await workspaces.find(installation.team)

    assert again is found
    assert (found.team, found.bot, found.bot_id) == (
        register.slack.workspace.id,
        register.slack.workspace.bot_user_id,
        register.slack.workspace.bot_id,
    )
    assert len(register.slack.calls) == before


async def test_all_workspaces_share_their_connections(register: Register) -> None:
    workspaces = register.process().workspaces
    others = [await register.installed(register.slack.add_workspace(name)) for name in ("Beta", "Gamma")]

    found = [await workspaces.find(each.team) for each in others]

    assert {id(each.web.client.session) for each in found} == {id(register.session)}


async def test_a_workspace_that_did_not_install_the_app_is_unknown(register: Register) -> None:
    with pytest.raises(PlatformUnknown, match="T0NOBODY"):
        await register.process().workspaces.find("T0NOBODY")


async def test_what_changed_elsewhere_is_noticed_after_a_while(register: Register, store: Store) -> None:
    installation = await register.installed()
    process = register.process(fresh=0.0)
    found = await process.workspaces.find(installation.team)
    await process.installations.keep(replace(installation, token="xoxb-newer"))

    again = await process.workspaces.find(installation.team)

    assert again is found
    assert token_of(found.web.client) == "xoxb-newer"
    await store.do("DEL", installation_key(installation.team))
    with pytest.raises(PlatformUnknown):
        await process.workspaces.find(installation.team)


async def test_a_token_that_slack_refuses_is_looked_up_at_once(register: Register) -> None:
    workspace = register.slack.workspace
    await register.installed()
    process = register.process()
    found = await process.workspaces.find(workspace.id)
    await workspace.uninstalls()
    await register.installed()

    answer = await found.web.ask(found.web.client.auth_test)

    assert answer["team_id"] == workspace.id
    assert token_of(found.web.client) == workspace.bot_token


async def test_where_there_is_no_other_token_the_workspace_is_forgotten_at_once(
    register: Register, store: Store
) -> None:
    workspace = register.slack.workspace
    await register.installed()
    process = register.process()
    found = await process.workspaces.find(workspace.id)
    await workspace.uninstalls()
    await store.do("DEL", installation_key(workspace.id))

    with pytest.raises(PlatformRefused, match="account_inactive"):
        await found.web.ask(found.web.client.auth_test)

    assert len(register.slack.calls_to("auth.test")) == 1
    with pytest.raises(PlatformUnknown):
        await process.workspaces.find(workspace.id)


async def test_no_more_workspaces_are_held_than_fit(register: Register, store: Store) -> None:
    process = register.process(most=2)
    teams = [(await register.installed(register.slack.add_workspace(name))).team for name in ("A", "B", "C")]
    first, second, _ = [await process.workspaces.find(team) for team in teams]
    await store.do("DEL", *map(installation_key, teams))

    assert await process.workspaces.find(teams[1]) is second
    with pytest.raises(PlatformUnknown):
        await process.workspaces.find(first.team)
