"""Searching a guild's messages."""

from typing import Any

import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest


async def search(rest: Rest, query: str) -> tuple[int, Any]:
    """What a search in the guild is answered with."""
    return await rest.call("GET", f"/guilds/{rest.discord.guild.id}/messages/search?{query}")


def texts(answer: Any) -> list[str]:
    """The texts of what was found."""
    return [message["content"].partition(" ")[2] for [message] in answer["messages"]]


async def test_mentions_are_found_wherever_they_stand(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    await ada.says("nobody is meant", general)
    await ada.mentions("one", general)
    thread = await ada.opens_thread("Buoys", general)
    await ada.mentions("two", thread)

    status, answer = await search(rest, f"mentions={discord.app.id}")

    assert (status, answer["total_results"], texts(answer)) == (200, 2, ["two", "one"])
    assert [one["id"] for one in answer["threads"]] == [thread.id]


async def test_replies_are_found_by_whom_they_reply_to(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    written = await rest.send(general, content="Here.")
    own = await ada.says("nobody is meant", general)
    await ada.says("to myself", general, reply_to=own)
    reply = await ada.says("to the app", general, reply_to=written["id"], ping=False)

    _, answer = await search(rest, f"replied_to_user_id={discord.app.id}")

    assert [message["id"] for [message] in answer["messages"]] == [reply]


async def test_a_search_goes_on_after_an_id_from_the_oldest(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    said = [await ada.mentions(str(number), general) for number in range(4)]

    _, answer = await search(
        rest, f"mentions={discord.app.id}&min_id={said[0]}&sort_order=asc&limit=1&offset=1"
    )

    assert (texts(answer), answer["total_results"]) == (["2"], 3)


async def test_what_the_app_may_not_read_is_not_found(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    await ada.mentions("hello", general)
    general.deny("READ_MESSAGE_HISTORY")

    _, answer = await search(rest, f"mentions={discord.app.id}")

    assert answer["messages"] == []


async def test_a_search_waits_for_the_index(discord: DiscordSimulator, rest: Rest) -> None:
    discord.indexed = False

    status, answer = await search(rest, "mentions=1")

    assert (status, answer["code"], answer["retry_after"]) == (202, 110000, 2)


@pytest.mark.parametrize("query", ["limit=26", "offset=9976", "mentions=Ada", "sort_order=up"])
async def test_a_search_has_bounds(rest: Rest, query: str) -> None:
    status, answer = await search(rest, query)

    assert (status, answer["code"]) == (400, 50035)


async def test_without_message_content_there_is_no_search(discord: DiscordSimulator, rest: Rest) -> None:
    discord.app.message_content = False

    status, answer = await search(rest, "mentions=1")

    assert (status, answer["code"]) == (403, 50001)


async def test_messages_are_found_by_what_they_are(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    bob, elsewhere = discord.guild.person("Bob"), discord.guild.channel("elsewhere")
    lamp = await ada.says("The Lamp turns", general)
    await bob.says("Why the lamp?", general, reply_to=lamp)
    await ada.says("No lamp here", elsewhere)

    async def found(query: str) -> int:
        _, answer = await search(rest, query)
        total: int = answer["total_results"]
        return total

    assert await found("content=lamp") == 3
    assert await found(f"author_id={ada.id}&author_id={bob.id}") == 3
    assert await found(f"author_id={bob.id}") == 1
    assert await found(f"channel_id={elsewhere.id}") == 1
    assert await found(f"replied_to_message_id={lamp}") == 1
    assert await found(f"max_id={lamp}") == 0


async def test_new_messages_are_found_after_a_while(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    discord.index_lag = 10
    await ada.mentions("one", general)

    _, before = await search(rest, "content=one")
    discord.speed = 1000
    await discord.platform.clock.sleep(11)
    _, after = await search(rest, "content=one")

    assert (before["total_results"], after["total_results"]) == (0, 1)
