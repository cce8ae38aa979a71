"""Token rotation: renewed in time and once, kept before it is used, and survived as far as Slack allows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.installing.installations import Installation, installation_key
from adapters.slack.installing.rotation import Rotation
from adapters.slack.places import tenant_of
from bot.allowance import Allowance
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnknown
from bot.store import Store
from simulators.slack import Fault
from tests.adapters.slack.many import open_many
from tests.adapters.slack.register import HOUR, Process, Register, open_register


@pytest.fixture
async def register(store: Store) -> AsyncIterator[Register]:
    """A register in which nothing is kept."""
    async with open_register(store) as opened:
        yield opened


@pytest.fixture
async def ending(register: Register) -> Installation:
    """An installation whose token ends in an hour; the next one lives for twelve."""
    installation = await register.rotating(HOUR)
    register.slack.app.token_lifetime = 12 * HOUR
    return installation


async def ended(register: Register) -> Installation:
    """An installation whose token has ended; the next one lives for twelve hours."""
    installation = await register.rotating(60)
    register.slack.speed = 10_000
    await register.slack.platform.clock.sleep(61)
    register.slack.speed, register.slack.app.token_lifetime = 1, 12 * HOUR
    await register.process().installations.keep(replace(installation, expires_at=1.0))
    return replace(installation, expires_at=1.0)


async def asked(process: Process, team: str) -> str:
    """Ask Slack something in a workspace; the token with which it answered."""
    web = (await process.workspaces.find(team)).web
    await web.ask(web.client.auth_test)
    return str(web.client.token)


async def kept(register: Register, team: str) -> Installation:
    """What is kept of an installation."""
    found = await register.process().installations.read(team)
    assert found
    return found.installation


async def test_a_token_that_lives_for_long_is_left_alone(register: Register) -> None:
    installation = await register.rotating(3 * HOUR)

    assert await asked(register.process(), installation.team) == installation.token

    assert register.refreshed == 0


async def test_a_token_that_lasts_is_never_renewed(register: Register) -> None:
    installation = await register.installed()

    assert await asked(register.process(), installation.team) == installation.token

    assert register.refreshed == 0


async def test_a_token_that_ends_soon_is_renewed_and_kept_before_it_is_used(
    register: Register, ending: Installation
) -> None:
    token = await asked(register.process(), ending.team)

    renewed = await kept(register, ending.team)
    assert register.refreshed == 1
    assert token == renewed.token != ending.token
    assert renewed.refresh_token not in {"", ending.refresh_token}
    assert renewed.expires_at - ending.expires_at > 10 * HOUR
    assert replace(
        renewed, token=ending.token, refresh_token=ending.refresh_token, expires_at=ending.expires_at
    ) == (ending)


async def test_to_find_a_workspace_renews_nothing(register: Register, ending: Installation) -> None:
    await register.process().workspaces.find(ending.team)

    assert register.refreshed == 0


async def test_two_processes_with_many_calls_at_once_renew_a_token_once(
    register: Register, ending: Installation
) -> None:
    register.slack.latency = 0.05
    processes = [register.process() for _ in range(2)]

    tokens = await asyncio.gather(*(asked(process, ending.team) for process in processes for _ in range(10)))

    assert register.refreshed == 1
    assert set(tokens) <= {ending.token, (await kept(register, ending.team)).token}
    assert [await asked(process, ending.team) for process in processes] == [
        (await kept(register, ending.team)).token
    ] * 2


async def test_two_processes_with_a_token_that_has_ended_renew_it_once(register: Register) -> None:
    installation = await ended(register)
    register.slack.latency = 0.05
    processes = [register.process() for _ in range(2)]

    tokens = await asyncio.gather(
        *(asked(process, installation.team) for process in processes for _ in range(10))
    )

    assert register.refreshed == 1
    assert set(tokens) == {(await kept(register, installation.team)).token}


async def test_a_token_that_slack_calls_ended_is_renewed_whatever_our_clock_says(
    register: Register,
) -> None:
    installation = await ended(register)
    late = register.process(late=20 * HOUR)
    await late.installations.keep(replace(installation, expires_at=4e9))

    token = await asked(late, installation.team)

    assert register.refreshed == 1
    assert token == (await kept(register, installation.team)).token
    assert [call.outcome for call in register.slack.calls_to("auth.test")] == ["token_expired", "ok"]


async def test_a_turn_that_is_stopped_meanwhile_does_not_lose_the_token(
    register: Register, ending: Installation
) -> None:
    register.slack.latency = 0.2
    process = register.process()
    turn = asyncio.create_task(asked(process, ending.team))
    await register.slack.until(lambda: register.refreshed == 1)

    turn.cancel()
    await asyncio.wait([turn])
    await process.rotation.close()

    assert turn.cancelled()
    assert (await kept(register, ending.team)).token != ending.token
    assert await asked(register.process(), ending.team) != ending.token
    assert register.refreshed == 1


async def test_who_has_a_token_that_works_does_not_wait_for_who_renews_it(
    register: Register, store: Store, ending: Installation
) -> None:
    assert await Allowance(store, tenant_of(ending.team)).hold("refresh", "another", 30.0, 1)

    async with asyncio.timeout(5):
        token = await asked(register.process(patience=60.0), ending.team)

    assert token == ending.token
    assert register.refreshed == 0


async def test_who_has_none_waits_for_it(register: Register, store: Store) -> None:
    installation = await ended(register)
    assert await Allowance(store, tenant_of(installation.team)).hold("refresh", "another", 30.0, 1)
    waiting = asyncio.create_task(asked(register.process(patience=60.0), installation.team))
    another = register.process()
    there = await another.installations.read(installation.team)
    assert there

    grant = await another.rotation.oauth.refresh(installation.refresh_token)
    assert await another.installations.swap(there, there.installation.renewed(grant))

    async with asyncio.timeout(5):
        assert await waiting == grant.token
    assert register.refreshed == 1


async def test_who_waits_in_vain_may_try_again_later(register: Register, store: Store) -> None:
    installation = await ended(register)
    await Allowance(store, tenant_of(installation.team)).hold("refresh", "dead", 30.0, 1)

    with pytest.raises(PlatformBusy):
        await asked(register.process(patience=0.0), installation.team)

    await Allowance(store, tenant_of(installation.team)).let_go("refresh", "dead", 0.0)
    assert await asked(register.process(), installation.team) != installation.token


async def used_up(register: Register, installation: Installation) -> None:
    """A process dies between Slack's answer and its being kept."""
    await register.process().rotation.oauth.refresh(installation.refresh_token)


