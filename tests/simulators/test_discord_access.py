"""Who may ask Discord for what."""

import aiohttp
import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import AGENT, Rest, rest_of


async def test_the_app_learns_who_it_is(discord: DiscordSimulator, rest: Rest) -> None:
    _, user = await rest.call("GET", "/users/@me")
    _, app = await rest.call("GET", "/applications/@me")

    assert (user["id"], user["username"], user["bot"]) == (discord.app.id, "Parley", True)
    assert (app["id"], app["flags"] & 1 << 19) == (discord.app.id, 1 << 19)


async def test_an_app_without_message_content_has_no_flag_for_it() -> None:
    async with DiscordSimulator(message_content=False) as discord, rest_of(discord) as rest:
        _, app = await rest.call("GET", "/applications/@me")

    assert app["flags"] & (1 << 18 | 1 << 19) == 0


async def test_a_wrong_token_is_refused(discord: DiscordSimulator) -> None:
    async with rest_of(discord, "wrong") as rest:
        answer = await rest.call("GET", "/users/@me")

    assert answer == (401, {"message": "401: Unauthorized", "code": 0})


async def test_a_client_says_what_it_is(discord: DiscordSimulator) -> None:
    headers = {"Authorization": f"Bot {discord.app.token}", "User-Agent": "curl/8"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{discord.api_url}/users/@me") as response,
    ):
        answer = await response.json()

    assert (response.status, answer["code"]) == (403, 40333)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/users/@me", 405)]
)
async def test_what_is_not_there_cannot_be_asked_for(rest: Rest, method: str, path: str, status: int) -> None:
    answer = await rest.call(method, path)

    assert answer[0] == status
    assert answer[1]["code"] == 0


async def test_a_body_is_json(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": AGENT}

    answer = await rest.call("POST", f"/channels/{general.id}/messages", data=b"{", headers=headers)

    assert answer == (400, {"message": "The request body contains invalid JSON.", "code": 50109})
    assert discord.calls[-1].status == 400


async def test_answers_are_json_and_come_through_a_proxy(rest: Rest) -> None:
    url = rest.discord.api_url
    async with rest.session.get(f"{url}/users/@me") as response:
        headers = response.headers

    assert headers["Content-Type"] == "application/json"
    assert "Via" in headers
    assert not [name for name in headers if name.startswith("X-RateLimit")]


async def test_ids_are_numbers(rest: Rest) -> None:
    status, answer = await rest.call("GET", "/channels/general")

    assert (status, answer["code"]) == (400, 50035)
    assert answer["errors"]["channel_id"]["_errors"][0]["code"] == "NUMBER_TYPE_COERCE"


async def test_there_are_other_channels_elsewhere(discord: DiscordSimulator, rest: Rest) -> None:
    other = discord.add_guild("Other", installed=False)

    unknown = await rest.call("GET", "/channels/12345")
    foreign = await rest.call("GET", f"/channels/{other.channel('general').id}")

    assert unknown == (404, {"message": "Unknown Channel", "code": 10003})
    assert foreign == (403, {"message": "Missing Access", "code": 50001})


@pytest.mark.parametrize(
    ("denied", "code"), [("VIEW_CHANNEL", 50001), ("SEND_MESSAGES", 50013), ("EMBED_LINKS", 50013)]
)
async def test_a_channel_can_take_permissions_away(
    rest: Rest, general: Channel, denied: str, code: int
) -> None:
    general.deny(denied)

    answer = await rest.send(general, content="Hello.", embeds=[{"title": "Sources"}])
    general.allow(denied)
    allowed = await rest.send(general, content="Hello.", embeds=[{"title": "Sources"}])

    assert answer["code"] == code
    assert "id" in allowed


async def test_a_history_that_may_not_be_read_is_empty(rest: Rest, general: Channel, ada: Person) -> None:
    said = await ada.says("Hello.", general)
    general.deny("READ_MESSAGE_HISTORY")

    listed = await rest.call("GET", f"/channels/{general.id}/messages")
    status, answer = await rest.call("GET", f"/channels/{general.id}/messages/{said}")

    assert listed == (200, [])
    assert (status, answer["code"]) == (403, 50013)


async def test_people_refuse_direct_messages(rest: Rest, ada: Person) -> None:
    _, direct = await rest.call("POST", "/users/@me/channels", json={"recipient_id": ada.id})
    ada.dm.refuses = True

    answer = await rest.send(ada.dm, content="Hello.")

    assert direct["id"] == ada.dm.id
    assert [one["id"] for one in direct["recipients"]] == [ada.id]
    assert answer == {"message": "Cannot send messages to this user", "code": 50007}


async def test_without_message_content_only_what_concerns_the_app_is_read(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    discord.app.message_content = False
    await ada.says("secret", general)
    await ada.mentions("hello", general)
    await ada.writes("direct")

    _, listed = await rest.call("GET", f"/channels/{general.id}/messages")
    _, direct = await rest.call("GET", f"/channels/{ada.dm.id}/messages")

    assert [message["content"] for message in listed] == [f"<@{discord.app.id}> hello", ""]
    assert [message["content"] for message in direct] == ["direct"]


async def test_members_are_called_by_their_nicks(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    discord.guild.call_by(ada, "Countess")
    await ada.says("Hello.", general)

    _, member = await rest.call("GET", f"/guilds/{discord.guild.id}/members/{ada.id}")
    _, stranger = await rest.call("GET", f"/guilds/{discord.guild.id}/members/12345")

    assert (member["nick"], member["user"]["global_name"]) == ("Countess", "Ada")
    assert general.screen()[0].author == "Countess"
    assert stranger["code"] == 10013


async def test_a_guild_throws_the_app_out(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    discord.guild.remove_app()

    message = await rest.send(general, content="Hello?")
    guild = await rest.call("GET", f"/guilds/{discord.guild.id}")
    _, guilds = await rest.call("GET", "/users/@me/guilds")

    discord.guild.add_app()
    again = await rest.send(general, content="Hello!")

    assert (message["code"], again["content"]) == (50001, "Hello!")
    assert guild == (404, {"message": "Unknown Guild", "code": 10004})
    assert guilds == []
