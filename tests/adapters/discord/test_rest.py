"""Asking Discord over real connections: what is sent, and what becomes of it."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import client_exceptions, web
from structlog.testing import capture_logs

from adapters.discord.rest.refusals import Refused, platform_errors
from adapters.discord.rest.rest import Rest, Upload, open_rest
from bot.errors import PlatformBusy, PlatformError, PlatformUnclear
from tests.adapters.discord.answering import Put, Server, serving
from tests.conftest import free_port

POST = "POST /channels/{}/messages"
CALLBACK = "POST /interactions/{}/{}/callback"
PAGE = b"<html>Access denied"


def allowing(remaining: int, *, limit: int = 5, after: float = 5.0, bucket: str = "b") -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset-After": str(after),
        "X-RateLimit-Bucket": bucket,
        "Via": "1.1 google",
    }


@asynccontextmanager
async def asking(*answers: Put) -> AsyncIterator[tuple[Rest, Server]]:
    """A server, and a bot that asks it."""
    async with serving(*answers) as server, open_rest(f"{server.address}/api/v10/", "a.secret.token") as rest:
        yield rest, server


async def test_a_message_is_posted_with_the_token_of_the_bot() -> None:
    async with asking((200, {"id": "9"}, {})) as (rest, server):
        answer = await rest.ask(POST, "7", json={"content": "Grüße"})

    [seen] = server.seen
    assert answer == {"id": "9"}
    assert (seen.method, seen.path) == ("POST", "/api/v10/channels/7/messages")
    assert seen.headers["Authorization"] == "Bot a.secret.token"
    assert seen.headers["Content-Type"] == "application/json"
    assert orjson.loads(seen.body) == {"content": "Grüße"}


async def test_who_asks_is_told_as_discord_wants_it() -> None:
    async with asking() as (rest, server):
        await rest.ask("GET /users/@me")

    agent = server.seen[0].headers["User-Agent"]
    assert agent.startswith("DiscordBot (https://")
    assert agent.endswith(")")
    assert ", " in agent


async def test_a_query_and_a_reason_go_along() -> None:
    async with asking() as (rest, server):
        await rest.ask(
            "GET /channels/{}/messages", "7", query={"after": "5", "limit": 2}, reason="Grüße, Ada"
        )

    assert server.seen[0].path == "/api/v10/channels/7/messages?after=5&limit=2"
    assert server.seen[0].headers["X-Audit-Log-Reason"] == "Gr%C3%BC%C3%9Fe%2C Ada"


async def test_what_is_no_id_leads_nowhere_else() -> None:
    async with asking() as (rest, server):
        await rest.ask("PUT /channels/{}/messages/{}/reactions/{}/@me", "7", "../8?x=1", "👍")

    assert server.seen[0].path == "/api/v10/channels/7/messages/..%2F8%3Fx%3D1/reactions/%F0%9F%91%8D/@me"


@pytest.mark.parametrize(
    "route",
    [
        CALLBACK,
        "POST /webhooks/{}/{}",
        "PATCH /webhooks/{}/{}/messages/@original",
        "DELETE /webhooks/{}/{}/messages/@original",
    ],
)
async def test_an_interaction_is_answered_without_the_token_of_the_bot(route: str) -> None:
    async with asking((204, b"", {})) as (rest, server):
        assert await rest.ask(route, "1", "token", json={"type": 5}) is None

    assert "Authorization" not in server.seen[0].headers
    assert server.seen[0].path.startswith(f"/api/v10/{route.split('/')[1]}/1/token")


async def test_a_post_without_a_body_says_that_it_has_none() -> None:
    async with asking((204, b"", {})) as (rest, server):
        await rest.ask("POST /channels/{}/typing", "7")

    assert server.seen[0].headers["Content-Length"] == "0"


async def test_files_go_along_without_a_warning_however_large_they_are() -> None:
    large, named = Upload("a.txt", b"x" * 3_000_000, "text/plain"), Upload('g"r\r\nüße.md', b"# Hi")
    async with asking() as (rest, server):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await rest.ask(POST, "7", json={"content": "See"}, files=[large, named])

    body = server.seen[0].body
    assert server.seen[0].headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="payload_json"' in body
    assert b'{"content":"See"}' in body
    assert b'name="files[0]"; filename="a.txt"' in body
    assert 'name="files[1]"; filename="g\\"rüße.md"'.encode() in body
    assert large.content in body


async def test_the_token_does_not_follow_a_redirect() -> None:
    async with asking() as (_, other), asking() as (rest, server):
        server.answers = [(302, b"", {"Location": "http://127.0.0.1:1/elsewhere"})]

        with pytest.raises(PlatformUnclear):
            await rest.ask("GET /users/@me")

        assert other.seen == []


async def test_what_is_refused_is_asked_once() -> None:
    async with asking((403, {"message": "Missing Permissions", "code": 50013}, {})) as (rest, server):
        with pytest.raises(Refused) as told:
            await rest.ask(POST, "7", json={})

    assert told.value.code == 50013
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_what_may_have_been_done_is_not_asked_again(status: int) -> None:
    async with asking((status, b"", {})) as (rest, server):
        with pytest.raises(PlatformUnclear):
            await rest.ask(POST, "7", json={})

    assert len(server.seen) == 1


async def test_a_connection_that_breaks_is_unclear() -> None:
    async def cut(request: web.Request) -> None:
        assert request.transport
        request.transport.close()

    async with asking() as (rest, server):
        server.first = cut

        with pytest.raises(PlatformUnclear) as told:
            await rest.ask(POST, "7", json={})

    assert len(server.seen) == 1
    assert "secret" not in str(told.value)


async def test_a_server_that_is_not_there_is_unclear() -> None:
    async with open_rest(f"http://127.0.0.1:{free_port()}", "t") as rest:
        with pytest.raises(PlatformUnclear):
            await rest.ask("GET /users/@me")


def kinds_under(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_under(below)


OF_SOCKETS_ALONE = {"WSMessageTypeError"}
"""What no request raises."""
EVERY_KIND = sorted(
    {
        under
        for kind in vars(client_exceptions).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
        for under in kinds_under(kind)
        if under.__module__.startswith("aiohttp") and under.__name__ not in OF_SOCKETS_ALONE
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_no_error_of_a_request_gets_through(kind: type[BaseException]) -> None:
    error = kind.__new__(kind, "secret")
    error.args = ("secret",)

    with pytest.raises(PlatformUnclear) as told, platform_errors():
        raise error

    assert told.value.__cause__ is error
    assert "secret" not in str(told.value)


async def test_the_last_request_of_a_bucket_is_answered_at_once_and_the_next_waits() -> None:
    headers = allowing(0, after=0.3)
    async with asking((200, {}, headers)) as (rest, _):
        began = time.monotonic()
        await rest.ask(POST, "7", json={})
        first = time.monotonic() - began
        await rest.ask(POST, "7", json={})
        second = time.monotonic() - began

    assert first < 0.2
    assert second >= 0.3


async def test_a_bucket_that_is_empty_for_long_is_busy_without_asking() -> None:
    async with asking((200, {}, allowing(0, after=500.0))) as (rest, server):
        await rest.ask(POST, "7", json={})

        with pytest.raises(PlatformBusy) as told:
            await rest.ask(POST, "7", json={})

    assert told.value.retry_after == pytest.approx(500.0, abs=1.0)
    assert len(server.seen) == 1


async def test_a_limit_is_busy_and_remembered_for_its_bucket_alone() -> None:
    limited = (429, {"message": "", "retry_after": 30.5, "global": False}, allowing(0))
    async with asking(limited, (200, {}, {})) as (rest, server):
        for _ in range(2):
            with pytest.raises(PlatformBusy) as told:
                await rest.ask(POST, "7", json={})
            assert told.value.retry_after == pytest.approx(30.5, abs=0.5)
        await rest.ask(POST, "8", json={})

    assert len(server.seen) == 2


async def test_a_global_limit_holds_for_all_but_answers_to_interactions() -> None:
    limited = (429, {"message": "", "retry_after": 30.5, "global": True}, {"X-RateLimit-Global": "true"})
    async with asking(limited, (200, {}, {})) as (rest, server):
        with pytest.raises(PlatformBusy):
            await rest.ask(POST, "7", json={})

        with pytest.raises(PlatformBusy):
            await rest.ask(POST, "8", json={})
        await rest.ask(CALLBACK, "1", "token", json={})
        await rest.ask("PATCH /webhooks/{}/{}/messages/@original", "1", "token", json={})

    assert len(server.seen) == 3


async def test_where_our_address_is_blocked_nobody_asks_and_the_operator_is_told_once() -> None:
    async with asking((429, PAGE, {"Retry-After": "600"})) as (rest, server):
        with capture_logs() as logs:
            for route, *ids in [(POST, "7"), (POST, "7"), (CALLBACK, "1", "token")]:
                with pytest.raises(PlatformBusy) as told:
                    await rest.ask(route, *ids, json={})
                assert told.value.retry_after == pytest.approx(600.0, abs=1.0)

    assert len(server.seen) == 1
    assert [each["log_level"] for each in logs if each["event"] == "discord_blocks_us"] == ["error"]


async def test_a_server_without_limits_is_asked_as_fast_as_it_answers() -> None:
    async with asking() as (rest, server):
        await rest.ask(POST, "7", json={})
        began = time.monotonic()

        await asyncio.gather(*(rest.ask(POST, "7", json={}) for _ in range(200)))

        assert time.monotonic() - began < 2.0
    assert len(server.seen) == 201


async def test_a_server_with_limits_is_asked_for_no_more_than_the_ceiling() -> None:
    async with asking((200, {}, allowing(900, limit=1000))) as (rest, server):
        began = time.monotonic()
        await asyncio.gather(*(rest.ask(POST, str(each), json={}) for each in range(60)))

        assert time.monotonic() - began >= 1.0
    assert len(server.seen) == 60


async def test_answers_to_interactions_do_not_count_below_the_ceiling() -> None:
    async with asking((200, {}, allowing(900, limit=1000))) as (rest, _):
        await rest.ask(POST, "7", json={})
        began = time.monotonic()

        await asyncio.gather(*(rest.ask(CALLBACK, str(each), "token", json={}) for each in range(100)))
        await rest.ask(POST, "7", json={})

        assert time.monotonic() - began < 0.9


async def test_what_is_optional_waits_for_what_is_spared() -> None:
    async with asking((200, {}, allowing(1, after=0.3))) as (rest, _):
        await rest.ask(POST, "7", json={})
        began = time.monotonic()

        await rest.room(POST, "7", spare=0)
        at_once = time.monotonic() - began
        await rest.room(POST, "7")

        assert at_once < 0.2
        assert time.monotonic() - began >= 0.25


async def test_what_is_optional_waits_after_very_many_refusals() -> None:
    async with asking((403, {"message": "Missing Access", "code": 50001}, {})) as (rest, _):
        rest.limits.strikes.alarming = 3
        for channel in ("7", "8", "9"):
            with pytest.raises(Refused):
                await rest.ask(POST, channel, json={})

        room = asyncio.ensure_future(rest.room(POST, "7"))
        done, _ = await asyncio.wait([room], timeout=0.1)
        room.cancel()

        assert not done


async def test_limits_that_all_bots_share_are_not_held_against_us() -> None:
    shared = {"X-RateLimit-Scope": "shared"}
    async with asking((429, {"retry_after": 0.01, "global": False}, shared)) as (rest, _):
        for _ in range(3):
            with pytest.raises(PlatformError):
                await rest.ask(POST, "7", json={})

        rest.limits.strikes.alarming = 1
        assert not rest.limits.strikes.many()


async def test_a_hundred_threads_in_one_channel_cause_no_refusal() -> None:
    """A Discord that counts strictly: ten in 0.2 seconds."""
    counted: list[float] = []
    refused = 0
    async with asking() as (rest, server):

        async def count(_: web.Request) -> None:
            nonlocal refused
            now = time.monotonic()
            if counted and now >= counted[0] + 0.2:
                counted.clear()
            counted.append(now)
            refused += len(counted) > 10
            left = max(0, 10 - len(counted))
            server.answers = [(201, {}, allowing(left, limit=10, after=counted[0] + 0.2 - now))]

        server.first = count
        threads = "POST /channels/{}/messages/{}/threads"
        await asyncio.gather(*(rest.ask(threads, "7", str(each), json={}) for each in range(100)))

    assert refused == 0
    assert len(server.seen) == 100
