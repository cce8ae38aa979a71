"""A connection: what discord.py makes of the gateway's words, and what we use of it that is not public."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
from typing import Any

import aiohttp
import pytest
from discord import gateway, utils
from discord.gateway import DiscordWebSocket

from adapters.discord.hearing.heart import Heart
from adapters.discord.hearing.socket import Socket
from bot.beside import beside
from tests.adapters.discord.bare_gateway import READY, RESUMED, Talk, open_bare
from tests.adapters.discord.ears import House
from tests.fakes import settled

NOT_PUBLIC = {
    DiscordWebSocket.from_client: "token _connection _discord_parsers _dispatch gateway call_hooks _initial_identify "
    "shard_id _rate_limiter shard_count session_id sequence _max_heartbeat_timeout send log_receive",
    DiscordWebSocket.identify: "token shard_id shard_count _connection _activity _status _intents value call_hooks "
    "_initial_identify send_as_json",
    DiscordWebSocket.resume: "sequence session_id token shard_id send_as_json",
}
"""What discord.py sets on a new connection, and what it reads when it begins a session."""


def test_a_connection_is_made_of_what_we_know() -> None:
    made = set(
        re.findall(
            r"^\s+ws\.([a-z_]+)(?:\.\w+)? = ", inspect.getsource(DiscordWebSocket.from_client), re.MULTILINE
        )
    )

    assert made == set(NOT_PUBLIC[DiscordWebSocket.from_client].split())


@pytest.mark.parametrize("method", [DiscordWebSocket.identify, DiscordWebSocket.resume])
def test_a_session_is_begun_with_what_we_give(method: Any) -> None:
    read = set(re.findall(r"(?:self|state)(?:\._intents)?\.([a-z_]+)", inspect.getsource(method)))

    assert read == set(NOT_PUBLIC[method].split())


def test_what_we_use_of_discord_py_is_there() -> None:
    assert list(inspect.signature(DiscordWebSocket.__init__).parameters) == ["self", "socket", "loop"]
    for name in ("poll_event", "received_message", "send_heartbeat", "identify", "resume", "close"):
        assert inspect.iscoroutinefunction(getattr(DiscordWebSocket, name))
    assert {"_discord_parsers", "_decompressor", "sequence"} <= set(
        DiscordWebSocket.received_message.__code__.co_names
    )
    asked = set(re.findall(r"_keep_alive\.(\w+)\(", inspect.getsource(DiscordWebSocket)))
    assert asked - set(dir(Heart)) <= {"get_payload", "start"}  # which are of the beginning, and that is ours
    assert {"_keep_alive", "_close_code", "_decompressor"} <= set(DiscordWebSocket.__init__.__code__.co_names)
    assert utils._ActiveDecompressionContext.COMPRESSION_TYPE == "zlib-stream"  # noqa: SLF001 - which is the point
    assert issubclass(Socket, DiscordWebSocket)
    assert "_close_code" in aiohttp.ClientWebSocketResponse.close.__code__.co_names
    assert gateway.ReconnectWebSocket(0, resume=False).resume is False


async def test_what_an_app_says_of_itself(house: House) -> None:
    async with open_bare() as bare, beside(house.hearer().gateway(2, gateway_url=bare.url).run()):
        await bare.until(lambda: len(bare.of(2)) == 2)

    first = next(each for each in bare.of(2) if each["shard"] == [0, 2])
    assert first["intents"] == 1 << 0 | 1 << 9 | 1 << 12 | 1 << 15
    assert first["token"] == house.discord.app.token
    assert bare.queries[0] == {"v": "10", "encoding": "json", "compress": "zlib-stream"}


async def test_a_session_that_names_no_address_is_resumed_where_it_began(house: House) -> None:
    async def ready(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)

    async def resumed(talk: Talk) -> None:
        assert await talk.hears(6)
        await talk.says(RESUMED)
        await talk.hears(-1)

    hearer = house.hearer()
    async with open_bare(ready, resumed) as bare, beside(hearer.gateway(gateway_url=bare.url).run()):
        await bare.until(lambda: bool(bare.of(6)))
        await house.until_hears(hearer)

    assert bare.of(6) == [{"session_id": "S1", "seq": 1, "token": house.discord.app.token}]
    assert len(bare.of(2)) == 1


async def test_a_session_that_does_not_name_its_shard_is_of_the_one_that_was_asked_for(house: House) -> None:
    async def ready(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)
        await talk.hears(-1)

    hearer = house.hearer()
    hearer.wanted = frozenset({"READY"})
    async with open_bare(ready, ready) as bare, beside(hearer.gateway(2, gateway_url=bare.url).run()):
        async with asyncio.timeout(10):
            await house.changes.until(lambda: len(hearer.events) == 2)

    assert sorted((event.shard, *event.data["shard"]) for event in hearer.events) == [(0, 0, 2), (1, 1, 2)]


@pytest.mark.parametrize("resumed", [RESUMED | {"d": None}, {"op": 0, "t": "RESUMED", "s": 2}])
async def test_a_session_that_goes_on_without_saying_anything_goes_on(
    house: House, resumed: dict[str, Any]
) -> None:
    async def ready(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)

    async def goes_on(talk: Talk) -> None:
        await talk.hears(6)
        await talk.says(resumed)
        await talk.hears(-1)

    hearer = house.hearer()
    async with open_bare(ready, goes_on) as bare, beside(hearer.gateway(gateway_url=bare.url).run()):
        await bare.until(lambda: bool(bare.of(6)))
        await house.until_hears(hearer)

    assert len(bare.of(6)) == 1


async def test_an_address_that_is_gone_is_not_asked_for_ever(house: House) -> None:
    async def ready(talk: Talk) -> None:
        await talk.hears(2)
        gone = {"session_id": "S1", "resume_gateway_url": "ws://127.0.0.1:9"}
        await talk.says(READY | {"d": gone})

    async with open_bare(ready) as bare, beside(house.hearer().gateway(gateway_url=bare.url).run()):
        await bare.until(lambda: bool(bare.of(6)))

    assert bare.of(6)[0]["session_id"] == "S1"


@pytest.mark.parametrize(
    "nonsense",
    [b"{", b"[]", b'"x"', b'{"op":10,"d":null}', b'{"op":0,"t":"READY","s":1,"d":{}}', b"\xff\xfe"],
)
async def test_nonsense_ends_a_connection_and_no_more(house: House, nonsense: bytes) -> None:
    async def babbles(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(nonsense)
        await talk.hears(-1)

    async def ready(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)
        await talk.hears(-1)

    hearer = house.hearer()
    async with open_bare(babbles, ready) as bare, beside(hearer.gateway(gateway_url=bare.url).run()):
        await house.until_hears(hearer)

    assert len(bare.of(2)) == 2


async def test_what_is_not_compressed_ends_a_connection_and_no_more(house: House) -> None:
    async def babbles(talk: Talk) -> None:
        await talk.sends(b"\x00\x01\x02\x00\x00\xff\xff")
        await talk.hears(-1)

    async with open_bare(babbles) as bare, beside(house.hearer().gateway(gateway_url=bare.url).run()):
        await bare.until(lambda: len(bare.of(2)) > 0 and not bare.scripts)


async def test_codes_that_nobody_knows_are_passed_over(house: House) -> None:
    async def odd(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)
        await talk.says({"op": 99, "d": {"a": 1}})
        await talk.says({"op": 0, "t": "NEVER_HEARD_OF", "s": 2, "d": [1]})
        await talk.says(
            {"op": 0, "t": "MESSAGE_CREATE", "s": 3, "d": {"id": "7", "channel_id": "8", "new": {}}}
        )
        await talk.hears(-1)

    hearer = house.hearer()
    async with open_bare(odd) as bare, beside(hearer.gateway(gateway_url=bare.url).run()):
        await house.until_heard(["7"])

    assert hearer.ids == ["7"]


async def test_who_leaves_says_with_which_code_whatever_is_on_its_way(house: House) -> None:
    leaving = asyncio.Event()
    farewells: list[object] = []

    async def speaks_on(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)
        await leaving.wait()
        for number in range(2, 50):
            await talk.says({"op": 0, "t": "TYPING_START", "s": number, "d": {}})
            await settled()
        farewells.append((await talk.ws.receive()).data)

    hearer = house.hearer()
    async with open_bare(speaks_on) as bare, beside(hearer.gateway(gateway_url=bare.url).run()):
        await house.until_hears(hearer)
        leaving.set()

    assert farewells == [4000]


async def test_who_is_asked_for_a_heartbeat_sends_one_that_says_how_far_it_is(house: House) -> None:
    beats: list[object] = []

    async def asks(talk: Talk) -> None:
        await talk.hears(2)
        await talk.says(READY)
        await talk.says({"op": 1, "d": None})
        beats.append(await talk.hears(1))
        talk.bare.changes.tell()
        await talk.hears(-1)

    async with open_bare(asks) as bare, beside(house.hearer().gateway(gateway_url=bare.url).run()):
        await bare.until(lambda: bool(beats))

    assert beats == [1]


async def test_the_token_stands_in_no_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hearer = house.hearer()

    async with beside(hearer.gateway().run()):
        await house.until_hears(hearer)
        house.discord.reconnect()
        await house.discord.until(lambda: len(house.discord.resumes) == 1)
        await house.until_hears(hearer)

    assert house.discord.app.token not in caplog.text
