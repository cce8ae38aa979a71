"""Limits, impatience, and everything that can go wrong."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Fault, SlackSimulator


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


@pytest.fixture
def client(slack: SlackSimulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


async def posted(client: AsyncWebClient, channel: Channel, text: str = "a") -> str:
    return str((await client.chat_postMessage(channel=channel.id, text=text))["ts"])


async def retry_after(client: AsyncWebClient, channel: Channel) -> int:
    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await posted(client, channel)
    assert caught.value.response.status_code == 429
    return int(caught.value.response.headers["Retry-After"])


async def test_a_channel_takes_a_burst_and_then_one_a_second(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    other = slack.workspace.channel("other")
    for _ in range(10):
        await posted(client, general)

    assert await retry_after(client, general) == 1
    assert await posted(client, other)
    assert len(general.screen()) == 10


async def test_a_method_is_called_so_often_a_minute(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    ts = await posted(client, general)
    for number in range(50):
        await client.chat_update(channel=general.id, ts=ts, text=str(number))

    with pytest.raises(SlackApiError, match="ratelimited") as caught:
        await client.chat_update(channel=general.id, ts=ts, text="51")
    assert 50 < int(caught.value.response.headers["Retry-After"]) <= 60
    assert slack.calls_to("chat.update")[-1].outcome == "ratelimited"


async def test_time_that_goes_faster_gives_calls_back_sooner(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    slack.rates.post_burst = 1
    await posted(client, general)
    slack.speed = 100

    await slack.platform.clock.sleep(1)

    assert await posted(client, general)


async def test_workspaces_have_limits_of_their_own(slack: SlackSimulator, client: AsyncWebClient) -> None:
    other = slack.add_workspace("Other")
    for _ in range(20):
        await client.conversations_list()

    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_list()
    assert (await AsyncWebClient(token=other.bot_token, base_url=slack.api_url).conversations_list())["ok"]


async def test_who_does_not_wait_is_noted(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    slack.rates.post_burst = 1
    await posted(client, general)
    await retry_after(client, general)
    assert slack.impatient == []

    await retry_after(client, general)

    [impatience] = slack.impatient
    assert (impatience.method, impatience.channel) == ("chat.postMessage", general.id)
    assert 0 < impatience.left <= 1


async def test_limits_can_be_turned_off(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    slack.limits = False

    for _ in range(30):
        await posted(client, general)

    assert len(general.screen()) == 30


async def test_the_retry_handler_of_the_sdk_waits(slack: SlackSimulator, general: Channel) -> None:
    slack.faults = (Fault("busy", "chat.postMessage", seconds=1),)
    client = AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, timeout=1)
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=1)]

    post = asyncio.create_task(posted(client, general))
    await slack.until(lambda: bool(slack.calls) and slack.calls[0].status == 429)
    post.cancel()

    assert slack.impatient == []


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (Fault("drop-before"), False),
        (Fault("drop-after"), True),
        (Fault("error-before"), False),
        (Fault("error-after"), True),
        (Fault("garble-after"), True),
        (Fault("refuse", error="fatal_error"), False),
        (Fault("busy", seconds=1), False),
    ],
)
async def test_a_fault_fails_the_call_before_or_after_its_work(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, fault: Fault, *, done: bool
) -> None:
    slack.faults = (fault,)

    with pytest.raises((SlackApiError, aiohttp.ClientError, json.JSONDecodeError)):
        await posted(client, general)

    assert bool(general.screen()) is done
    assert not slack.faults


async def test_a_fault_meets_the_calls_it_is_meant_for(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    slack.faults = (Fault("none", times=2), Fault("error-before", "chat.postMessage", times=None))

    await posted(client, general)
    await client.auth_test()
    await client.auth_test()
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await posted(client, general)
        assert caught.value.response.status_code == 503

    assert len(general.screen()) == 1


async def test_a_client_that_hangs_up_is_served_all_the_same(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    slack.faults = (Fault("delay-work", seconds=0.05),)

    post = asyncio.create_task(posted(client, general))
    await slack.until(lambda: bool(slack.calls))
    post.cancel()

    await slack.until(lambda: bool(general.screen()))


async def test_an_answer_may_be_late(slack: SlackSimulator, client: AsyncWebClient, general: Channel) -> None:
    slack.faults = (Fault("delay-answer", seconds=0.05),)

    post = asyncio.create_task(posted(client, general))
    await slack.until(lambda: bool(general.screen()))

    assert not post.done()
    assert await post


async def test_every_call_is_kept(slack: SlackSimulator, client: AsyncWebClient, general: Channel) -> None:
    await posted(client, general, "Hello")

    [call] = slack.calls_to("chat.postMessage")
    assert call.ok
    assert (call.team, call.arguments["text"]) == (slack.workspace.id, "Hello")
    assert call.headers["content-type"].startswith("application/json")
    assert call.answer["ts"] == general.screen()[0].ts