async def test_after_a_crash_before_it_was_kept_the_token_is_used_as_long_as_it_lives(
    register: Register, ending: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    await used_up(register, ending)
    process = register.process()

    tokens = [await asked(process, ending.team) for _ in range(3)]

    assert tokens == [ending.token] * 3
    assert register.refreshed == 2  # and not for each call
    assert "install the app again" in capsys.readouterr().out


async def test_when_it_has_ended_after_such_a_crash_only_installing_again_helps(register: Register) -> None:
    installation = await ended(register)
    await used_up(register, installation)
    process = register.process()

    with pytest.raises(PlatformRefused, match="invalid_refresh_token"):
        await asked(process, installation.team)

    again = await register.rotating()
    assert await asked(process, installation.team) == again.token


@pytest.mark.parametrize("kind", ["drop-before", "error-before"])
async def test_where_slack_is_not_reached_the_token_is_used_as_long_as_it_lives(
    register: Register, ending: Installation, kind: str
) -> None:
    register.slack.faults = (Fault(kind, "oauth.v2.access"),)  # type: ignore[arg-type] # one of its words
    process = register.process()

    assert await asked(process, ending.team) == ending.token

    assert await asked(register.process(), ending.team) != ending.token


async def test_a_workspace_that_was_uninstalled_meanwhile_does_not_come_back(
    register: Register, store: Store, ending: Installation
) -> None:
    register.slack.latency = 0.2
    process = register.process()
    renewing = asyncio.create_task(process.rotation.renewed(ending))
    await register.slack.until(lambda: register.refreshed == 1)

    await store.do("DEL", installation_key(ending.team))

    with pytest.raises(PlatformUnknown):
        await renewing
    assert not await store.do("EXISTS", installation_key(ending.team))


async def test_a_workspace_that_was_installed_again_meanwhile_keeps_the_newer_token(
    register: Register, ending: Installation
) -> None:
    register.slack.latency = 0.2
    process = register.process()
    renewing = asyncio.create_task(process.rotation.renewed(ending))
    await register.slack.until(lambda: register.refreshed == 1)

    again = replace(ending, token="xoxe.xoxb-anew", refresh_token="xoxe-anew")
    await process.installations.keep(again)

    assert await renewing == again
    assert await kept(register, ending.team) == again


async def test_people_notice_nothing_of_tokens_that_end(valkey: str, store: Store) -> None:
    del store
    async with open_many(valkey, serving=False) as many:
        many.slack.app.rotates_tokens, many.slack.app.token_lifetime = True, HOUR
        async with many.serving(working=False), many.serving(listening=False):
            workspace = await many.installed("Beta")

            for question in ("One?", "Two?", "Three?"):
                await many.asks(workspace, question)

    tokens = {call.headers.get("authorization") for call in many.slack.calls}
    assert len(tokens) > 3
    assert {call.outcome for call in many.slack.calls_to("oauth.v2.access")} == {"ok"}


def test_a_rotation_knows_how_long_a_token_lives(register: Register) -> None:
    rotation: Rotation = register.process(late=10.0).rotation
    lasting = Installation("T1", "Acme", "U1", "B1", frozenset(), token="xoxb-1")

    assert rotation.seconds_left(lasting) == float("inf")
    assert rotation.seconds_left(replace(lasting, expires_at=1.0)) < 0
