"""Threads and forum posts: opened, posted in, archived, and what Discord refuses of them."""

from typing import Any

import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest


async def opened(rest: Rest, channel: Channel, message: str, name: str = "Lighthouses") -> tuple[int, Any]:
    """What a request for a thread on a message is answered with."""
    path = f"/channels/{channel.id}/messages/{message}/threads"
    return await rest.call("POST", path, json={"name": name, "auto_archive_duration": 60})


async def test_a_thread_has_the_id_of_the_message_that_it_hangs_on(
    rest: Rest, general: Channel, ada: Person
) -> None:
    question = await ada.says("What is a lighthouse?", general)

    status, channel = await opened(rest, general, question)

    thread = general.thread_of(question)
    assert (status, channel["id"], channel["type"]) == (201, question, 11)
    assert channel["thread_metadata"]["auto_archive_duration"] == 60
    assert thread is not None
    assert (thread.name, thread.parent, general.threads) == ("Lighthouses", general, [thread])
    assert general.screen()[0].thread == "Lighthouses"
    assert thread.screen() == []


async def test_what_is_said_in_a_thread_stands_there(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("What is a lighthouse?", general)
    await opened(rest, general, question)
    thread = general.thread_of(question)
    assert thread is not None

    await rest.send(thread, content="A tower.")

    assert [seen.text for seen in thread.screen()] == ["A tower."]
    assert len(general.screen()) == 1


async def test_a_message_has_one_thread(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("What is a lighthouse?", general)
    await opened(rest, general, question)

    again = await opened(rest, general, question)

    message = "A thread has already been created for this message"
    assert again == (400, {"message": message, "code": 160004})


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_names_have_1_to_100_characters(rest: Rest, general: Channel, ada: Person, name: str) -> None:
    question = await ada.says("What is a lighthouse?", general)

    status, answer = await opened(rest, general, question, name)

    assert (status, answer["code"]) == (400, 50035)
    assert "name" in answer["errors"]


async def test_there_are_no_threads_in_threads_and_direct_messages(
    rest: Rest, general: Channel, ada: Person
) -> None:
    question = await ada.says("What is a lighthouse?", general)
    await opened(rest, general, question)
    thread = general.thread_of(question)
    assert thread is not None

    within = await opened(rest, thread, await ada.says("And a buoy?", thread))
    direct = await opened(rest, ada.dm, await ada.writes("And a pier?"))

    assert within == direct == (400, {"message": "Cannot execute action on this channel type", "code": 50024})


async def test_without_the_permission_there_is_no_thread(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("What is a lighthouse?", general)
    general.deny("CREATE_PUBLIC_THREADS")

    answer = await opened(rest, general, question)

    assert answer == (403, {"message": "Missing Permissions", "code": 50013})


async def test_threads_have_a_permission_of_their_own(rest: Rest, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general)
    general.deny("SEND_MESSAGES")

    allowed = await rest.send(thread, content="Red, mostly.")
    general.deny("SEND_MESSAGES_IN_THREADS")
    refused = await rest.send(thread, content="Or green.")

    assert "id" in allowed
    assert refused["code"] == 50013


async def test_posting_opens_an_archived_thread_again(rest: Rest, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general)
    await ada.archives(thread)
    assert thread.archived

    await rest.send(thread, content="Red, mostly.")

    assert not thread.archived


async def test_messages_of_an_archived_thread_stay_as_they_are(
    rest: Rest, general: Channel, ada: Person
) -> None:
    thread = await ada.opens_thread("Buoys", general)
    message = await rest.send(thread, content="Red, mostly.")
    await ada.archives(thread)

    answer = await rest.edit(message, content="Green.")

    assert answer["code"] == 50083


async def test_nobody_posts_in_a_locked_thread(rest: Rest, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general)
    await ada.archives(thread, locked=True)

    answer = await rest.send(thread, content="Red, mostly.")

    assert answer == {"message": "Thread is locked", "code": 160005}
    assert thread.archived


async def test_a_guild_has_only_so_many_active_threads(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    discord.platform.most_threads = 1
    await ada.opens_thread("Buoys", general)

    answer = await opened(rest, general, await ada.says("What is a lighthouse?", general))

    message = "Maximum number of active threads has been reached"
    assert answer == (400, {"message": message, "code": 160006})


async def test_active_threads_are_listed(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    thread = await ada.opens_thread("Buoys", general)
    await ada.archives(await ada.opens_thread("Piers", general))
    await rest.call("PUT", f"/channels/{thread.id}/thread-members/@me")

    _, answer = await rest.call("GET", f"/guilds/{discord.guild.id}/threads/active")

    assert [one["name"] for one in answer["threads"]] == ["Buoys"]
    assert [one["user_id"] for one in answer["members"]] == [discord.app.id]


async def test_a_forum_has_posts_and_no_messages(discord: DiscordSimulator, rest: Rest, ada: Person) -> None:
    forum = discord.guild.add_channel("questions", 15)

    post = await ada.posts_in(forum, "Lighthouses", "What are they?")
    refused = await rest.send(forum, content="Towers.")
    _, own = await rest.call(
        "POST", f"/channels/{forum.id}/threads", json={"name": "Piers", "message": {"content": "Hi"}}
    )

    [seen] = post.screen()
    assert (seen.id, seen.text, forum.threads[0].name) == (post.id, "What are they?", "Lighthouses")
    assert refused["code"] == 50008
    assert own["id"] == own["message"]["id"]


async def test_a_channel_says_that_a_thread_without_a_message_was_opened(
    general: Channel, ada: Person
) -> None:
    await ada.opens_thread("Buoys", general)

    [seen] = general.screen()
    assert (seen.message["type"], seen.text) == (18, "Buoys")


async def test_who_is_named_in_a_private_thread_sees_it(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    thread = await ada.opens_thread("Secrets", general, private=True)

    before = await rest.send(thread, content="Hello?")
    await ada.mentions("Come in.", thread)
    after = await rest.send(thread, content="Hello.")

    assert (before["code"], after.get("code")) == (50001, None)
    assert thread.state is not None
    assert discord.app.id in thread.state.members


async def test_a_channel_says_that_a_thread_was_opened_on_an_old_message(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    question = await ada.says("What is a lighthouse?", general)
    discord.speed = 10_000
    await discord.platform.clock.sleep(100)

    await opened(rest, general, question)

    assert [seen.message["type"] for seen in general.screen()] == [0, 18]


async def test_announcements_have_threads_of_their_own_kind(
    discord: DiscordSimulator, rest: Rest, ada: Person
) -> None:
    news = discord.guild.add_channel("news", 5)

    _, thread = await opened(rest, news, await ada.says("A new lamp!", news))

    assert thread["type"] == 10


async def test_what_a_thread_begins_with_can_be_read(rest: Rest, general: Channel, ada: Person) -> None:
    question = await ada.says("What is a lighthouse?", general)
    await opened(rest, general, question)

    _, [starter] = await rest.call("GET", f"/channels/{question}/messages")
    missing = await rest.call("GET", f"/channels/{question}/messages/{question}")

    assert (starter["type"], starter["content"]) == (21, "")
    assert starter["referenced_message"]["content"] == "What is a lighthouse?"
    assert missing[1]["code"] == 10008
