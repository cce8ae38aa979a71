"""What ends a connection to the gateway, and with which code."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from simulators.discord import DiscordSimulator
from tests.simulators.discord_sockets import EVERYTHING, identified, opened


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


async def test_a_wrong_token_is_refused(discord: DiscordSimulator) -> None:
    async with opened(discord) as socket:
        await socket.identify("wrong")

        assert await socket.closed() == 4004
    assert [each.session for each in discord.identifies] == [""]


async def test_a_wrong_token_resumes_nothing(discord: DiscordSimulator) -> None:
    async with identified(discord) as (_, ready), opened(discord) as socket:
        await socket.resume("wrong", ready["session_id"], 1)

        assert await socket.closed() == 4004
        assert len(discord.sessions) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("nonsense", 4002),
        ("[]", 4002),
        ('{"d": null}', 4002),
        ('{"op": "1", "d": null}', 4002),
        ('{"op": 1, "d": "' + 5000 * "x" + '"}', 4002),
        ('{"op": 1, "d": "12"}', 4002),
        ('{"op": 5, "d": null}', 4001),
        ('{"op": 11, "d": null}', 4001),
        ('{"op": 99, "d": null}', 4001),
        ('{"op": 2, "d": null}', 4002),
        ('{"op": 3, "d": {"status": "online"}}', 4003),
        ('{"op": 8, "d": {"guild_id": "1", "query": "", "limit": 0}}', 4003),
        ('{"op": 6, "d": {"token": "t", "session_id": 5, "seq": 1}}', 4002),
        ('{"op": 6, "d": {"token": "t", "session_id": "5", "seq": "1"}}', 4002),
    ],
)
async def test_what_is_no_proper_payload_ends_the_connection(
    discord: DiscordSimulator, raw: str, code: int
) -> None:
    async with opened(discord) as socket:
        await socket.ws.send_str(raw)

        assert await socket.closed() == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"properties": None}, 4002),
        ({"compress": "yes"}, 4002),
        ({"large_threshold": 10}, 4002),
        ({"intents": None}, 4013),
        ({"intents": 1 << 17}, 4013),
        ({"intents": -1}, 4013),
        ({"intents": 1 << 1}, 4014),
        ({"intents": 1 << 8}, 4014),
        ({"shard": [1, 1]}, 4010),
        ({"shard": [-1, 1]}, 4010),
        ({"shard": [0]}, 4010),
        ({"shard": "0/1"}, 4010),
    ],
)
async def test_an_identify_has_to_be_in_order(
    discord: DiscordSimulator, said: dict[str, Any], code: int
) -> None:
    identity = {"token": discord.app.token, "intents": EVERYTHING, "properties": {}, **said}

    async with opened(discord) as socket:
        await socket.send(2, identity)

        assert await socket.closed() == code
    assert discord.sessions == []


async def test_the_content_of_messages_is_not_for_apps_that_may_not_read_it(
    discord: DiscordSimulator,
) -> None:
    discord.app.message_content = False

    async with opened(discord) as socket:
        await socket.identify(discord.app.token, 1 << 15)

        assert await socket.closed() == 4014


async def test_nobody_identifies_twice(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, _):
        await socket.identify(discord.app.token)

        assert await socket.closed() == 4005


@pytest.mark.parametrize(
    ("op", "said", "code"),
    [
        (3, {"status": "online", "activities": [], "since": None, "afk": False}, None),
        (3, None, 4002),
        (4, "nowhere", 4002),
        (8, {"guild_id": "1", "limit": 0}, 4002),
        (8, {"guild_id": "1", "query": "", "user_ids": ["1"], "limit": 0}, 4002),
        (8, {"guild_id": "1", "query": "", "limit": "0"}, 4002),
    ],
)
async def test_what_a_session_sends_has_to_be_in_order(
    discord: DiscordSimulator, op: int, said: Any, code: int | None
) -> None:
    async with identified(discord) as (socket, _):
        await socket.send(op, said)
        await socket.send(1)

        if code is None:
            await socket.op(11)
        else:
            assert await socket.closed() == code


async def test_an_event_that_has_not_been_cannot_be_resumed_from(discord: DiscordSimulator) -> None:
    async with identified(discord) as (socket, ready):
        await socket.ws.close(code=4000)
        await discord.until(lambda: not discord.sessions)
    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1000)
        code = await again.closed()

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        answer = await again.op(9)

    assert (code, answer["d"]) == (4007, False)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 4012),
        ("v=6&encoding=json", 4012),
        ("v=11", 4012),
        ("v=10&encoding=etf", 4002),
        ("v=10&compress=br", 4002),
    ],
)
async def test_only_what_the_gateway_speaks_is_spoken(
    discord: DiscordSimulator, query: str, code: int
) -> None:
    async with opened(discord, query) as socket:
        assert await socket.closed() == code


async def test_who_sends_more_than_120_payloads_a_minute_is_cut_off_but_may_resume(
    discord: DiscordSimulator,
) -> None:
    async with identified(discord) as (socket, ready):
        for _ in range(120):
            await socket.send(1, 1)
        code = await socket.closed()

    async with opened(discord) as again:
        await again.resume(discord.app.token, ready["session_id"], 1)
        await again.event("RESUMED")

    assert code == 4008


async def test_without_limits_an_app_may_send_what_it_likes() -> None:
    async with DiscordSimulator(limits=False) as discord, identified(discord) as (socket, _):
        for _ in range(200):
            await socket.send(1, 1)

        for _ in range(200):
            await socket.op(11)


async def test_a_session_has_2500_guilds_at_most(discord: DiscordSimulator) -> None:
    discord.grow(2500, channels=1)
    async with opened(discord) as socket:
        await socket.identify(discord.app.token)
        alone = await socket.closed()

    async with opened(discord) as socket:
        await socket.identify(discord.app.token, shard=[0, 2])
        ready = await socket.event("READY")

    assert alone == 4011
    assert 0 < len(ready["guilds"]) < 2500


async def test_an_app_that_is_gone_without_a_word_may_resume(discord: DiscordSimulator) -> None:
    async with aiohttp.ClientSession() as session:
        ws = await session.ws_connect(f"{discord.gateway_url}?v=10")
        identity = {"token": discord.app.token, "intents": 1, "properties": {}}
        await ws.send_str(orjson.dumps({"op": 2, "d": identity}).decode())
        await discord.until(lambda: bool(discord.sessions))
        transport = ws.get_extra_info("socket")
        transport.shutdown(2)
        await discord.until(lambda: not discord.sessions)

    async with opened(discord) as socket:
        await socket.resume(discord.app.token, discord.identifies[0].session, 0)

        assert (await socket.event("READY"))["session_id"] == discord.identifies[0].session
    assert discord.closes[0] == 1006
