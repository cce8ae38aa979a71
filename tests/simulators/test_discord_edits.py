"""Messages by REST: edited, and shown with what their links lead to."""

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest, wrong_with

V2 = 1 << 15


async def test_an_edit_changes_what_it_names(rest: Rest, general: Channel) -> None:
    message = await rest.send(general, content="one", embeds=[{"title": "Sources"}])

    edited = await rest.edit(message, content="two")

    [seen] = general.screen()
    assert (seen.text, seen.edited) == ("two", True)
    assert [embed["title"] for embed in edited["embeds"]] == ["Sources"]


async def test_an_edit_may_not_leave_nothing(rest: Rest, general: Channel) -> None:
    message = await rest.send(general, content="one")

    answer = await rest.edit(message, content="")

    assert answer["code"] == 50006
    assert general.screen()[0].text == "one"


async def test_only_own_messages_can_be_edited(rest: Rest, general: Channel, ada: Person) -> None:
    said = await ada.says("mine", general)

    answer = await rest.edit({"channel_id": general.id, "id": said}, content="yours")

    assert answer == {"message": "Cannot edit a message authored by another user", "code": 50005}


async def test_old_messages_can_hardly_be_edited(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    message = await rest.send(general, content="0")
    discord.speed = 1_000_000
    await discord.platform.clock.sleep(3700)

    discord.speed = 1
    answers = [await rest.edit(message, content=str(number)) for number in range(1, 5)]
    discord.speed = 10_000
    await discord.platform.clock.sleep(20)
    later = await rest.edit(message, content="5")

    assert [answer.get("code") for answer in answers] == [None, None, None, 30046]
    assert answers[-1]["retry_after"] > 0
    assert later["content"] == "5"


async def test_a_message_with_components_of_the_second_version_has_nothing_else(
    rest: Rest, general: Channel
) -> None:
    text = [{"type": 10, "content": "Hello."}]

    refused = await rest.send(general, content="Hello.", components=text, flags=V2)
    sent = await rest.send(general, components=text, flags=V2)
    edited = await rest.edit(sent, content="Hello.")

    code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
    assert wrong_with(refused, "content") == wrong_with(edited, "content") == code
    assert general.screen()[0].text == "Hello."


async def test_a_message_becomes_one_of_components_only_without_its_text(
    rest: Rest, general: Channel
) -> None:
    message = await rest.send(general, content="Hello.")
    text = [{"type": 10, "content": "Goodbye."}]

    refused = await rest.edit(message, components=text, flags=V2)
    edited = await rest.edit(message, components=text, flags=V2, content=None)

    assert refused["code"] == 50035
    assert (edited["content"], general.screen()[0].text) == ("", "Goodbye.")


async def test_links_are_shown_with_what_they_lead_to(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    await rest.send(general, content="See https://example.com/a and <https://example.com/b>.")
    await discord.until(lambda: bool(general.screen()[0].embeds))

    assert [unfurl.url for unfurl in discord.embeds] == ["https://example.com/a"]
    assert [embed["url"] for embed in general.screen()[0].embeds] == ["https://example.com/a"]


async def test_suppressed_links_stay_so_when_the_message_is_edited(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    message = await rest.send(general, content="See", flags=1 << 2)

    edited = await rest.edit(message, content="See https://example.com")

    assert edited["flags"] == 1 << 2
    assert discord.embeds == []


async def test_an_edit_that_suppresses_embeds_takes_them_away(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    message = await rest.send(general, content="See https://example.com")
    await discord.until(lambda: bool(general.screen()[0].embeds))

    await rest.edit(message, flags=1 << 2)

    assert general.screen()[0].embeds == ()
