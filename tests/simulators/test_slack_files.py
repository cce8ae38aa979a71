"""Files that people share: what a message says of them, and who may read them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Fault, Person, SlackSimulator, Upload


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


async def told(ada: Person, general: Channel, upload: Upload) -> dict[str, Any]:
    """What a message says of a file that it shares."""
    ts = await ada.says("See this", general, files=[upload])
    file: dict[str, Any] = general.posts[ts].message["files"][0]
    return file


async def status_of(slack: SlackSimulator, url: str) -> int:
    headers = {"Authorization": f"Bearer {slack.workspace.bot_token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=headers, allow_redirects=False) as response,
    ):
        return response.status


async def test_a_file_of_another_workspace_is_described_only_by_its_info(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    file = await told(ada, general, Upload("a.txt", b"Notes", another_workspace=True))

    info = await client.files_info(file=file["id"])

    assert (file["file_access"], file["mode"]) == ("check_file_info", "file_access")
    assert not {"name", "url_private"} & set(file)
    assert (info["file"]["name"], info["file"]["file_access"]) == ("a.txt", "visible")


async def test_a_deleted_file_leaves_a_tombstone(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    file = await told(ada, general, Upload("a.txt", b"Notes"))

    await ada.deletes_file("a.txt")

    history = await client.conversations_history(channel=general.id)
    assert history["messages"][0]["files"] == [{"id": file["id"], "mode": "tombstone"}]
    assert await status_of(slack, file["url_private"]) == 404
    with pytest.raises(SlackApiError, match="file_deleted"):
        await client.files_info(file=file["id"])


async def test_a_file_that_is_kept_elsewhere_has_its_address_there(general: Channel, ada: Person) -> None:
    file = await told(ada, general, Upload("a.txt", b"", elsewhere="https://docs.example/a"))

    assert (file["is_external"], file["mode"], file["url_private"]) == (
        True,
        "external",
        "https://docs.example/a",
    )


async def test_what_is_said_of_a_size_may_be_wrong(general: Channel, ada: Person) -> None:
    assert (await told(ada, general, Upload("a.txt", b"Notes", size=1_000)))["size"] == 1_000


async def test_who_asks_for_a_file_may_be_sent_elsewhere(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    file = await told(ada, general, Upload("a.txt", b"Notes"))
    slack.workspace.files[file["id"]].moved = "https://elsewhere.example/a"

    assert await status_of(slack, file["url_private"]) == 302


async def test_to_fetch_a_file_is_a_call_that_may_fail(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    file = await told(ada, general, Upload("a.txt", b"Notes"))
    slack.faults = (Fault("error-before", "download", status=503), Fault("busy", "download", seconds=1.0))

    statuses = [await status_of(slack, file["url_private_download"]) for _ in range(2)]

    assert statuses == [503, 429]
    assert [call.status for call in slack.calls_to("download")] == statuses
