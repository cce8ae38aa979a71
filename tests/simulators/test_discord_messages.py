"""Messages by REST: written, read and deleted, with what Discord refuses of them."""

from typing import Any

import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest, wrong_with

V2 = 1 << 15


async def test_a_message_stands_where_it_was_sent(rest: Rest, general: Channel) -> None:
    message = await rest.send(general, content="  Hello.\n")

    [seen] = general.screen()
    assert (seen.id, seen.author, seen.text) == (message["id"], "Parley", "Hello.")
    assert message["channel_id"] == general.id
    assert message["content"] == "Hello."
    assert message["edited_timestamp"] is None


@pytest.mark.parametrize("fields", [{}, {"content": " "}, {"embeds": []}])
async def test_an_empty_message_is_refused(rest: Rest, general: Channel, fields: dict[str, Any]) -> None:
    answer = await rest.send(general, **fields)

    assert answer == {"message": "Cannot send an empty message", "code": 50006}


async def test_a_text_has_at_most_2000_characters(rest: Rest, general: Channel) -> None:
    longest = await rest.send(general, content="x" * 2000)
    longer = await rest.send(general, content="x" * 2001)

    assert "id" in longest
    assert longer == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {
                "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]
            }
        },
    }


async def test_an_enforced_nonce_gives_back_what_was_written_with_it(rest: Rest, general: Channel) -> None:
    first = await rest.send(general, content="one", nonce="n", enforce_nonce=True)
    second = await rest.send(general, content="two", nonce="n", enforce_nonce=True)

    assert second == first
    assert first["nonce"] == "n"
    assert [seen.text for seen in general.screen()] == ["one"]


async def test_a_nonce_that_is_not_enforced_only_comes_back(rest: Rest, general: Channel) -> None:
    messages = [await rest.send(general, content="one", nonce="n") for _ in range(2)]

    assert messages[0]["id"] != messages[1]["id"]
    assert len(general.screen()) == 2


