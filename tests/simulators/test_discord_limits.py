"""How often what may be asked, and what those are told who ask too often."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord as library
import pytest

from simulators.clock import Clock
from simulators.discord import Channel, DiscordSimulator, Fault
from simulators.discord_api.limits import Limits, Verdict, limited
from tests.simulators.discord_clients import led_to
from tests.simulators.discord_rest import AGENT

POST = "POST /channels/{}/messages"
EDIT = "PATCH /channels/{}/messages/{}"
WHO = "Bot token"


@pytest.fixture
def limits() -> Limits:
    return Limits(Clock())


def post(limits: Limits, channel: int = 1) -> Verdict:
    return limits.ask(POST, f"/channels/{channel}/messages", WHO)


def test_a_bucket_says_what_is_left_of_it(limits: Limits) -> None:
    headers = [post(limits).headers for _ in range(2)]

    assert [one["X-RateLimit-Remaining"] for one in headers] == ["4", "3"]
    assert {one["X-RateLimit-Limit"] for one in headers} == {"5"}
    assert 4.5 < float(headers[0]["X-RateLimit-Reset-After"]) <= 5
    assert headers[0]["X-RateLimit-Bucket"] == headers[1]["X-RateLimit-Bucket"]
    assert float(headers[0]["X-RateLimit-Reset"]) > 1_700_000_000


def test_an_empty_bucket_says_how_long_to_wait(limits: Limits) -> None:
    for _ in range(5):
        assert post(limits).retry_after is None

    body, headers = limited(post(limits))

    assert body["message"] == "You are being rate limited."
    assert body["global"] is False
    assert isinstance(body["retry_after"], float)
    assert 4.5 < body["retry_after"] <= 5
    assert (headers["Retry-After"], headers["X-RateLimit-Scope"]) == ("5", "user")
    assert headers["X-RateLimit-Remaining"] == "0"
    assert "X-RateLimit-Global" not in headers


def test_channels_and_routes_have_buckets_of_their_own(limits: Limits) -> None:
    for _ in range(5):
        post(limits)

    assert post(limits).retry_after is not None
    assert post(limits, channel=2).retry_after is None
    assert limits.ask(EDIT, "/channels/1/messages/7", WHO).retry_after is None


def test_messages_of_one_channel_share_the_bucket_of_its_edits(limits: Limits) -> None:
    verdicts = [limits.ask(EDIT, f"/channels/1/messages/{message}", WHO) for message in range(6)]

    assert verdicts[4].retry_after is None
    assert verdicts[5].retry_after is not None


def test_time_that_goes_faster_fills_buckets_sooner(limits: Limits) -> None:
    limits.clock.speed = 1_000_000
    verdicts = [post(limits) for _ in range(50)]

    assert any(verdict.retry_after is None for verdict in verdicts[5:])


def test_a_bot_has_fifty_requests_a_second_in_all(limits: Limits) -> None:
    for channel in range(50):
        assert post(limits, channel).retry_after is None

    body, headers = limited(post(limits, 51))

    assert body["global"] is True
    assert (headers["X-RateLimit-Global"], headers["X-RateLimit-Scope"]) == ("true", "global")
    assert "X-RateLimit-Bucket" not in headers


def test_another_bot_is_not_counted(limits: Limits) -> None:
    limits.per_second = 1
    post(limits)

    assert limits.ask(POST, "/channels/1/messages", "Bot other").retry_after is None


def test_answers_to_interactions_do_not_count_for_the_whole(limits: Limits) -> None:
    limits.per_second = 1
    post(limits)

    callback = limits.ask("POST /interactions/{}/{}/callback", "/interactions/1/t/callback", WHO)
    follow_up = limits.ask("POST /webhooks/{}/{}", "/webhooks/1/t", WHO)

    assert callback.retry_after is None
    assert follow_up.retry_after is None
    assert not callback.headers
    assert follow_up.headers["X-RateLimit-Remaining"] == "4"
    assert post(limits, 2).scope == "global"


def test_each_interaction_has_buckets_of_its_own(limits: Limits) -> None:
    route = "PATCH /webhooks/{}/{}/messages/{}"
    verdicts = [limits.ask(route, "/webhooks/1/first/messages/@original", WHO) for _ in range(6)]

    assert verdicts[5].retry_after is not None
    assert limits.ask(route, "/webhooks/1/second/messages/@original", WHO).retry_after is None


def test_too_many_invalid_requests_end_in_a_ban(limits: Limits) -> None:
    limits.ban_after = 3
    for status in (200, 401, 403, 404, 429):
        assert not limits.banned
        limits.note(status)

    assert 599 < limits.banned <= 600


def test_limits_that_others_used_up_are_not_held_against_the_app(limits: Limits) -> None:
    limits.ban_after = 1

    limits.note(429, "shared")

    assert not limits.banned


def test_a_channel_gets_another_name_twice_in_ten_minutes(limits: Limits) -> None:
    route, path = "PATCH /channels/{}", "/channels/1"
    verdicts = [limits.ask(route, path, WHO, renames=True) for _ in range(3)]

    assert [verdict.retry_after is None for verdict in verdicts] == [True, True, False]
    assert (verdicts[2].retry_after or 0) > 590
    assert verdicts[2].headers["X-RateLimit-Remaining"] == "2"
    assert limits.ask(route, path, WHO).retry_after is None


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


@pytest.fixture
def general(discord: DiscordSimulator) -> Channel:
    return discord.guild.channel("general")


async def answer(discord: DiscordSimulator, channel: Channel, token: str = "") -> aiohttp.ClientResponse:
    """What a message is answered with."""
    headers = {"Authorization": f"Bot {token or discord.app.token}", "User-Agent": AGENT}
    url = f"{discord.api_url}/channels/{channel.id}/messages"
    async with aiohttp.ClientSession(headers=headers) as session:
        response = await session.post(url, json={"content": "Hello"})
        await response.read()
        return response


async def test_every_answer_says_what_is_left(discord: DiscordSimulator, general: Channel) -> None:
    answers = [await answer(discord, general) for _ in range(6)]

    left = [one.headers["X-RateLimit-Remaining"] for one in answers]
    last = answers[-1]
    assert left == ["4", "3", "2", "1", "0", "0"]
    assert [one.status for one in answers] == [200] * 5 + [429]
    assert (last.headers["Via"], last.headers["Content-Type"]) == ("1.1 google", "application/json")
    assert (await last.json())["retry_after"] <= 5
    assert len(general.screen()) == 5
    assert [call.status for call in discord.limited] == [429]


async def test_without_limits_nothing_is_said_of_them(discord: DiscordSimulator, general: Channel) -> None:
    discord.limits = False

    answers = [await answer(discord, general) for _ in range(6)]

    assert {one.status for one in answers} == {200}
    assert not [name for one in answers for name in one.headers if name.startswith("X-RateLimit")]


async def test_a_busy_discord_asks_to_wait(discord: DiscordSimulator, general: Channel) -> None:
    discord.faults = (Fault("busy", "POST /channels/{}/messages", seconds=2),)

    refused = await answer(discord, general)

    assert (refused.status, refused.headers["Retry-After"]) == (429, "2")
    assert await refused.json() == {
        "message": "You are being rate limited.",
        "retry_after": 2.0,
        "global": False,
    }
    assert (await answer(discord, general)).status == 200


async def test_a_ban_is_not_answered_by_discord_itself(discord: DiscordSimulator, general: Channel) -> None:
    discord.rates.ban_after = 3
    for _ in range(3):
        assert (await answer(discord, general, "wrong")).status == 401

    banned = await answer(discord, general)

    assert (banned.status, banned.content_type) == (429, "text/html")
    assert "Via" not in banned.headers
    assert int(banned.headers["Retry-After"]) > 500


async def test_the_real_library_keeps_to_the_limits(discord: DiscordSimulator, general: Channel) -> None:
    discord.speed = 20
    with led_to(discord):
        async with library.Client(intents=library.Intents.none()) as client:
            await client.login(discord.app.token)
            place = client.get_partial_messageable(int(general.id))
            await asyncio.gather(*(place.send(str(number)) for number in range(12)))

    assert not discord.limited
    assert len(general.screen()) == 12


async def test_the_real_library_waits_when_it_is_told_to(discord: DiscordSimulator, general: Channel) -> None:
    discord.faults = (Fault("busy", "POST /channels/{}/messages", seconds=0.05),)
    with led_to(discord):
        async with library.Client(intents=library.Intents.none()) as client:
            await client.login(discord.app.token)
            await client.get_partial_messageable(int(general.id)).send("Hello")

    assert [seen.text for seen in general.screen()] == ["Hello"]
    assert len(discord.limited) == 1


async def test_the_real_library_takes_a_ban_for_one(discord: DiscordSimulator, general: Channel) -> None:
    with led_to(discord):
        async with library.Client(intents=library.Intents.none()) as client:
            await client.login(discord.app.token)
            discord.rates.ban_after = 1
            await answer(discord, general, "wrong")
            with pytest.raises(library.HTTPException) as caught:
                await client.get_partial_messageable(int(general.id)).send("Hello")

    assert caught.value.status == 429
