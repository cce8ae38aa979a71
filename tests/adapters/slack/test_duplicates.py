"""Whatever Slack brings several times, to whichever service, is answered once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from adapters.slack.hearing.sockets import SOCKETS
from bot.keys import PARTITIONS, ready_key
from bot.store import Store
from simulators.slack import Channel
from simulators.slack_api.deliveries import Carrier, Payload
from simulators.slack_api.requests import Requests
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office, open_office, open_service

MENTIONS = 30
CHANNELS = 5
MOST = 6
"""Deliveries of each of the two events of a mention."""
PAUSES = (0.0, 0.0, 0.1, 0.4)
"""Seconds after which an event is brought again: before, while and after it is answered."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two services in one office, and the ways to them."""

    office: Office
    carriers: Sequence[Carrier]
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def bring_again(self, body: dict[str, Any], attempt: int = 1, after: float = 0.0) -> None:
        """Bring an event once more, to either service."""
        await asyncio.sleep(after)
        carrier = self.chance.choice(self.carriers)
        await carrier.carry(Payload("events_api", body, attempt, "http_timeout"))

    async def mention(self, number: int) -> str:
        """A question, of which both events are brought up to six times; its time."""
        asked = await self.office.ada.mentions(question(number), self.channel(number))
        await self.office.until(lambda: len(self.events(asked)) == 2)
        copies = [
            self.bring_again(body, attempt, self.chance.choice(PAUSES))
            for body in self.events(asked)
            for attempt in range(1, self.chance.randint(1, MOST))
        ]
        self.chance.shuffle(copies)
        await asyncio.gather(*copies)
        return asked

    def channel(self, number: int) -> Channel:
        """Where that question is asked."""
        return self.office.workspace.channel(f"c{number % CHANNELS}")

    def events(self, asked: str) -> list[dict[str, Any]]:
        """The events that Slack brought of a mention by itself: `app_mention` and `message`."""
        brought = [each for each in self.office.slack.deliveries if each.event.get("ts") == asked]
        return [each.payload.body for each in brought if not each.payload.attempt]


@pytest.fixture(params=["sockets", "http"])
async def pair(request: pytest.FixtureRequest, valkey: str, store: Store) -> AsyncIterator[Pair]:
    """Two services on one Redis, whichever way they hear."""
    del store
    over_http = request.param == "http"
    async with (
        open_office(valkey, over_http=over_http) as office,
        open_service(office, valkey, over_http=over_http) as other_door,
    ):
        app, slack = office.slack.app, office.slack
        if over_http:
            apps = app, replace(app, request_url=other_door)
            yield Pair(office, [Requests(each, slack.platform.requests.session) for each in apps])
        else:
            await office.until(lambda: slack.sockets == 2 * SOCKETS)
            yield Pair(office, [slack.platform.sockets])  # each payload goes to another one of them


async def is_busy(store: Store) -> bool:
    """Whether anything waits or is answered."""
    return any(await store.do_all(*(("XLEN", ready_key(number)) for number in range(PARTITIONS))))


async def until_idle(store: Store) -> None:
    """Return once nothing waits and nothing is answered."""
    async with asyncio.timeout(20):
        while await is_busy(store):  # noqa: ASYNC110 - Redis reports nothing
            await asyncio.sleep(0.02)


def question(number: int) -> str:
    return f"Q{number}"


async def test_mentions_that_come_up_to_six_times_to_two_services_are_answered_once_each(
    pair: Pair, store: Store
) -> None:
    office = pair.office
    office.behave(first_token=0.05, tokens_per_second=100.0)

    asked = await asyncio.gather(*map(pair.mention, range(MENTIONS)))
    for number, thread in enumerate(asked):
        await office.until_answered(thread, answer_to(question(number)), pair.channel(number))
    await asyncio.gather(*(pair.bring_again(body) for thread in asked for body in pair.events(thread)))
    await until_idle(store)

    for number, thread in enumerate(asked):
        replies = office.replies(thread, pair.channel(number), office.ada)
        assert [(each.text, each.streaming) for each in replies] == [(answer_to(question(number)), False)]
    assert len(office.model.requests_to("chat")) == MENTIONS
    assert {each.outcome for each in office.slack.deliveries} == {"acknowledged"}
    assert office.slack.impatient == []
