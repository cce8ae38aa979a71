"""Socket Mode, with the real client and by hand."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Person, SlackSimulator


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        running.app.subscriptions.discard("message.channels")
        yield running


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


@pytest.fixture
def ada(slack: SlackSimulator) -> Person:
    return slack.workspace.person("Ada")


@pytest.fixture
async def app(slack: SlackSimulator) -> AsyncIterator[SocketModeClient]:
    """The real client, connected; it acknowledges nothing yet."""
    web = AsyncWebClient(base_url=slack.api_url)
    connected = SocketModeClient(app_token=slack.app.app_token, web_client=web, ping_interval=0.1)
    await connected.connect()
    await slack.until(lambda: slack.sockets == 1)
    yield connected
    await connected.close()


class Socket:
    """A connection that a test holds in its hands."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def read(self) -> dict[str, Any]:
        message = await self.ws.receive(timeout=5)
        return dict(json.loads(message.data)) if message.type is aiohttp.WSMsgType.TEXT else {}

    async def acknowledge(self, envelope: dict[str, Any], payload: Any = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]}
        await self.ws.send_json(answer if payload is None else {**answer, "payload": payload})


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def connected(slack: SlackSimulator, session: aiohttp.ClientSession) -> Socket:
    url = (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app.app_token))[
        "url"
    ]
    return Socket(await session.ws_connect(url))


