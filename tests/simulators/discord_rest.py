"""Requests to Discord's REST API as they are on the wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from simulators.discord import Channel, DiscordSimulator

AGENT = "DiscordBot (https://example.com, 1.0)"


class Rest:
    """Somebody with a token who sends requests."""

    def __init__(self, discord: DiscordSimulator, session: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.session = session

    async def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """The status and the JSON that a request is answered with."""
        async with self.session.request(method, self.discord.api_url + path, **options) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def send(self, channel: Channel, **fields: Any) -> Any:
        """Write a message. The message object, or the error."""
        _, message = await self.call("POST", f"/channels/{channel.id}/messages", json=fields)
        return message

    async def edit(self, message: Any, **fields: Any) -> Any:
        """Edit a message. The message object, or the error."""
        path = f"/channels/{message['channel_id']}/messages/{message['id']}"
        _, edited = await self.call("PATCH", path, json=fields)
        return edited


def wrong_with(answer: Any, field: str) -> str:
    """The code of what is wrong with a field of a form."""
    assert answer["code"] == 50035
    code: str = answer["errors"][field]["_errors"][0]["code"]
    return code


@asynccontextmanager
async def rest_of(discord: DiscordSimulator, token: str = "") -> AsyncIterator[Rest]:
    """Requests with the app's token, or another."""
    headers = {"User-Agent": AGENT, "Authorization": f"Bot {token or discord.app.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Rest(discord, session)
