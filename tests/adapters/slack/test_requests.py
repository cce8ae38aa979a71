"""Events over HTTP: what Slack brings is taken in once, and what is none brings nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from adapters.slack.hearing.requests import LARGEST
from simulators.slack_api.requests import signed
from tests.adapters.answering import answer_to
from tests.adapters.slack.door import FORM, JSON, Door
from tests.adapters.slack.ears import AWAY
from tests.adapters.slack.office import open_office


async def test_what_slack_signed_is_taken_in(door: Door) -> None:
    body = door.event("What is up?")

    status = await door.knock(body, door.headers(body))

    assert status == 200
    assert [message.text for message in door.ears.messages] == ["What is up?"]


async def test_to_take_something_in_slack_is_asked_nothing(door: Door) -> None:
    before = len(door.ears.slack.calls)
    body = door.event("<@U0BOB> and <@U0EVE>, what is up?")

    assert await door.knock(body, door.headers(body)) == 200

    assert len(door.ears.messages) == 1
    assert len(door.ears.slack.calls) == before


async def test_the_challenge_for_the_address_is_answered(door: Door) -> None:
    assert await door.ears.slack.verify_request_url()


GARBAGE: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{nonsense", JSON),
    "no JSON under another name": (b"{nonsense", "text/plain"),
    "half of it": (b'{"type": "event_callback", "event": {', JSON),
    "a list": (b"[1, 2]", JSON),
    "a string": (b'"text"', JSON),
    "a number": (b"7", JSON),
    "nothing in JSON": (b"null", JSON),
    "a payload that is none": (urlencode({"payload": "{nonsense"}).encode(), FORM),
    "a payload that is a list": (urlencode({"payload": "[1]"}).encode(), FORM),
    "in an unknown encoding": (b'{"type": "\xc3\xa4"}', "application/json; charset=klingon"),
    "deeper than anybody reads": (b"[" * 100_000, JSON),
}


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_with_a_good_signature_is_refused_and_the_next_event_is_taken_in(
    door: Door, garbage: str
) -> None:
    body, content_type = GARBAGE[garbage]

    status = await door.knock(body, door.headers(body), content_type)

    assert 400 <= status < 500
    assert door.ears.messages == []
    assert await door.lives()


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"type": "event_callback"}', b'{"type": "block_actions"}', b'{"type": "unheard_of"}'],
    ids=bytes.decode,
)
async def test_what_is_no_message_brings_none_and_ends_nothing(door: Door, body: bytes) -> None:
    await door.knock(body, door.headers(body))

    assert door.ears.messages == []
    assert await door.lives()


async def test_a_body_that_is_too_large_is_refused(door: Door) -> None:
    body = door.event("x" * (LARGEST + 1))

    assert await door.knock(body, door.headers(body)) == 413
    assert door.ears.messages == []
    assert await door.lives()


async def test_halves_of_characters_arrive_as_they_are_written(door: Door) -> None:
    body = door.event("half \ud83d and whole \ud83d\ude00")
    assert b"\\ud83d" in body

    assert await door.knock(body, door.headers(body)) == 200
    [message] = door.ears.messages
    assert message.pack()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_posts_are_answered(door: Door, method: str) -> None:
    async with door.session.request(method, door.url) as response:
        assert response.status == 405


async def test_other_addresses_are_nobodys(door: Door) -> None:
    body = door.event()

    async with door.session.post(f"{door.url}/more", data=body, headers=door.headers(body)) as response:
        assert response.status == 404


async def test_what_could_not_be_kept_is_refused_and_comes_again(door: Door) -> None:
    slack = door.ears.slack
    before = len(slack.deliveries)
    door.ears.fails = [AWAY, AWAY]
    slack.speed = 600.0

    asked = await slack.workspace.person("Ada").writes("Again?")
    await door.ears.until(1)
    await slack.until(lambda: slack.deliveries[-1].outcome == "acknowledged")

    assert [message.id for message in door.ears.messages] == [asked]
    attempts = slack.deliveries[before:]
    assert [each.outcome for each in attempts] == ["http_error", "http_error", "acknowledged"]


async def test_what_could_not_be_kept_is_answered_with_503(door: Door) -> None:
    door.ears.fails = [AWAY]
    body = door.event()

    assert await door.knock(body, door.headers(body)) == 503
    assert await door.knock(body, door.headers(body)) == 200


async def test_what_slack_brings_four_times_is_answered_once(valkey: str, store: object) -> None:
    del store
    async with open_office(valkey, over_http=True) as office, aiohttp.ClientSession() as session:
        asked = await office.ada.writes("Once?")
        await office.until_answered(asked, answer_to("Once?"), office.ada.dm)
        body = json.dumps(next(each.payload.body for each in office.slack.deliveries)).encode()

        statuses = [
            await _brought_again(
                session, office.slack.app.request_url, signed(office.slack.app, body), body, number
            )
            for number in (1, 2, 3)
        ]
        later = await office.ada.writes("Later?")
        await office.until_answered(later, answer_to("Later?"), office.ada.dm)

    assert statuses == [200, 200, 200]
    assert len(office.replies(asked, office.ada.dm)) == 1
    assert len(office.model.requests_to("chat")) == 2


async def _brought_again(
    session: aiohttp.ClientSession, url: str, signature: Mapping[str, str], body: bytes, number: int
) -> int:
    headers: dict[str, Any] = {
        "Content-Type": JSON,
        "X-Slack-Retry-Num": str(number),
        "X-Slack-Retry-Reason": "http_timeout",
        **signature,
    }
    async with session.post(url, data=body, headers=headers) as response:
        return response.status
