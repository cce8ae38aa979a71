"""Whatever Slack, the SDK or the network does with a call, it becomes an error of ours."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import client_exceptions, web
from slack_sdk import errors

from adapters.slack.web import USUAL_WAIT, Web, client_of, open_session, platform_errors
from bot.errors import PlatformBusy, PlatformError, PlatformRefused, PlatformUnclear
from simulators.slack import Fault, SlackSimulator
from tests.conftest import free_port


def kinds_under(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_under(below)


def kinds_in(module: object) -> Iterator[type[BaseException]]:
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, Exception):
            yield from kinds_under(each)


OF_SOCKETS_ALONE = {"WSMessageTypeError"}
"""What no call of the Web API raises."""
EVERY_KIND = sorted(
    {
        kind
        for kind in (*kinds_in(errors), *kinds_in(client_exceptions))
        if kind.__module__.startswith(("slack_sdk", "aiohttp")) and kind.__name__ not in OF_SOCKETS_ALONE
    },
    key=lambda kind: kind.__name__,
)


def told_of(error: BaseException) -> PlatformError:
    with pytest.raises(PlatformError) as told, platform_errors():
        raise error
    return told.value


def test_the_walk_finds_the_errors_of_both_libraries() -> None:
    names = {kind.__name__ for kind in EVERY_KIND}

    assert names > {"SlackApiError", "SlackTokenRotationError", "ServerDisconnectedError", "ContentTypeError"}


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_no_error_of_the_libraries_gets_through(kind: type[BaseException]) -> None:
    error = kind.__new__(kind, "xoxb-secret")
    error.args = ("xoxb-secret",)
    if isinstance(error, errors.SlackApiError):
        error.response = None

    told = told_of(error)

    assert isinstance(told, PlatformUnclear)
    assert told.__cause__ is error
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    "error",
    [TimeoutError(), ConnectionResetError(), socket.gaierror(), ValueError("no JSON"), UnicodeError()],
    ids=lambda error: type(error).__name__,
)
def test_what_the_network_does_is_unclear(error: Exception) -> None:
    assert isinstance(told_of(error), PlatformUnclear)


@dataclass(slots=True)
class Wall:
    """A server that answers everything with the same."""

    status: int = 200
    body: bytes = b'{"ok": true}'
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(
            status=self.status, body=self.body, content_type=self.content_type, headers=self.headers
        )


@asynccontextmanager
async def standing(wall: Wall) -> AsyncIterator[Web]:
    """A client that speaks to it."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", wall.answer)
    runner, port = web.AppRunner(app, access_log=None), free_port()
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with open_session() as session:
            yield Web(client_of(session, f"http://127.0.0.1:{port}/api", "xoxb-1"))
    finally:
        await runner.cleanup()


async def told_by(wall: Wall) -> PlatformError:
    """What becomes of a call that is answered like this."""
    async with standing(wall) as slack:
        with pytest.raises(PlatformError) as told:
            await slack.ask(slack.client.auth_test)
        return told.value


LIMITED = b'{"ok": false, "error": "ratelimited"}'


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        (None, USUAL_WAIT),
        ("", USUAL_WAIT),
        ("soon", USUAL_WAIT),
        ("Wed, 21 Oct 2026 07:28:00 GMT", USUAL_WAIT),
        ("-5", USUAL_WAIT),
        ("0", USUAL_WAIT),
        ("nan", USUAL_WAIT),
        ("inf", USUAL_WAIT),
    ],
)
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(LIMITED, "application/json"), (b"<p>Slow down.", "text/html"), (b"{nonsense", "application/json")],
    ids=["JSON", "HTML", "garbage"],
)
async def test_a_limit_is_busy_for_as_long_as_it_says(
    body: bytes, content_type: str, retry_after: str | None, seconds: float
) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}

    told = await told_by(Wall(429, body, content_type, headers))

    assert isinstance(told, PlatformBusy)
    assert told.retry_after == pytest.approx(seconds, abs=0.05)


async def test_a_limit_in_plain_text_is_busy_too() -> None:
    told = await told_by(Wall(429, b"Slow down.", "text/plain", {"Retry-After": "7"}))

    assert isinstance(told, PlatformBusy)
    assert told.retry_after == pytest.approx(7.0, abs=0.05)


async def test_a_limit_is_remembered_for_the_method() -> None:
    async with standing(Wall(429, LIMITED, headers={"Retry-After": "30"})) as slack:
        for _ in range(2):
            with pytest.raises(PlatformBusy) as told:
                await slack.of("a").ask(slack.client.auth_test)
            assert 29.0 < told.value.retry_after <= 30.0


@pytest.mark.parametrize("error", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
async def test_what_slack_does_not_know_itself_is_unclear(error: str) -> None:
    told = await told_by(Wall(body=b'{"ok": false, "error": "%s"}' % error.encode()))

    assert isinstance(told, PlatformUnclear)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [b"", b"<p>Oh.", b'{"ok": false, "error": "channel_not_found"}'])
async def test_a_failure_of_the_server_is_unclear_whatever_it_says(status: int, body: bytes) -> None:
    assert isinstance(await told_by(Wall(status, body)), PlatformUnclear)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{nonsense", "application/json"),
        (b"[]", "application/json"),
        (b"[1]", "application/json"),
        (b"7", "application/json"),
        (b"null", "application/json"),
        (b'"ok"', "application/json"),
        (b"{}", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"<p>Sign in to the hotel's network.", "text/html"),
        (b"Sign in to the hotel's network.", "text/plain"),
        (b"\x1f\x8b", "application/gzip"),
    ],
)
async def test_an_answer_that_is_none_of_slacks_is_unclear(body: bytes, content_type: str) -> None:
    assert isinstance(await told_by(Wall(200, body, content_type)), PlatformUnclear)


@pytest.mark.parametrize("error", ["channel_not_found", "msg_too_long", "invalid_auth", "missing_scope"])
async def test_what_slack_refuses_is_refused_in_its_words(error: str) -> None:
    told = await told_by(Wall(body=b'{"ok": false, "error": "%s"}' % error.encode()))

    assert isinstance(told, PlatformRefused)
    assert str(told) == error


async def test_a_page_that_is_not_there_is_refused() -> None:
    assert isinstance(await told_by(Wall(404, b"<p>Not found.", "text/html")), PlatformRefused)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "error-after", "garble-after"])
async def test_what_may_have_been_done_is_unclear_and_not_asked_again(kind: str) -> None:
    async with SlackSimulator(faults=(Fault(kind, "auth.test"),)) as slack, open_session() as session:  # type: ignore[arg-type]
        speaking = Web(client_of(session, slack.api_url, slack.workspace.bot_token))

        with pytest.raises(PlatformUnclear):
            await speaking.ask(speaking.client.auth_test)

        assert len(slack.calls) == 1


async def test_a_server_that_is_not_there_is_unclear() -> None:
    async with open_session() as session:
        nobody = Web(client_of(session, f"http://127.0.0.1:{free_port()}/api", "xoxb-1"))

        with pytest.raises(PlatformUnclear):
            await nobody.ask(nobody.client.auth_test)
