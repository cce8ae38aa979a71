"""Discord's files: fetched from Discord's hosts alone, without any token, and never more than was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from adapters.attachments.contents import NotRead, body_of
from adapters.discord.rest.refusals import USUAL_WAIT, platform_errors, seconds_of
from bot.errors import PlatformBusy, PlatformUnclear
from bot.messages import File

HOSTS = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
EXPIRED = "its link has expired"
"""Links to files are signed for a day (discord.com/developers, "Reference", "Signed Attachment CDN URLs")."""
OUTSIDE = "it is kept outside of Discord"
HIDDEN = "I may not see it"
_GONE = frozenset({404, 410})
_FORBIDDEN = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class DiscordFiles:
    """A Source: the files of messages."""

    session: aiohttp.ClientSession
    """It must not send a token by itself: who has the link may read the file."""
    api_url: str

    async def described(self, file: File) -> File:
        """The same: a message tells all of its files."""
        return file

    async def fetched(self, file: File) -> bytes:
        """What is in a file. Raises NotRead; PlatformBusy and PlatformUnclear where another try may help."""
        if not is_discord(file.url, self.api_url):
            raise NotRead(OUTSIDE)
        # The body as it is: packed, it could be far larger than what comes over the wire.
        headers = {"Accept-Encoding": "identity"}
        with platform_errors():
            async with self.session.get(file.url, headers=headers, allow_redirects=False) as response:
                _check(response)
                return await body_of(response, file)


def is_discord(address: str, api_url: str) -> bool:
    """Whether an address leads to where Discord keeps files, or to where its API is."""
    try:
        there, known = urlsplit(address), urlsplit(api_url)
    except ValueError:
        return False
    if (there.scheme, there.netloc) == (known.scheme, known.netloc):
        return True
    return there.scheme == "https" and there.netloc in HOSTS


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in _GONE:
        raise NotRead(EXPIRED)
    if status in _FORBIDDEN:
        raise NotRead(HIDDEN)
    if 300 <= status < 400:  # noqa: PLR2004 - the statuses of HTTP
        raise NotRead(OUTSIDE)
    if status == 429:  # noqa: PLR2004 - as above
        raise PlatformBusy(seconds_of(response.headers.get("Retry-After")) or USUAL_WAIT)
    if status != 200:  # noqa: PLR2004 - as above
        raise PlatformUnclear(f"answered {status}")