async def answering(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
    await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


async def test_a_socket_begins_with_hello(slack: SlackSimulator, session: aiohttp.ClientSession) -> None:
    socket = await connected(slack, session)

    hello = await socket.read()

    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": slack.app.id}
    assert hello["num_connections"] == 1


async def test_a_url_opens_one_socket(slack: SlackSimulator, session: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    await session.ws_connect(url)

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(url)


async def test_an_event_is_acknowledged_by_the_real_client(
    slack: SlackSimulator, app: SocketModeClient, general: Channel, ada: Person
) -> None:
    app.socket_mode_request_listeners.append(answering)

    ts = await ada.mentions("Hello", general)

    await slack.until(lambda: bool(slack.deliveries) and bool(slack.deliveries[-1].outcome))
    [delivery] = slack.deliveries
    assert (delivery.outcome, delivery.event["type"]) == ("acknowledged", "app_mention")
    assert delivery.event["ts"] == ts
    assert delivery.event["text"] == f"<@{slack.workspace.bot_user_id}> Hello"


async def test_an_event_that_is_not_acknowledged_comes_three_times_more(
    slack: SlackSimulator, session: aiohttp.ClientSession, general: Channel, ada: Person
) -> None:
    socket = await connected(slack, session)
    await socket.read()
    slack.shortest, slack.speed = 0.01, 1200

    await ada.mentions("Hello", general)
    envelopes = [await socket.read() for _ in range(4)]

    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert [envelope["retry_reason"] for envelope in envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 4
    await slack.until(lambda: bool(slack.lost))
    times = [delivery.at for delivery in slack.deliveries]
    assert times[2] - times[1] >= 60 / 1200
    assert times[3] - times[2] >= 300 / 1200


async def test_an_event_that_is_acknowledged_late_enough_does_not_come_again(
    slack: SlackSimulator, session: aiohttp.ClientSession, general: Channel, ada: Person
) -> None:
    socket = await connected(slack, session)
    await socket.read()
    slack.shortest, slack.speed = 0.1, 3600

    await ada.mentions("Hello", general)
    await socket.read()
    await socket.acknowledge(await socket.read())

    await slack.until(lambda: len(slack.deliveries) == 2 and bool(slack.deliveries[1].outcome))
    assert [delivery.outcome for delivery in slack.deliveries] == ["timeout", "acknowledged"]
    assert slack.lost == []


async def test_a_dropped_socket_gives_its_event_to_another(
    slack: SlackSimulator, session: aiohttp.ClientSession, general: Channel, ada: Person
) -> None:
    first = await connected(slack, session)
    await first.read()
    await ada.mentions("Hello", general)
    await first.read()
    slack.speed = 600

    slack.drop_sockets()
    await slack.until(lambda: slack.sockets == 0)
    second = await connected(slack, session)
    await second.read()
    envelope = await second.read()

    assert envelope["payload"]["event"]["text"].endswith("Hello")
    assert envelope["retry_attempt"] > 0


async def test_without_a_socket_events_wait_and_commands_are_lost(
    slack: SlackSimulator, session: aiohttp.ClientSession, general: Channel, ada: Person
) -> None:
    await ada.mentions("Hello", general)
    reaction = await ada.types("/reset", "", general)
    slack.speed = 600

    socket = await connected(slack, session)
    await socket.read()
    envelope = await socket.read()

    assert envelope["type"] == "events_api"
    assert not reaction.responded
    assert [lost.what for lost in slack.workspace.unanswered] == ["/reset"]


async def test_each_event_goes_to_one_of_the_sockets(
    slack: SlackSimulator, session: aiohttp.ClientSession, general: Channel, ada: Person
) -> None:
    sockets = [await connected(slack, session) for _ in range(2)]
    counts = [(await socket.read())["num_connections"] for socket in sockets]

    for word in ("One", "Two"):
        await ada.mentions(word, general)
    got = [(await socket.read())["payload"]["event"]["text"].split()[-1] for socket in sockets]

    assert counts == [1, 2]
    assert sorted(got) == ["One", "Two"]


async def test_the_eleventh_socket_is_sent_away(
    slack: SlackSimulator, session: aiohttp.ClientSession
) -> None:
    sockets = [await connected(slack, session) for _ in range(10)]
    for opened in sockets:
        await opened.read()

    socket = await connected(slack, session)

    assert (await socket.read())["reason"] == "too_many_websockets"
    assert slack.sockets == 10


async def test_the_real_client_moves_to_a_new_socket_when_told(
    slack: SlackSimulator, app: SocketModeClient, general: Channel, ada: Person
) -> None:
    app.socket_mode_request_listeners.append(answering)
    slack.speed = 100

    await slack.refresh_sockets(warning=True)
    await slack.until(lambda: len(slack.calls_to("apps.connections.open")) == 2 and slack.sockets == 1)
    await ada.mentions("Hello", general)

    await slack.until(lambda: any(delivery.outcome == "acknowledged" for delivery in slack.deliveries))


async def test_a_refreshed_socket_is_told_and_then_closed(
    slack: SlackSimulator, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.read()
    slack.speed = 100

    await slack.refresh_sockets()
    told = await socket.read()
    closed = await socket.ws.receive(timeout=5)

    assert (told["type"], told["reason"]) == ("disconnect", "refresh_requested")
    assert closed.type is aiohttp.WSMsgType.CLOSE


async def test_socket_mode_that_is_turned_off_says_so(
    slack: SlackSimulator, session: aiohttp.ClientSession
) -> None:
    socket = await connected(slack, session)
    await socket.read()
    slack.speed = 100

    await slack.disable_sockets()

    assert (await socket.read())["reason"] == "link_disabled"


async def test_slack_pings(slack: SlackSimulator, session: aiohttp.ClientSession) -> None:
    slack.shortest, slack.speed = 0.01, 3000
    client = AsyncWebClient(base_url=slack.api_url)
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]

    ws = await session.ws_connect(url, autoping=False)
    await ws.receive(timeout=5)

    assert (await ws.receive(timeout=5)).type is aiohttp.WSMsgType.PING


async def test_a_socket_needs_the_apps_own_token(slack: SlackSimulator) -> None:
    client = AsyncWebClient(base_url=slack.api_url)

    for token, error in (
        (slack.workspace.bot_token, "not_allowed_token_type"),
        ("xapp-unknown", "invalid_auth"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await client.apps_connections_open(app_token=token)
    slack.app.app_scopes.clear()
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.apps_connections_open(app_token=slack.app.app_token)
