"""Channels, threads and guilds as an app reads and changes them."""

import pytest

from simulators.discord import Channel, DiscordSimulator, Person
from tests.simulators.discord_rest import Rest


async def test_a_channel_tells_what_it_is(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    said = await ada.says("Hello.", general)
    general.deny("SEND_MESSAGES")

    _, channel = await rest.call("GET", f"/channels/{general.id}")
    _, direct = await rest.call("GET", f"/channels/{ada.dm.id}")

    assert (channel["name"], channel["type"], channel["guild_id"]) == ("general", 0, discord.guild.id)
    assert channel["last_message_id"] == said
    assert channel["permission_overwrites"] == [
        {"id": discord.app.id, "type": 1, "allow": "0", "deny": str(1 << 11)}
    ]
    assert (direct["type"], direct["recipients"][0]["global_name"]) == (1, "Ada")


async def test_who_opened_a_thread_may_rename_and_archive_it(rest: Rest, general: Channel) -> None:
    _, own = await rest.call("POST", f"/channels/{general.id}/threads", json={"name": "Buoys", "type": 11})

    renamed = await rest.call("PATCH", f"/channels/{own['id']}", json={"name": "Piers", "archived": True})
    locked = await rest.call("PATCH", f"/channels/{own['id']}", json={"locked": True})
    reopened = await rest.call("PATCH", f"/channels/{own['id']}", json={"archived": False})

    [thread] = general.threads
    assert (renamed[0], renamed[1]["thread_metadata"]["archived"]) == (200, True)
    assert (locked[0], locked[1]["code"]) == (403, 50013)
    assert (reopened[0], thread.name, thread.archived) == (200, "Piers", False)


async def test_the_threads_of_others_are_theirs(rest: Rest, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general)

    renamed = await rest.call("PATCH", f"/channels/{thread.id}", json={"name": "Mine"})
    deleted = await rest.call("DELETE", f"/channels/{thread.id}")

    assert renamed == deleted == (403, {"message": "Missing Permissions", "code": 50013})
    assert thread.name == "Buoys"


async def test_who_may_manage_threads_deletes_them(rest: Rest, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general)
    general.allow("MANAGE_THREADS")

    status, _ = await rest.call("DELETE", f"/channels/{thread.id}")
    gone = await rest.call("GET", f"/channels/{thread.id}")

    assert status == 200
    assert (gone[0], gone[1]["code"]) == (404, 10003)
    assert general.threads == []


async def test_channels_are_changed_by_those_who_manage_them(rest: Rest, general: Channel) -> None:
    refused = await rest.call("PATCH", f"/channels/{general.id}", json={"topic": "Lamps"})
    general.allow("MANAGE_CHANNELS")
    status, channel = await rest.call("PATCH", f"/channels/{general.id}", json={"topic": "Lamps"})
    deleted, _ = await rest.call("DELETE", f"/channels/{general.id}")

    assert refused[1]["code"] == 50013
    assert (status, channel["topic"], deleted) == (200, "Lamps", 200)
    assert (await rest.call("GET", f"/channels/{general.id}"))[0] == 404


async def test_the_app_joins_and_leaves_threads(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    thread = await ada.opens_thread("Buoys", general)
    assert thread.state is not None
    path = f"/channels/{thread.id}/thread-members/@me"

    joined = await rest.call("PUT", path)
    within = discord.app.id in thread.state.members
    left = await rest.call("DELETE", path)
    elsewhere = await rest.call("PUT", f"/channels/{general.id}/thread-members/@me")
    await ada.archives(thread)
    archived = await rest.call("PUT", path)

    assert (joined, within, left) == ((204, None), True, (204, None))
    assert discord.app.id not in thread.state.members
    assert (elsewhere[1]["code"], archived[1]["code"]) == (50024, 50083)


async def test_archived_threads_are_listed_in_pages(rest: Rest, general: Channel, ada: Person) -> None:
    for name in ("one", "two", "three"):
        await ada.archives(await ada.opens_thread(name, general))

    _, answer = await rest.call("GET", f"/channels/{general.id}/threads/archived/public?limit=2")

    assert [thread["name"] for thread in answer["threads"]] == ["three", "two"]
    assert (answer["has_more"], answer["members"]) == (True, [])


async def test_a_thread_without_a_type_is_private(rest: Rest, general: Channel) -> None:
    _, thread = await rest.call("POST", f"/channels/{general.id}/threads", json={"name": "Secrets"})

    assert thread["type"] == 12
    assert general.screen() == []


async def test_a_forum_post_needs_a_message(discord: DiscordSimulator, rest: Rest) -> None:
    forum = discord.guild.add_channel("questions", 15)

    status, answer = await rest.call("POST", f"/channels/{forum.id}/threads", json={"name": "Buoys"})

    assert (status, answer["code"], list(answer["errors"])) == (400, 50035, ["message"])


@pytest.mark.parametrize("kind", [4, 15])
async def test_there_is_nobody_typing_where_nobody_posts(
    discord: DiscordSimulator, rest: Rest, kind: int
) -> None:
    channel = discord.guild.add_channel("other", kind)

    status, answer = await rest.call("POST", f"/channels/{channel.id}/typing")

    assert (status, answer["code"]) == (400, 50008)


async def test_a_guild_tells_what_it_has(
    discord: DiscordSimulator, rest: Rest, general: Channel, ada: Person
) -> None:
    guild = discord.guild
    role = guild.add_role("Crew", ada)

    _, shown = await rest.call("GET", f"/guilds/{guild.id}?with_counts=true")
    _, channels = await rest.call("GET", f"/guilds/{guild.id}/channels")
    _, roles = await rest.call("GET", f"/guilds/{guild.id}/roles")
    _, member = await rest.call("GET", f"/guilds/{guild.id}/members/{ada.id}")

    assert (shown["name"], shown["approximate_member_count"]) == ("Acme", len(guild.members))
    assert [channel["id"] for channel in channels] == [general.id]
    assert [one["name"] for one in roles] == ["@everyone", "Parley", "Crew"]
    assert member["roles"] == [role]


async def test_only_some_apps_may_list_members(discord: DiscordSimulator, rest: Rest, ada: Person) -> None:
    path = f"/guilds/{discord.guild.id}/members?limit=1000"

    refused = await rest.call("GET", path)
    discord.app.members = True
    _, members = await rest.call("GET", path)

    assert (refused[0], refused[1]["code"]) == (403, 50001)
    assert ada.id in [member["user"]["id"] for member in members]


async def test_guilds_are_listed_by_age_and_can_be_left(discord: DiscordSimulator, rest: Rest) -> None:
    other = discord.add_guild("Other")

    _, both = await rest.call("GET", "/users/@me/guilds")
    _, later = await rest.call("GET", f"/users/@me/guilds?after={discord.guild.id}")
    left = await rest.call("DELETE", f"/users/@me/guilds/{other.id}")

    assert [guild["name"] for guild in both] == ["Acme", "Other"]
    assert [guild["name"] for guild in later] == ["Other"]
    assert (left, other.installed) == ((204, None), False)


async def test_users_are_found_by_their_ids(rest: Rest, ada: Person) -> None:
    _, user = await rest.call("GET", f"/users/{ada.id}")
    status, nobody = await rest.call("GET", "/users/12345")

    assert (user["username"], user["global_name"]) == ("ada", "Ada")
    assert (status, nobody["code"]) == (404, 10013)


async def test_permissions_come_with_roles(discord: DiscordSimulator, rest: Rest, general: Channel) -> None:
    general.deny("SEND_MESSAGES", who=discord.guild.id)
    refused = await rest.send(general, content="Hello.")

    general.allow("SEND_MESSAGES")
    allowed = await rest.send(general, content="Hello.")

    assert (refused["code"], "id" in allowed) == (50013, True)
