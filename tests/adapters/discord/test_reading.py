"""Fetching the files of Discord: from nobody else, without a token, and no more than is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from adapters.attachments.contents import NotRead
from adapters.attachments.files import Files
from adapters.discord.reading.files import DiscordFiles, is_discord
from adapters.discord.rest.rest import open_rest
from bot.errors import PlatformBusy, PlatformUnclear
from bot.messages import Author, Conversation, File, IncomingMessage
from tests.adapters.discord.answering import Put, Server, serving
from tests.conftest import free_port

API = "https://discord.com/api/v10"


def file_at(address: str) -> File:
    return File("notes.txt", "text/plain", 11, address)


@asynccontextmanager
async def fetching(*answers: Put) -> AsyncIterator[tuple[DiscordFiles, Server, File]]:
    """The files of a server, through the connections of a bot."""
    async with serving(*answers) as server, open_rest(f"{server.address}/api/v10", "a.secret.token") as rest:
        yield (
            DiscordFiles(rest.session, f"{server.address}/api/v10"),
            server,
            file_at(f"{server.address}/attachments/1/2/notes.txt?ex=66f0&is=66ef&hm=ab&"),
        )


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.discordapp.com/attachments/1/2/a.txt",
        "https://media.discordapp.net/attachments/1/2/a.txt",
        "https://cdn.discordapp.com/ephemeral-attachments/1/2/a.txt",
        "https://discord.com/attachments/1/2/a.txt",
    ],
)
def test_files_lie_with_discord(address: str) -> None:
    assert is_discord(address, API)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://cdn.discordapp.com/a.txt",
        "https://cdn.discordapp.com.evil.example/a.txt",
        "https://evil.example/cdn.discordapp.com/a.txt",
        "https://cdn.discordapp.com@evil.example/a.txt",
        "https://cdn.discordapp.com:8443/a.txt",
        "https://notcdn.discordapp.com/a.txt",
        "https://[::1/a.txt",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//cdn.discordapp.com/a.txt",
    ],
)
def test_nobody_else_has_files_of_discord(address: str) -> None:
    assert not is_discord(address, API)


async def test_a_file_is_fetched_as_it_is_and_without_a_token() -> None:
    async with fetching((200, b"Hello Ada.", {})) as (source, server, file):
        content = await source.fetched(await source.described(file))

    [seen] = server.seen
    assert content == b"Hello Ada."
    assert seen.path == "/attachments/1/2/notes.txt?ex=66f0&is=66ef&hm=ab&"
    assert seen.headers["Accept-Encoding"] == "identity"
    assert "Authorization" not in seen.headers
    assert "secret" not in str(seen.headers)


async def test_a_file_elsewhere_is_not_asked_for() -> None:
    async with serving() as elsewhere, fetching() as (source, _, _):
        with pytest.raises(NotRead, match="it is kept outside of Discord"):
            await source.fetched(file_at(f"{elsewhere.address}/attachments/1/2/notes.txt"))

    assert elsewhere.seen == []


async def test_a_redirect_is_not_followed() -> None:
    async with serving() as elsewhere:
        async with fetching((302, b"", {"Location": elsewhere.address})) as (source, _, file):
            with pytest.raises(NotRead, match="it is kept outside of Discord"):
                await source.fetched(file)

        assert elsewhere.seen == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "its link has expired"), (410, "its link has expired"), (403, "I may not see it")],
)
async def test_a_file_that_is_not_to_be_had_says_why(status: int, reason: str) -> None:
    async with fetching((status, b"This content is no longer available.", {})) as (source, _, file):
        with pytest.raises(NotRead, match=f"{reason}"):
            await source.fetched(file)


async def test_no_more_is_taken_in_than_is_read_whatever_the_size_that_was_told() -> None:
    async with fetching((200, b"x" * 3_000_000, {})) as (source, _, file):
        with pytest.raises(NotRead, match="larger than 200 kB"):
            await source.fetched(file)


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "2"}, 2.0), ({}, 1.0), ({"Retry-After": "soon"}, 1.0)]
)
async def test_a_limit_is_busy(headers: Mapping[str, str], seconds: float) -> None:
    async with fetching((429, b"", headers)) as (source, _, file):
        with pytest.raises(PlatformBusy) as told:
            await source.fetched(file)

    assert told.value.retry_after == seconds


@pytest.mark.parametrize("status", [204, 206, 400, 500, 503])
async def test_anything_else_is_unclear(status: int) -> None:
    async with fetching((status, b"", {})) as (source, _, file):
        with pytest.raises(PlatformUnclear):
            await source.fetched(file)


async def test_a_server_that_is_not_there_is_unclear() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    async with open_rest(address, "t") as rest:
        with pytest.raises(PlatformUnclear):
            await DiscordFiles(rest.session, address).fetched(file_at(f"{address}/a.txt"))


async def test_a_message_is_read_with_its_files() -> None:
    async def read(said: Any) -> IncomingMessage:
        async with fetching((200, said, {})) as (source, _, file):
            place = Conversation("discord:1", "2")
            message = IncomingMessage("3", place, Author("4", "Ada"), "See", files=(file,))
            return await Files("Discord").read(message, source)

    assert (await read("Grüße".encode())).files[0].text == "Grüße"
    assert (await read(b"\0")).files[0].unread == "it is no text"
