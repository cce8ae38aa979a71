"""What Slack did not sign, or signed long ago, is not even read."""

from __future__ import annotations

import time

import pytest

from tests.adapters.slack.door import Door

FORGERIES: dict[str, dict[str, str | None]] = {
    "of somebody else": {"X-Slack-Signature": "v0=" + "0" * 64},
    "of another version": {"X-Slack-Signature": "v1=" + "0" * 64},
    "empty": {"X-Slack-Signature": ""},
    "beyond ASCII": {"X-Slack-Signature": "v0=ß\N{SNOWMAN}"},
    "missing": {"X-Slack-Signature": None},
    "without a time": {"X-Slack-Request-Timestamp": None},
    "at no time": {"X-Slack-Request-Timestamp": "now"},
    "at no whole time": {"X-Slack-Request-Timestamp": "1732180000.5"},
    "at an empty time": {"X-Slack-Request-Timestamp": ""},
    "at the end of time": {"X-Slack-Request-Timestamp": "9" * 400},
    "at a time too long to read": {"X-Slack-Request-Timestamp": "9" * 5_000},
    "before time": {"X-Slack-Request-Timestamp": "-1"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_signature_that_is_wrong_is_refused_and_nothing_is_read(door: Door, forgery: str) -> None:
    body = door.event()
    headers = {**door.headers(body), **FORGERIES[forgery]}

    for sent in (body, b"{nonsense", b"\xff\xfe", b"payload=%7Bnonsense"):
        status = await door.knock(sent, {name: value for name, value in headers.items() if value is not None})
        assert status == 401

    assert door.ears.messages == []
    assert await door.lives()


async def test_without_any_headers_of_slacks_a_request_is_refused(door: Door) -> None:
    assert await door.knock(door.event(), {}) == 401
    assert door.ears.messages == []


async def test_a_body_that_was_changed_is_refused(door: Door) -> None:
    headers = door.headers(door.event("Pay Ada."))

    assert await door.knock(door.event("Pay Eve."), headers) == 401
    assert door.ears.messages == []


@pytest.mark.parametrize("seconds", [-301 - 5, -3_600, 301 + 5, 86_400])
async def test_an_old_recording_is_refused_although_its_signature_is_right(door: Door, seconds: int) -> None:
    body = door.event()

    assert await door.knock(body, door.headers(body, time.time() + seconds)) == 401
    assert door.ears.messages == []


async def test_a_request_that_took_four_minutes_is_taken_in(door: Door) -> None:
    body = door.event()

    assert await door.knock(body, door.headers(body, time.time() - 240)) == 200
    assert len(door.ears.messages) == 1
