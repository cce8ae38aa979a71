"""A workspace takes the app away: nothing of it stays, nothing of others goes, and it may come back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from adapters.slack import adapter
from adapters.slack.installing.departures import has_left, is_departure
from adapters.slack.keys import SlackKeys
from adapters.slack.places import tenant_of
from adapters.slack.web import open_session
from adapters.slack.workspaces import OneWorkspace, workspace_of
from bot.errors import PlatformRefused, PlatformUnclear, PlatformUnknown
from bot.keys import PURGES, personas_key
from bot.purge import Purges
from bot.store import Store
from simulators.slack import Fault, SlackSimulator, Workspace
from simulators.slack_api import events
from simulators.slack_api.requests import signed
from tests.adapters.answering import answer_to
from tests.adapters.slack.many import Many, installation_in, kept_of, open_many, until_remembered
from tests.adapters.slack.office import Office, open_office
from tests.adapters.slack.payloads import payload


@pytest.fixture
async def many(valkey: str, store: Store) -> AsyncIterator[Many]:
    """Parley for workspaces that install it; none has yet."""
    del store
    async with open_many(valkey) as opened:
        yield opened


async def until_forgotten(store: Store, workspace: Workspace) -> None:
    """Return once nothing is kept of a workspace but marks, and that it is to be looked at again."""
    async with asyncio.timeout(15):
        while True:
            if await kept_of(store, workspace) <= {PURGES}:
                return
            await asyncio.sleep(0.02)


async def lives(many: Many, store: Store, workspace: Workspace) -> None:
    """Leave behind what people leave behind."""
    ada, general = workspace.person("Ada"), workspace.channel("general")
    await many.asks(workspace, "What do you know?")
    await ada.types("/persona", "create pirate You are a pirate.", general)
    await many.office.until(lambda: any(each.ephemeral for each in general.screen(viewer=ada)))
    await ada.mentions("I want to kill them all with violence", general)
    await many.office.until(lambda: any("flagged" in each.text for each in general.screen(viewer=ada)))
    await until_remembered(store, workspace)


async def test_of_a_workspace_that_takes_the_app_away_only_marks_stay(many: Many, store: Store) -> None:
    beta, gamma = await many.installed("Beta"), await many.installed("Gamma")
    await lives(many, store, beta)
    await lives(many, store, gamma)
    others = await kept_of(store, gamma)
    kinds = {key.split(":")[2] for key in await kept_of(store, beta)}
    assert kinds >= {"history", "state", "usage", "month", "personas", "incidents", "installation", "joined"}

    await beta.uninstalls()
    await until_forgotten(store, beta)

    assert await kept_of(store, gamma) >= others
    await many.asks(gamma, "Still there?")
    assert "What do you know?" in str(many.office.model.requests_to("chat")[-1].body)


async def test_the_events_are_acknowledged_at_once_and_the_wish_is_kept_by_then(
    many: Many, store: Store
) -> None:
    beta = await many.installed("Beta")
    many.slack.latency = 5.0  # whoever asked Slack first would be late

    await beta.uninstalls()
    await many.slack.until(lambda: len([each for each in many.slack.deliveries if each.outcome]) == 2)

    assert {each.outcome for each in many.slack.deliveries} == {"acknowledged"}
    assert await store.do("HEXISTS", PURGES, tenant_of(beta.id))


async def test_a_workspace_that_comes_back_begins_anew(many: Many, store: Store) -> None:
    beta = await many.installed("Beta")
    await many.asks(beta, "What do you know?")
    await until_remembered(store, beta)
    await beta.uninstalls()
    await until_forgotten(store, beta)

    page = await many.installs(beta)
    await many.asks(beta, "And now?")

    assert page.status == 200
    assert "What do you know?" not in str(many.office.model.requests_to("chat")[-1].body)


async def test_one_that_is_back_before_it_was_forgotten_loses_the_old_and_keeps_the_new(
    valkey: str, store: Store
) -> None:
    async with open_many(valkey, serving=False) as many:
        async with many.serving():
            beta = await many.installed("Beta")
            await many.asks(beta, "What do you know?")
            await until_remembered(store, beta)
        beta.uninstall()
        await Purges(store).want(tenant_of(beta.id))  # and the process ends

        async with many.serving(listening=False), many.serving(working=False):
            page = await many.installs(beta)
            await many.asks(beta, "And now?")
            await until_remembered(store, beta)
            await asyncio.sleep(1.2)  # for whoever looks what is to be forgotten

    assert page.status == 200
    assert not await store.do("HEXISTS", PURGES, tenant_of(beta.id))
    assert await installation_in(store, beta)
    [history] = [key for key in await kept_of(store, beta) if ":history:" in key and key.count(":") == 4]
    assert await store.do("XLEN", history) == 1


async def late_events(many: Many, workspace: Workspace) -> list[int]:
    """Slack brings what it should have brought before; how that is answered."""
    statuses = []
    ts = workspace.times.next()
    for event in (events.uninstalled(ts), events.tokens_revoked(workspace.bot_user_id, ts)):
        envelope = events.enveloped(many.slack.app, workspace.id, workspace.bot_user_id, event)
        body = json.dumps(envelope).encode()
        headers = {"Content-Type": "application/json", **signed(many.slack.app, body)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(many.slack.app.request_url, data=body, headers=headers) as response,
        ):
            statuses.append(response.status)
    return statuses


async def test_events_that_come_after_the_next_installation_delete_nothing(many: Many, store: Store) -> None:
    beta = await many.installed("Beta")
    await beta.uninstalls()
    await until_forgotten(store, beta)
    await many.installs(beta)
    await many.asks(beta, "And now?")
    await until_remembered(store, beta)
    before = await kept_of(store, beta)

    statuses = await late_events(many, beta)

    async with asyncio.timeout(10):
        while await store.do("HEXISTS", PURGES, tenant_of(beta.id)):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)
    assert statuses == [200, 200]
    assert await kept_of(store, beta) >= before
    await many.asks(beta, "Still there?")


async def test_what_was_not_carried_out_is_after_a_restart(valkey: str, store: Store) -> None:
    async with open_many(valkey, serving=False) as many:
        async with many.serving():
            beta = await many.installed("Beta")
            await many.asks(beta, "What do you know?")
        beta.uninstall()
        await Purges(store).want(tenant_of(beta.id))

        async with many.serving():
            await until_forgotten(store, beta)

            assert not await installation_in(store, beta)


async def test_a_turn_that_runs_ends_and_brings_nothing_back(many: Many, store: Store) -> None:
    beta, gamma = await many.installed("Beta"), await many.installed("Gamma")
    many.office.behave(first_token=30.0)
    general = beta.channel("general")
    asked = await beta.person("Ada").mentions("Slow?", general)
    await many.office.until(lambda: general.status(asked) != "")

    await beta.uninstalls()
    await until_forgotten(store, beta)

    many.office.behave()
    await many.asks(gamma, "And you?")
    assert await kept_of(store, beta) <= {PURGES}
    assert many.office.replies(asked, general) == []


async def test_what_waits_is_not_answered_either(valkey: str, store: Store) -> None:
    async with open_many(valkey, serving=False) as many, many.serving(working=False):
        beta = await many.installed("Beta")
        asked = await beta.person("Ada").mentions("Anybody?", beta.channel("general"))
        await many.slack.until(lambda: len([each for each in many.slack.deliveries if each.outcome]) == 2)
        assert any(":inbox:" in key for key in await kept_of(store, beta))

        await beta.uninstalls()
        await until_forgotten(store, beta)

        gamma = await many.installed("Gamma")
        async with many.serving(listening=False):
            await many.asks(gamma, "And you?")

    assert many.office.replies(asked, beta.channel("general")) == []
    assert len(many.office.model.requests_to("chat")) == 1


async def test_tokens_that_were_revoked_are_as_good_as_an_uninstalled_app(many: Many, store: Store) -> None:
    beta = await many.installed("Beta")
    await many.asks(beta, "What do you know?")

    await beta.revokes_tokens()

    await until_forgotten(store, beta)

    assert not await installation_in(store, beta)


async def test_if_slack_does_not_say_whether_the_app_is_gone_nothing_is_deleted_yet(
    many: Many, store: Store
) -> None:
    beta = await many.installed("Beta")
    await many.asks(beta, "What do you know?")
    many.slack.faults = (Fault("error-before", "auth.test", times=2, status=503),)

    await beta.uninstalls()
    await many.slack.until(lambda: len(many.slack.calls_to("auth.test")) == 2)

    assert await installation_in(store, beta)
    await until_forgotten(store, beta)


@pytest.mark.parametrize("over_http", [False, True], ids=["sockets", "http"])
async def test_one_workspace_with_a_bot_token_is_forgotten_just_so(
    valkey: str, store: Store, *, over_http: bool
) -> None:
    async with open_office(valkey, over_http=over_http) as office:
        await asked_and_answered(office)
        assert await kept_of(store, office.workspace)

        await office.workspace.uninstalls()

        await until_forgotten(store, office.workspace)


async def asked_and_answered(office: Office) -> None:
    """Leave a conversation behind."""
    asked = await office.ada.mentions("What is up?", office.general)
    await office.until_answered(asked, answer_to("What is up?"))


async def test_a_process_that_cannot_start_any_more_still_forgets_its_own(store: Store) -> None:
    await store.do("SET", "parley:{slack%3AT0OTHER}:personas", "something")
    await Purges(store).want("slack:T0OTHER")
    async with SlackSimulator() as slack:
        keys = SlackKeys(slack.workspace.bot_token, "xapp-1", api_url=slack.api_url)
        async with adapter.open_slack(keys, store):
            pass
        own = tenant_of(slack.workspace.id)
        await store.do("SET", personas_key(own), "something")
        await Purges(store).want(own)
        slack.platform.tokens.revoke(slack.workspace.id)

        with pytest.raises(PlatformRefused):
            async with adapter.open_slack(keys, store):
                pass

    assert not await store.do("EXISTS", personas_key(own))
    assert await store.do("EXISTS", "parley:{slack%3AT0OTHER}:personas")


async def test_a_mistyped_token_forgets_nobody(store: Store) -> None:
    await store.do("SET", "parley:{slack%3AT1}:personas", "something")
    await Purges(store).want("slack:T1")
    async with SlackSimulator() as slack:
        with pytest.raises(PlatformRefused):
            async with adapter.open_slack(SlackKeys("xoxb-mistyped", api_url=slack.api_url), store):
                pass

    assert await store.do("EXISTS", "parley:{slack%3AT1}:personas")


async def test_whether_a_workspace_has_gone_is_asked_of_slack() -> None:
    async with SlackSimulator() as slack, open_session() as session:
        workspaces = OneWorkspace(await workspace_of(session, slack.api_url, slack.workspace.bot_token))
        here = tenant_of(slack.workspace.id)

        assert not await has_left(workspaces, here)
        with pytest.raises(PlatformUnknown):
            await has_left(workspaces, "slack:T0OTHER")
        slack.faults = (Fault("drop-before", "auth.test"),)
        with pytest.raises(PlatformUnclear):
            await has_left(workspaces, here)
        slack.faults = (Fault("refuse", "auth.test", error="ekm_access_denied"),)
        with pytest.raises(PlatformRefused):
            await has_left(workspaces, here)
        slack.workspace.uninstall()
        assert await has_left(workspaces, here)


@pytest.mark.parametrize(
    ("event", "departs"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, False),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, False),
        ({"type": "tokens_revoked", "tokens": None}, False),
        ({"type": "message", "text": "app_uninstalled"}, False),
        (None, False),
    ],
)
def test_an_app_without_bot_tokens_has_gone(event: dict[str, Any] | None, *, departs: bool) -> None:
    assert is_departure({"type": "event_callback", "event": event}) is departs


def test_the_event_as_slack_documents_it_is_a_departure() -> None:
    assert is_departure(payload("app_uninstalled"))
