"""Incidents: who, where, when and what kind, and no longer than the operator keeps anything."""

from __future__ import annotations

import time

from bot.incidents import Incidents
from bot.keys import incident_mark, incidents_key
from bot.messages import Conversation
from bot.moderation import Verdict
from bot.store import Store
from tests.fakes import ADA, CHANNEL, incoming

VERDICT = Verdict(("violence",), (("hate", 0.01), ("violence", 0.98)))


async def test_an_incident_says_who_where_when_and_what_kind(store: Store) -> None:
    thread = Conversation(CHANNEL.tenant, CHANNEL.channel, "t1")
    before = time.time()

    await Incidents(store, 30, keep_text=False).record(incoming("…", conversation=thread), "…", VERDICT)

    (incident,) = await Incidents(store, 30, keep_text=False).all(CHANNEL.tenant)
    assert (incident.author, incident.channel, incident.thread) == (ADA.id, "general", "t1")
    assert (incident.categories, incident.scores["violence"]) == (("violence",), 0.98)
    assert before - 1 <= incident.at <= time.time() + 1
    assert incident.text == ""


async def test_incidents_go_when_they_are_as_old_as_the_retention(store: Store) -> None:
    incidents = Incidents(store, 1, keep_text=True)
    await incidents.record(incoming("old"), "old", VERDICT)
    key = incidents_key(CHANNEL.tenant)
    ((_, fields),) = await store.do("XRANGE", key, "-", "+")
    two_days_ago = int((time.time() - 2 * 86_400) * 1000)
    await store.do("DEL", key)
    await store.do("XADD", key, f"{two_days_ago}-0", *(item for pair in fields.items() for item in pair))

    await incidents.record(incoming("new", id="m2"), "new", VERDICT)

    assert [incident.text for incident in await incidents.all(CHANNEL.tenant)] == ["new"]
    assert 0 < await store.do("TTL", key) <= 86_400


async def test_incidents_of_one_tenant_are_not_those_of_another(store: Store) -> None:
    incidents = Incidents(store, 30, keep_text=False)

    await incidents.record(incoming("…"), "…", VERDICT)

    assert await incidents.all("other:team") == ()


async def test_a_message_has_one_incident_however_often_it_is_judged(store: Store) -> None:
    incidents = Incidents(store, 30, keep_text=True)

    for _ in range(3):
        await incidents.record(incoming("…"), "…", VERDICT)
    await incidents.record(incoming("…", id="m2"), "…", VERDICT)

    assert [incident.message for incident in await incidents.all(CHANNEL.tenant)] == ["m1", "m2"]


async def test_messages_of_two_tenants_may_have_the_same_id(store: Store) -> None:
    incidents = Incidents(store, 30, keep_text=False)
    elsewhere = Conversation("other:team", CHANNEL.channel)

    await incidents.record(incoming("…"), "…", VERDICT)
    await incidents.record(incoming("…", conversation=elsewhere), "…", VERDICT)

    assert len(await incidents.all(CHANNEL.tenant)) == len(await incidents.all("other:team")) == 1


async def test_that_an_incident_is_recorded_is_known_for_as_long_as_a_message_may_be_tried(
    store: Store,
) -> None:
    await Incidents(store, 30, keep_text=False).record(incoming("…"), "…", VERDICT)

    assert 0 < await store.do("TTL", incident_mark(CHANNEL.tenant, "m1")) <= 86_400
