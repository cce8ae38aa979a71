"""What goes wrong between an app and Discord."""

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulators.discord import Channel, DiscordSimulator, Fault
from tests.simulators.discord_rest import Rest

POST = "POST /channels/{}/messages"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


async def send(rest: Rest, channel: Channel) -> int:
    """The status of the answer to a message; 0 if there is none."""
    try:
        async with rest.session.post(
            f"{rest.discord.api_url}/channels/{channel.id}/messages", json={"content": "Hello."}
        ) as response:
            return response.status
    except aiohttp.ServerDisconnectedError:
        return 0


async def test_a_connection_is_cut_before_or_after_the_work(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    discord.faults = (Fault("drop-before", on=POST), Fault("drop-after", on=POST))

    first = await send(rest, general), len(general.screen())
    second = await send(rest, general), len(general.screen())

    assert (first, second) == ((0, 0), (0, 1))
    assert [call.status for call in discord.calls_to(POST)] == [-1, -1]
    assert not discord.faults


async def test_discord_fails(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.faults = (Fault("error-after", on=POST, status=502), Fault("error-before", on=POST, status=503))

    statuses = [await send(rest, general) for _ in range(3)]

    assert statuses == [502, 503, 200]
    assert len(general.screen()) == 2


async def test_discord_is_busy(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.faults = (Fault("busy", on=POST, seconds=1.5),)

    async with rest.session.post(
        f"{discord.api_url}/channels/{general.id}/messages", json={"content": "Hello."}
    ) as response:
        answer = await response.json()

    assert response.status == 429
    assert answer == {"message": "You are being rate limited.", "retry_after": 1.5, "global": False}
    assert response.headers["Retry-After"] == "2"
    assert discord.limited == discord.calls_to(POST)


async def test_only_so_many_messages_are_taken_at_once(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    statuses = [await send(rest, general) for _ in range(6)]

    assert statuses == [200] * 5 + [429]
    assert len(discord.limited) == 1


async def test_answers_take_their_time(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.latency = 0.1
    before = time.monotonic()

    await send(rest, general)

    assert time.monotonic() - before >= 0.1


async def test_what_was_asked_is_noted(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    await send(rest, general)

    [call] = discord.calls_to(POST)
    assert (call.method, call.path) == ("POST", f"/channels/{general.id}/messages")
    assert (call.body, call.status, call.ok) == ({"content": "Hello."}, 200, True)
    assert call.answer["content"] == "Hello."
    assert call.headers["authorization"] == f"Bot {discord.app.token}"


async def test_discord_says_no(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.faults = (Fault("refuse", on=POST), Fault("refuse", on=POST, error="200000", status=400))

    answers = [await rest.send(general, content="Hello.") for _ in range(2)]

    assert [answer["code"] for answer in answers] == [50001, 200000]
    assert [call.status for call in discord.calls_to(POST)] == [403, 400]
    assert general.screen() == []


async def test_an_answer_is_no_json(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.faults = (Fault("garble-after", on=POST),)

    assert await send(rest, general) == 200
    assert (len(general.screen()), discord.calls_to(POST)[0].answer) == (1, None)
