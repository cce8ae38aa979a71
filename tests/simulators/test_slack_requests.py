"""The Events API by HTTP: signed, retried, and taken by the real framework."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import orjson
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Person, SlackSimulator

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Endpoint:
    """The app's address: it keeps what it gets, and answers with these statuses in turn, then with 200."""

    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((headers, await request.read()))
        if self.delay:
            delay, self.delay = self.delay, 0.0
            await asyncio.sleep(delay)
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers=self.headers, body=self.body)


async def served(handler: Handler) -> tuple[web.AppRunner, str]:
    """The handler at an address of its own."""
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        running.app.subscriptions.discard("message.channels")
        yield running


@pytest.fixture
async def endpoint(slack: SlackSimulator) -> AsyncIterator[Endpoint]:
    handler = Endpoint()
    runner, slack.workspace.request_url = await served(handler.handle)
    yield handler
    await runner.cleanup()


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


@pytest.fixture
def ada(slack: SlackSimulator) -> Person:
    return slack.workspace.person("Ada")


async def test_an_event_is_posted_and_signed(
    slack: SlackSimulator, endpoint: Endpoint, general: Channel, ada: Person
) -> None:
    await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.deliveries) and slack.deliveries[0].outcome == "acknowledged")
    [(headers, body)] = endpoint.got
    assert SignatureVerifier(slack.workspace.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    assert headers["content-type"] == "application/json"
    assert orjson.loads(body)["event"]["type"] == "app_mention"
    assert "x-slack-retry-num" not in headers


async def test_what_fails_is_posted_again_with_the_reason(
    slack: SlackSimulator, endpoint: Endpoint, general: Channel, ada: Person
) -> None:
    endpoint.statuses = [500, 503]
    slack.speed = 3600

    await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.deliveries) and slack.deliveries[-1].outcome == "acknowledged")
    retries = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")) for headers, _ in endpoint.got
    ]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


async def test_who_answers_late_gets_it_again(
    slack: SlackSimulator, endpoint: Endpoint, general: Channel, ada: Person
) -> None:
    endpoint.delay = 1.0
    slack.shortest, slack.speed = 0.1, 3600

    await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.deliveries) and slack.deliveries[-1].outcome == "acknowledged")
    assert [delivery.outcome for delivery in slack.deliveries] == ["http_timeout", "acknowledged"]


async def test_an_app_may_refuse_retries(
    slack: SlackSimulator, endpoint: Endpoint, general: Channel, ada: Person
) -> None:
    endpoint.statuses, endpoint.headers = [500], {"X-Slack-No-Retry": "1"}

    await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.lost))
    assert len(endpoint.got) == 1


async def test_an_app_that_is_away_is_tried_four_times(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    runner, slack.workspace.request_url = await served(Endpoint().handle)
    await runner.cleanup()
    slack.speed = 7200

    await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.lost))
    assert [delivery.outcome for delivery in slack.deliveries] == ["connection_failed"] * 4


async def test_commands_and_interactions_are_forms(endpoint: Endpoint, general: Channel, ada: Person) -> None:
    endpoint.body = b"Done."

    reaction = await ada.types("/reset", "now", general)
    await ada.uses_shortcut("ask")

    command = parse_qs(endpoint.got[0][1].decode())
    assert (command["command"], command["text"]) == (["/reset"], ["now"])
    assert [post.text for post in general.screen(viewer=ada)] == ["Done."]
    assert reaction.responded
    [payload] = parse_qs(endpoint.got[1][1].decode())["payload"]
    assert orjson.loads(payload)["callback_id"] == "ask"


async def test_a_request_url_is_verified_by_bolt(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    client = AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, signing_secret=slack.workspace.signing_secret)
    heard: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: dict[str, str]) -> None:
        heard.append(event["text"])

    async def handle(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    runner, slack.workspace.request_url = await served(handle)

    assert await slack.verify_request_url()
    await ada.mentions("Hello", general)
    await slack.until(lambda: bool(slack.deliveries) and bool(slack.deliveries[-1].outcome))
    await slack.until(lambda: bool(heard))

    assert slack.deliveries[-1].outcome == "acknowledged"
    assert heard == [f"<@{slack.workspace.bot_user_id}> Hello"]
    await runner.cleanup()