async def test_a_nonce_is_forgotten_after_minutes(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    await rest.send(general, content="one", nonce="n", enforce_nonce=True)
    discord.speed = 100_000
    await discord.platform.clock.sleep(200)
    await rest.send(general, content="two", nonce="n", enforce_nonce=True)

    assert [seen.text for seen in general.screen()] == ["one", "two"]


async def test_a_nonce_of_a_deleted_message_finds_nothing(rest: Rest, general: Channel) -> None:
    message = await rest.send(general, content="one", nonce="n", enforce_nonce=True)
    await rest.call("DELETE", f"/channels/{general.id}/messages/{message['id']}")

    again = await rest.send(general, content="one", nonce="n", enforce_nonce=True)

    assert again["code"] == 10008


async def test_a_nonce_has_at_most_25_characters(rest: Rest, general: Channel) -> None:
    answer = await rest.send(general, content="one", nonce="n" * 26)

    assert wrong_with(answer, "nonce") == "BASE_TYPE_MAX_LENGTH"


async def test_a_reply_hangs_below_what_it_answers(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("Why?", general)

    reply = await rest.send(general, content="Because.", message_reference={"message_id": question})

    assert general.screen()[-1].reply_to == question
    assert reply["type"] == 19
    assert reply["referenced_message"]["content"] == "Why?"


async def test_a_reply_to_what_is_gone_is_refused_unless_that_is_said_not_to_matter(
    rest: Rest, general: Channel
) -> None:
    gone = {"message_id": "12345"}

    refused = await rest.send(general, content="Because.", message_reference=gone)
    sent = await rest.send(
        general, content="Because.", message_reference=gone | {"fail_if_not_exists": False}
    )

    assert wrong_with(refused, "message_reference") == "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
    assert (sent["type"], general.screen()[-1].reply_to) == (0, None)


async def test_nothing_answers_a_message_of_another_channel(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    question = await ada.says("Why?", general)
    elsewhere = discord.guild.channel("elsewhere")

    answer = await rest.send(elsewhere, content="Because.", message_reference={"message_id": question})

    assert wrong_with(answer, "message_reference") == "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"


async def test_messages_are_read_from_the_newest(rest: Rest, general: Channel, ada: Person) -> None:
    said = [await ada.says(str(number), general) for number in range(5)]

    async def read(query: str) -> list[str]:
        _, messages = await rest.call("GET", f"/channels/{general.id}/messages?{query}")
        return [message["content"] for message in messages]

    assert await read("limit=2") == ["4", "3"]
    assert await read(f"before={said[2]}") == ["1", "0"]
    assert await read(f"after={said[1]}&limit=2") == ["3", "2"]
    assert await read(f"around={said[2]}&limit=3") == ["3", "2", "1"]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
async def test_one_to_a_hundred_messages_are_read(rest: Rest, general: Channel, limit: str) -> None:
    status, answer = await rest.call("GET", f"/channels/{general.id}/messages?limit={limit}")

    assert (status, answer["code"]) == (400, 50035)


async def test_a_deleted_message_is_gone(rest: Rest, general: Channel) -> None:
    message = await rest.send(general, content="one")
    path = f"/channels/{general.id}/messages/{message['id']}"

    deleted = await rest.call("DELETE", path)
    read = await rest.call("GET", path)

    assert deleted == (204, None)
    assert read == (404, {"message": "Unknown Message", "code": 10008})
    assert general.screen() == []


async def test_the_messages_of_others_are_deleted_by_those_who_may(
    rest: Rest, general: Channel, ada: Person
) -> None:
    path = f"/channels/{general.id}/messages/{await ada.says('one', general)}"

    refused = await rest.call("DELETE", path)
    general.allow("MANAGE_MESSAGES")
    deleted = await rest.call("DELETE", path)

    assert (refused[1]["code"], deleted[0]) == (50013, 204)
    assert general.screen() == []


@pytest.mark.parametrize("query", ["before=1&after=2", "before=one"])
async def test_what_is_read_is_told_in_one_way(rest: Rest, general: Channel, query: str) -> None:
    status, answer = await rest.call("GET", f"/channels/{general.id}/messages?{query}")

    assert (status, answer["code"]) == (400, 50035)


async def test_voice_channels_are_read_by_those_who_may_connect(
    discord: DiscordSimulator, rest: Rest
) -> None:
    lounge = discord.guild.add_channel("lounge", 2)
    lounge.deny("CONNECT")

    _, answer = await rest.call("GET", f"/channels/{lounge.id}/messages")

    assert answer["code"] == 50001


async def test_what_discord_says_is_not_answered(rest: Rest, general: Channel, ada: Person) -> None:
    await ada.opens_thread("Buoys", general)
    [said] = general.screen()

    answer = await rest.send(general, content="Why?", message_reference={"message_id": said.id})

    assert wrong_with(answer, "message_reference") == "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE"


async def test_who_may_not_read_may_not_reply(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("Why?", general)
    general.deny("READ_MESSAGE_HISTORY")

    answer = await rest.send(general, content="Because.", message_reference={"message_id": question})

    assert answer["code"] == 160002


async def test_a_body_says_what_it_is(rest: Rest, general: Channel) -> None:
    path = f"/channels/{general.id}/messages"

    status, answer = await rest.call("POST", path, data=b"{}", headers={"Content-Type": "text/plain"})

    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"]["_errors"][0]["code"] == "CONTENT_TYPE_INVALID"


async def test_people_cannot_send_what_no_client_sends(
    discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    beep = await discord.guild.bot("Dyno").says("Beep.", general)

    for text in ("", "x" * 4001):
        with pytest.raises(ValueError, match="A message says something"):
            await ada.says(text, general)
    with pytest.raises(ValueError, match="Ada did not write that"):
        await ada.edits(beep, general, "mine")
