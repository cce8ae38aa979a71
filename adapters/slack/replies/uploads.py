"""Handing over a document as a file."""

from __future__ import annotations

import io

from adapters.slack.places import Place
from adapters.slack.web import Web, platform_errors, seconds_of
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear


async def uploaded(web: Web, place: Place, name: str, content: str) -> str:
    """Share a file where the reply stands (docs.slack.dev, "Working with files"); its id. Raises PlatformError."""
    body = content.encode()
    channel = await _direct(web, place) if place.ticket else place.channel
    there = await web.ask(web.client.files_getUploadURLExternal, filename=name, length=len(body))
    if web.client.session is None:
        raise PlatformRefused("there is no connection")
    with platform_errors():
        # As a file: aiohttp warns of bytes that are many.
        async with web.client.session.post(there["upload_url"], data=io.BytesIO(body)) as response:
            if response.status == 429:  # noqa: PLR2004 - the status of HTTP
                raise PlatformBusy(seconds_of(response.headers.get("Retry-After")))
            if response.status != 200:  # noqa: PLR2004 - as above
                raise PlatformUnclear(f"answered {response.status}")
    await web.ask(
        web.client.files_completeUploadExternal,
        files=[{"id": there["file_id"], "title": name}],
        channel_id=channel,
        thread_ts=place.thread,
    )
    return str(there["file_id"])


async def _direct(web: Web, place: Place) -> str:
    """The channel of direct messages: what was asked for with a command, only who asked sees."""
    answer = await web.ask(web.client.conversations_open, users=place.author)
    return str(answer["channel"]["id"])
