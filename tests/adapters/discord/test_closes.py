"""Connections that Discord ends for good: the operator is told what to do, once."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.hearing.closes import refusal_of
from adapters.discord.hearing.socket import Account
from adapters.discord.identity import intents_of
from adapters.settings import SettingsError
from bot.beside import beside
from tests.adapters.discord.ears import MAY_READ, House

ACCOUNT = Account("secret", "4711", "wss://gateway.example.org", 0)


async def test_a_wrong_token_is_not_tried_again(house: House) -> None:
    gateway = house.hearer().gateway(token="wrong")

    with pytest.raises(SettingsError, match="DISCORD_BOT_TOKEN"):
        await gateway.run()

    assert len(house.discord.identifies) == 1


async def test_who_may_not_read_messages_is_told_where_to_allow_it(house: House) -> None:
    house.discord.app.message_content = False

    with pytest.raises(SettingsError, match=f"applications/{house.discord.app.id}/bot"):
        await house.hearer().gateway().run()


async def test_who_may_not_read_messages_asks_for_none_and_hears_the_others(house: House) -> None:
    house.discord.app.message_content = False
    hearer = house.hearer()
    async with beside(hearer.gateway(intents=intents_of(0)).run()):
        await house.until_hears(hearer)

        said = await house.says("nothing of this is seen")
        await house.until_heard(said)

    assert [event.data["content"] for event in hearer.events] == [""]


async def test_a_shard_that_does_not_exist_is_not_tried_again(house: House) -> None:
    hearer = house.hearer()
    running = asyncio.create_task(hearer.gateway().run())
    await house.until_hears(hearer)
    house.discord.close_connections(4010)

    with pytest.raises(SettingsError, match="DISCORD_SHARDS"):
        await running


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_each_says_what_to_do_and_no_secret(code: int) -> None:
    refusal = refusal_of(code, ACCOUNT)

    assert refusal
    (sentence,) = refusal.args
    assert sentence.endswith(".")
    assert "secret" not in str(sentence)


@pytest.mark.parametrize("code", [None, 1000, 1001, 1006, 4000, 4003, 4007, 4008, 4009])
def test_all_others_are_tried_again(code: int | None) -> None:
    assert refusal_of(code, ACCOUNT) is None


@pytest.mark.parametrize(("flags", "reads"), [(0, False), (1 << 18, True), (1 << 19, True)])
def test_messages_are_read_where_the_application_may(flags: int, reads: bool) -> None:  # noqa: FBT001
    assert bool(intents_of(flags) & 1 << 15) is reads
    assert intents_of(flags) & 0x7FFF == 1 << 0 | 1 << 9 | 1 << 12


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(ACCOUNT)
    assert MAY_READ
