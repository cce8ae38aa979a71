"""Whom the app's messages call."""

from typing import Any

import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest, rest_of


def called(discord: DiscordSimulator) -> list[tuple[str, bool]]:
    """Who was called, and whether an edit did."""
    return [(ping.who, ping.edit) for ping in discord.pings]


async def test_a_message_that_says_nothing_of_it_calls_everybody_it_names(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    role = discord.guild.add_role("Crew", ada)

    message = await rest.send(general, content=f"@everyone, {ada.mention} and <@&{role}>")

    assert called(discord) == [("Ada", False), ("Crew", False), ("everyone", False)]
    assert [user["id"] for user in message["mentions"]] == [ada.id]
    assert (message["mention_roles"], message["mention_everyone"]) == ([role], True)
    assert general.screen()[0].text == "@everyone, @Ada and @Crew"


async def test_a_message_that_allows_none_calls_nobody(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    message = await rest.send(general, content=f"@everyone and {ada.mention}", allowed_mentions={"parse": []})

    assert discord.pings == []
    assert (message["mentions"], message["mention_everyone"]) == ([], False)
    assert general.screen()[0].text == "@everyone and @Ada"


async def test_an_edit_that_says_nothing_of_it_calls_those_whom_the_message_did_not(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    message = await rest.send(general, content=f"@here {ada.mention}", allowed_mentions={"parse": []})
    await rest.edit(message, content=f"@here {ada.mention}!", allowed_mentions={"parse": []})
    assert discord.pings == []

    await rest.edit(message, content=f"@here {ada.mention}")

    assert called(discord) == [("Ada", True), ("here", True)]


async def test_ids_allow_those_alone(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    bob = discord.guild.person("Bob")

    await rest.send(
        general,
        content=f"@everyone {ada.mention} {bob.mention}",
        allowed_mentions={"users": [int(bob.id)]},
    )

    assert called(discord) == [("Bob", False)]


@pytest.mark.parametrize(
    ("allowed", "names"),
    [(None, ["Ada"]), ({"parse": []}, []), ({"parse": [], "replied_user": True}, ["Ada"])],
)
async def test_a_reply_calls_whom_it_answers_if_it_may(
    discord: DiscordSimulator, general: Channel, ada: Person, allowed: Any, names: list[str]
) -> None:
    question = await ada.says("Why?", general)

    async with rest_of(discord) as rest:
        await rest.send(
            general,
            content="Because.",
            message_reference={"message_id": question},
            allowed_mentions=allowed,
        )

    assert [ping.who for ping in discord.pings] == names


async def test_all_and_some_at_once_are_refused(rest: Rest, general: Channel, ada: Person) -> None:
    answer = await rest.send(general, content="Hi", allowed_mentions={"parse": ["users"], "users": [ada.id]})

    code = answer["errors"]["allowed_mentions"]["_errors"][0]["code"]
    assert code == "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"


async def test_who_may_not_call_everybody_calls_nobody(
    discord: DiscordSimulator, rest: Rest, general: Channel
) -> None:
    general.deny("MENTION_EVERYONE")

    await rest.send(general, content="@everyone")

    assert discord.pings == []


async def test_what_stands_in_code_calls_nobody(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    await rest.send(general, content=f"`{ada.mention}` and ```\n@everyone\n```")

    assert discord.pings == []


async def test_texts_among_components_call_too(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    text = {"type": 10, "content": f"Hi {ada.mention}"}

    await rest.send(general, components=[{"type": 17, "components": [text]}], flags=1 << 15)

    assert called(discord) == [("Ada", False)]


async def test_a_role_is_called_by_those_who_may(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    general.deny("MENTION_EVERYONE")
    crew = discord.guild.add_role("Crew", ada)
    watch = discord.guild.add_role("Watch", ada, mentionable=True)

    message = await rest.send(general, content=f"<@&{crew}> <@&{watch}>")

    assert called(discord) == [("Watch", False)]
    assert message["mention_roles"] == [watch]
