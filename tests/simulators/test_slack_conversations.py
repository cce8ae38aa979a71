"""Reading back what was posted, and looking up who is who."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Person, SlackSimulator, Upload

KEY = {"event_type": "post", "event_payload": {"key": "1"}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


@pytest.fixture
def client(slack: SlackSimulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


@pytest.fixture
def ada(slack: SlackSimulator) -> Person:
    return slack.workspace.person("Ada")


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error that a call ends with."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, params=arguments)
    return str(caught.value.response["error"])


def texts(answer: Any) -> list[str]:
    return [message["text"] for message in answer["messages"]]


async def test_metadata_is_read_back_only_if_asked_for(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    await client.chat_postMessage(channel=general.id, thread_ts=thread, text="An answer", metadata=KEY)

    without = await client.conversations_replies(channel=general.id, ts=thread)
    everything = await client.conversations_replies(channel=general.id, ts=thread, include_all_metadata=True)

    assert "metadata" not in without["messages"][1]
    assert everything["messages"][1]["metadata"] == KEY


async def test_a_thread_is_read_page_by_page_each_with_what_began_it(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("0", general)
    for number in "123":
        await ada.says(number, general, thread)

    first = await client.conversations_replies(channel=general.id, ts=thread, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(channel=general.id, ts=thread, limit=2, cursor=cursor)

    assert (texts(first), first["has_more"]) == (["0", "1", "2"], True)
    assert (texts(second), second["has_more"]) == (["0", "3"], False)
    assert first["messages"][0]["reply_count"] == 3
    assert first["messages"][1]["parent_user_id"] == ada.id


async def test_times_bound_what_is_read(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    first, second, third = [await ada.says(number, general) for number in "123"]
    bounds: dict[str, Any] = {"channel": general.id, "oldest": first, "latest": third}

    assert texts(await client.conversations_history(**bounds)) == ["2"]
    assert texts(await client.conversations_history(**bounds, inclusive=True)) == ["3", "2", "1"]
    assert texts(await client.conversations_history(channel=general.id, latest=second)) == ["1"]


async def test_a_history_has_no_replies(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    thread = await ada.says("A question", general)
    reply = await ada.says("More", general, thread)

    history = await client.conversations_history(channel=general.id)
    alone = await client.conversations_replies(channel=general.id, ts=reply)

    assert texts(history) == ["A question"]
    assert texts(alone) == ["More"]


async def test_a_distributed_app_reads_little_and_seldom(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    slack.app.distributed = True
    for number in range(16):
        await ada.says(str(number), general)

    history = await client.conversations_history(channel=general.id)

    assert len(history["messages"]) == 15
    assert await refusal(client, "conversations.history", channel=general.id) == "ratelimited"


async def test_reading_needs_a_channel_a_thread_and_sensible_bounds(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    outside = slack.workspace.channel("outside", bot=False)
    here = {"channel": general.id}

    assert await refusal(client, "conversations.history", channel="C0") == "channel_not_found"
    assert await refusal(client, "conversations.history", channel=outside.id) == "not_in_channel"
    assert await refusal(client, "conversations.history", **here, oldest="now") == "invalid_ts_oldest"
    assert await refusal(client, "conversations.history", **here, latest="now") == "invalid_ts_latest"
    assert await refusal(client, "conversations.history", **here, cursor="x") == "invalid_cursor"
    assert await refusal(client, "conversations.history", **here, limit=1000) == "invalid_arguments"
    assert await refusal(client, "conversations.replies", **here, ts="1.0") == "thread_not_found"


async def test_each_kind_of_channel_needs_its_own_scope(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    slack.workspace.scopes -= {"channels:history"}

    with pytest.raises(SlackApiError) as caught:
        await client.conversations_history(channel=general.id)
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "channels:history"
    assert "chat:write" in caught.value.response["provided"].split(",")
    assert (await client.conversations_history(channel=ada.dm.id))["ok"]


async def test_conversations_are_told_and_listed(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    slack.workspace.channel("other", bot=False)
    slack.workspace.channel("hidden", private=True, bot=False)
    kinds = "public_channel,private_channel"

    info = await client.conversations_info(channel=general.id, include_num_members=True)
    every = await client.conversations_list(types=kinds)
    joined = await client.users_conversations(types=kinds)
    opened = await client.conversations_open(users=ada.id)
    members = await client.conversations_members(channel=general.id)

    assert (info["channel"]["name"], info["channel"]["num_members"]) == ("general", 2)
    assert [channel["name"] for channel in every["channels"]] == ["general", "other"]
    assert [channel["name"] for channel in joined["channels"]] == ["general"]
    assert opened["channel"]["id"] == ada.dm.id
    assert set(members["members"]) == {ada.id, slack.workspace.bot_user_id}
    assert await refusal(client, "conversations.open", users="U0") == "user_not_found"


async def test_people_and_bots_are_told(slack: SlackSimulator, client: AsyncWebClient, ada: Person) -> None:
    assert (await client.users_info(user=ada.id))["user"]["real_name"] == "Ada"
    assert (await client.bots_info(bot=slack.workspace.bot_id))["bot"]["name"] == "Parley"
    assert await refusal(client, "users.info", user="U0") == "user_not_found"
    assert await refusal(client, "bots.info", bot="B0") == "bot_not_found"


async def test_an_upload_is_shared_in_a_thread(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    thread = await ada.says("The export, please", general)

    answer = await client.files_upload_v2(
        filename="export.md", content="# Export", channel=general.id, thread_ts=thread, initial_comment="Here"
    )

    [_, post] = general.screen(thread)
    assert (post.text, post.files) == ("Here", ("export.md",))
    info = await client.files_info(file=answer["file"]["id"])
    assert info["file"]["shares"]["public"][general.id][0]["thread_ts"] == thread


async def test_an_upload_against_the_rules_is_refused(client: AsyncWebClient, general: Channel) -> None:
    files = '[{"id": "F0"}]'

    error = await refusal(client, "files.completeUploadExternal", files=files, channel_id=general.id)
    assert error == "file_not_found"
    error = await refusal(client, "files.getUploadURLExternal", filename="a.txt", length=0)
    assert error == "missing_argument"
    url = (await client.files_getUploadURLExternal(filename="a.txt", length=4))["upload_url"]
    async with aiohttp.ClientSession() as session, session.post(url, data=b"too long") as response:
        assert response.status == 400


async def test_a_file_is_read_with_a_token_and_its_scope(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    ts = await ada.says("See this", general, files=[Upload("notes.txt", b"Notes")])
    url = general.posts[ts].message["files"][0]["url_private"]

    async def fetched(token: str) -> tuple[str, bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
            return response.content_type, await response.read()

    assert await fetched(slack.workspace.bot_token) == ("text/plain", b"Notes")
    assert (await fetched(""))[0] == "text/html"
    slack.workspace.scopes.discard("files:read")
    assert (await fetched(slack.workspace.bot_token))[0] == "text/html"
